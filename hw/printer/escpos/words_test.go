package escpos_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/locale"
	"example.org/totem/ticket"
)

// structure are the commands that a slip may be made of, whatever its words are.
var structure = []string{
	"ESC @", "FS .", "GS b", "GS P", "ESC 7", "ESC t", "ESC a", "GS !", "ESC E", "ESC -", "ESC 3", "ESC J", "GS ( k", "GS v 0", "ESC s",
	"ESC L", "ESC W", "ESC $", "GS $", "FF", "GS V", "RS", "LF", "text",
}

// roles are those with words.
var roles = []ticket.Role{
	ticket.RoleOffice, ticket.RolePlace, ticket.RoleNumber, ticket.RoleWhen, ticket.RoleLabel, ticket.RoleCode, ticket.RoleSentence,
	ticket.RoleStrong, ticket.RoleDate, ticket.RoleCopy,
}

func FuzzNoTextBecomesACommand(f *testing.F) {
	for _, text := range []string{
		"Carta d'identità", "\x1b@", "a\nb", "\x10\x04\x01", "\u009b", "a\u2028b", "\xff", "“L’ufficio” – già…", "Evidența populației", "Ґ є і ї",
		"بطاقة الهوية", "পরিচয়পত্র", "身份证", "e\u0301\u0302", "\u202e\u200fab", "€ № ™", "\u00ad\u200b", " \u00a0 ", "😀", "\x00\x7f",
	} {
		for i := range roles {
			f.Add(text, uint8(i), uint8(len(text)))
		}
	}
	names := escpos.Profiles()
	f.Fuzz(func(t *testing.T, text string, role, model uint8) {
		if len(text) > 300 {
			return // longer than any field of an office file
		}
		name := names[int(model)%len(names)]
		line := ticket.Line{Role: roles[int(role)%len(roles)], Text: text}
		encoder := escpos.NewEncoder(profile(t, name), setter(t))
		// The QR before it puts codes and sentences on a page.
		for _, lines := range [][]ticket.Line{{line}, {{Role: ticket.RoleQR, Text: string(testCode)}, line}} {
			for _, lang := range []locale.Lang{"it", "ar"} {
				stream, _, err := encoder.Slip(ticket.Slip{Lang: lang, Lines: lines})
				if err != nil {
					if (ticket.Slip{Lines: lines}).Check() == nil {
						t.Fatalf("%s: %q is refused: %v", name, text, err)
					}
					return
				}
				isHarmless(t, name, text, stream)
			}
		}
	})
}

// isHarmless fails unless a stream is made of a slip's commands alone, its text of printing bytes, and nothing in it could be
// taken for a real-time command.
func isHarmless(t *testing.T, name, text string, stream []byte) {
	t.Helper()
	begins := 0
	for line := range strings.Lines(modelFor(t, name).Listing(stream)) {
		_, line, _ = strings.Cut(line, " ")
		known := slices.ContainsFunc(structure, func(c string) bool { return line == c+"\n" || strings.HasPrefix(line, c+" ") })
		if !known {
			t.Fatalf("%s: text %q sends %s", name, text, line)
		}
		if strings.HasPrefix(line, "ESC @") {
			begins++
		}
	}
	if at := realTime(stream); at >= 0 {
		t.Fatalf("%s: text %q sends % x at byte %d", name, text, stream[at:at+2], at)
	}
	if begins != 1 {
		t.Fatalf("%s: text %q sends ESC @ %d times", name, text, begins)
	}
}

// realTime finds the beginning of what a printer may take for a real-time command, -1 if there is none.
func realTime(stream []byte) int {
	for i := range len(stream) - 1 {
		if stream[i] == 0x10 && (stream[i+1] == 0x04 || stream[i+1] == 0x05 || stream[i+1] == 0x14) {
			return i
		}
	}
	return -1
}

func TestControlCharactersAreRefused(t *testing.T) {
	for _, text := range []string{"\x1b@", "a\nb", "\x10\x04\x01", "\u009b", "a\u2028b", "\xff"} {
		for _, name := range escpos.Profiles() {
			_, _, err := escpos.NewEncoder(profile(t, name), setter(t)).Slip(ticket.Slip{Lines: []ticket.Line{{Role: ticket.RoleLabel, Text: text}}})
			if err == nil {
				t.Errorf("%s: a label %q was encoded", name, text)
			}
		}
	}
}

func TestALineIsSpelledOnlyWhenNothingButTypographyIsLost(t *testing.T) {
	const isDrawn = ""
	for _, c := range []struct{ profile, text, want string }{
		{"generic-80", "L’ufficio – già «qui» e\u0301 10\u00a0€…", `"L'ufficio - già «qui» é 10 €..."`},
		{"epson-tm-t20", "L’ufficio – già «qui» e\u0301 10\u00a0€…", `"L’ufficio – già «qui» é 10 €…"`},
		{"epson-tm-t20", "Evidența populației", `"Evidenţa populaţiei"`},
		{"generic-80", "Evidența populației", `"Evidenţa populaţiei"`},
		{"epson-tm-t20", "Посвідчення особи", `"Посвідчення особи"`},
		{"generic-80", "Посвідчення особи", isDrawn}, // cp866 lacks і
		{"generic-80", "Удостоверение", `"Удостоверение"`},
		{"generic-80", "Œuvre, cœur", isDrawn},
		{"epson-tm-t20", "Œuvre, cœur", `"Œuvre, cœur"`},
		{"ttl-58", "10 €", isDrawn},
		{"generic-80", "Żółć, что", isDrawn}, // no page has both
		{"epson-tm-t88", "中", isDrawn},
		{"epson-tm-t88", "a\u202eb", isDrawn},
		{"zebra-ttp8000", "plain", isDrawn},
	} {
		s := ticket.Slip{Lines: []ticket.Line{{Role: ticket.RoleSentence, Text: c.text}}}
		list := modelFor(t, c.profile).Listing(drawn(t, c.profile, s))
		asPicture := strings.Contains(list, "GS v 0") || strings.Contains(list, "ESC s")
		if asPicture != (c.want == isDrawn) || !strings.Contains(list, c.want) || !asPicture && strings.Contains(list, "?") {
			t.Errorf("%s, %q: want %s in\n%s", c.profile, c.text, c.want, list)
		}
		_, _, err := escpos.NewEncoder(profile(t, c.profile), nil).Slip(s)
		if (err == nil) != (c.want != isDrawn) {
			t.Errorf("%s, %q: without a setter the error is %v", c.profile, c.text, err)
		}
	}
}

func TestThePageIsTurnedOnlyWhereItMustBe(t *testing.T) {
	turns := func(lines ...string) int {
		var s ticket.Slip
		for _, text := range lines {
			s.Lines = append(s.Lines, ticket.Line{Role: ticket.RolePlace, Text: text})
		}
		return strings.Count(strings.Join(papersim.Commands(drawn(t, "epson-tm-t20", s)), " "), "ESC t")
	}
	if n := turns("plain", "già", "plain", "ß"); n != 1 {
		t.Errorf("Western lines turn the page %d times", n)
	}
	if n := turns("populației", "plain", "1", "parter"); n != 1 {
		t.Errorf("a Romanian slip turns the page %d times", n)
	}
	s := ticket.Slip{Lines: []ticket.Line{{Role: ticket.RolePlace, Text: "é’"}}}
	if list := papersim.Listing(drawn(t, "generic-80", s)); !strings.Contains(list, "ESC t 13") {
		t.Errorf("é’ is not on the first page that has it:\n%s", list)
	}
	if n := turns("plain", "populației", "già"); n != 3 {
		t.Errorf("three pages are %d turns", n)
	}
}
