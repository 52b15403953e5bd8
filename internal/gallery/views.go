package main

import (
	"fmt"
	"slices"
	"strings"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/look"
)

// view is one picture of the gallery: a scene as one citizen sees it on one panel.
type view struct {
	scene scenes.Scene
	lang  locale.Lang
	look  kiosk.Look
	panel panel
	long  bool
}

// panel is a kind of glass.
type panel struct {
	name  string
	glass look.Panel
}

func panels() []panel {
	reference := look.Reference()
	reference.Bottom = 760
	return []panel{
		{"1080×1920", reference},
		{"1920×1080", look.Panel{Width: 1920, Height: 1080, PixelsPerMM: 4.03, Bottom: 860}},
		{"1280×800", look.Panel{Width: 1280, Height: 800, PixelsPerMM: 3.87, Bottom: 900}},
		{"800×1280", look.Panel{Width: 800, Height: 1280, PixelsPerMM: 3.87, Bottom: 820}},
		{"800×1280, 10 inches", look.Panel{Width: 800, Height: 1280, PixelsPerMM: 5.88, Bottom: 880}},
	}
}

// views are all pictures of the scenes and languages that are wanted, in the order of the page; none named means all. Each
// scene is shown in all languages as most people see it, and in its first language in every other way.
func views(names, langs []string) []view {
	all := panels()
	var list []view
	for _, s := range scenes.All() {
		if names != nil && !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(s.Name, n) }) {
			continue
		}
		first := true
		for _, l := range locale.Languages() {
			if langs != nil && !slices.Contains(langs, string(l)) {
				continue
			}
			list = append(list, view{scene: s, lang: l, panel: all[0]})
			if langs != nil && first || langs == nil && l == locale.Italian {
				list = append(list, variants(view{scene: s, lang: l, panel: all[0]}, all)...)
			}
			first = false
		}
	}
	return list
}

// variants are the other ways to see v.
func variants(v view, all []panel) []view {
	var list []view
	add := func(change func(*view)) { other := v; change(&other); list = append(list, other) }
	for _, t := range kiosk.Themes()[1:] {
		add(func(v *view) { v.look.Theme = t })
	}
	for _, t := range kiosk.Texts()[1:] {
		add(func(v *view) { v.look.Text = t })
	}
	add(func(v *view) { v.look.Low = true })
	add(func(v *view) { v.look = kiosk.Look{Theme: kiosk.HighContrast, Text: 200, Low: true} })
	add(func(v *view) { v.long = true })
	add(func(v *view) { v.long, v.look.Text = true, 200 })
	for _, p := range all[1:] {
		add(func(v *view) { v.panel = p })
		add(func(v *view) { v.panel, v.look.Text = p, 200 })
	}
	return list
}

// words says in which way v is seen.
func (v view) words() string {
	said := []string{string(v.lang)}
	if v.look.Theme != kiosk.Light {
		said = append(said, string(v.look.Theme))
	}
	if n := v.look.Text.Percent(); n != 100 {
		said = append(said, fmt.Sprintf("%d %%", n))
	}
	if v.look.Low {
		said = append(said, "low reach")
	}
	if v.long {
		said = append(said, "long texts")
	}
	if v.panel.name != panels()[0].name {
		said = append(said, v.panel.name)
	}
	return strings.Join(said, ", ")
}

// file is the name of v's picture.
func (v view) file() string {
	name := v.scene.Name + " " + v.words()
	return strings.NewReplacer(" ", "-", ",", "", "%", "", "×", "x").Replace(name) + ".png"
}
