package escpos_test

import (
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/paper"
)

// TestAWholeSlipOfEveryLanguageIsConfirmedAtTheSpeedOfItsLine prints slips whose lines are dots, and pages, on lines where
// they take seconds.
func TestAWholeSlipOfEveryLanguageIsConfirmedAtTheSpeedOfItsLine(t *testing.T) {
	for _, name := range []string{"epson-tm-t20", "epson-tm-t88", "custom-vkp80iii", "citizen-pmu2300", "generic-80", "generic-58"} {
		model, ok := papersim.ModelOf(name)
		if !ok {
			t.Fatalf("papersim knows no %s", name)
		}
		for _, lang := range ten {
			t.Run(name+" "+string(lang), func(t *testing.T) {
				slip := spoken(t, lang, identity)
				setter(t)
				synctest.Test(t, func(t *testing.T) {
					s := rig{profile: profile(t, name), cfg: papersim.Config{Model: model}, line: papersim.Line{Baud: 38400}, flow: escpos.FlowNone}.open(t)
					defer s.Wire.Close()
					defer s.p.Close()
					began := time.Now()
					got, err := s.p.Print(t.Context(), slip)
					if got.Outcome != paper.Printed {
						t.Errorf("%+v after %s: %v", got, time.Since(began), err)
					}
				})
			})
		}
	}
}
