package escpos_test

import (
	"testing"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/ticket"
)

func printed(t testing.TB, stream []byte) papersim.Slip {
	t.Helper()
	sim := papersim.New(papersim.Config{})
	sim.Feed(stream)
	slips := sim.Slips()
	if len(slips) != 1 {
		t.Fatalf("%d slips came out, want 1", len(slips))
	}
	if notes := sim.Notes(); len(notes) > 0 {
		t.Fatalf("the printer did not understand %v", notes)
	}
	return slips[0]
}

// bands returns the heights of the runs of rows with ink, from top to bottom.
func bands(s papersim.Slip) []int {
	var heights []int
	run := 0
	for y := range s.Image.Rect.Dy() + 1 {
		ink := false
		for x := range s.Image.Rect.Dx() {
			ink = ink || y < s.Image.Rect.Dy() && s.Black(x, y)
		}
		switch {
		case ink:
			run++
		case run > 0:
			heights = append(heights, run)
			run = 0
		}
	}
	return heights
}

func TestCapitalsAreAsTallAsLowVisionNeeds(t *testing.T) {
	for _, name := range escpos.Profiles() {
		if slow && name != "epson-tm-t88" && name != "ttl-58" && name != "zebra-ttp8000" {
			continue // a width, a resolution and a way of drawing each
		}
		mm := float64(profile(t, name).Abilities.DPI) / 25.4
		for role, least := range map[ticket.Role]float64{
			ticket.RoleNumber: 12, ticket.RoleSentence: 3, ticket.RoleStrong: 3, ticket.RolePlace: 3, ticket.RoleDate: 3,
			ticket.RoleOffice: 3, ticket.RoleWhen: 3, ticket.RoleLabel: 3, ticket.RoleCode: 3, ticket.RoleCopy: 3,
		} {
			for _, text := range []string{"H", "HHHHHH", "H H H H H H H H H H H H H H H H H H H", "Ж ∀"} {
				if role == ticket.RoleNumber && len(text) > 6 || text == "Ж ∀" && role != ticket.RoleSentence {
					continue // a number is short; one line that must be drawn is enough
				}
				s := out(t, name, drawn(t, name, ticket.Slip{Lines: []ticket.Line{{Role: role, Text: text}}}))
				for _, h := range bands(s) {
					if float64(h) < least*mm-0.5 {
						t.Errorf("%s: capitals of %s are %d dots, want at least %.1f mm", name, role, h, least)
					}
				}
			}
		}
	}
}

func TestASlipIsFewBytes(t *testing.T) {
	for name, most := range map[string]int{"generic-80": 500, "epson-tm-t20": 540, "epson-tm-t88": 540, "citizen-pmu2300": 540} {
		if n := len(encode(t, profile(t, name), slip(t, "it"))); n > most {
			t.Errorf("%s: a slip is %d bytes, want at most %d: half a second of a slow line", name, n, most)
		}
	}
}
