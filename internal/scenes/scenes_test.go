package scenes_test

import (
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/locale"
)

func TestEverySceneCanBePlayedInEveryLanguage(t *testing.T) {
	for _, s := range scenes.All() {
		for _, l := range locale.Languages() {
			for _, wide := range []bool{false, true} {
				if _, err := s.Screen(l, wide); err != nil {
					t.Error(err)
				}
			}
		}
	}
}
