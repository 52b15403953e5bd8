package speech_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/speech"
)

// texts returns the spoken forms of one box.
func texts(lang locale.Lang, b kiosk.Box) (all []string) {
	for _, s := range speech.Whole(kiosk.Screen{Lang: lang, Voice: kiosk.Voice{On: true, Headset: true}, Root: b}) {
		all = append(all, s.Text)
	}
	return all
}

// spoken returns the spoken form of words, "" where nothing is said.
func spoken(lang locale.Lang, text string) string {
	if all := texts(lang, kiosk.Box{Role: kiosk.RoleNote, Text: text}); len(all) > 0 {
		return all[0]
	}
	return ""
}

func TestFiguresAndSignsAreReadAsAPersonWouldReadThem(t *testing.T) {
	tests := []struct {
		lang       locale.Lang
		text, want string
	}{
		{"it", "A017", "A, 0 1 7."},
		{"it", "Il numero A1234 è chiamato.", "Il numero A, 1 2 3 4 è chiamato."},
		{"zh", "号码 A017", "号码 A, 0 1 7。"},
		{"it", "Codice per il tecnico: T202", "Codice per il tecnico: T, 2 0 2."},
		{"it", "fra 9 minuti · numero A012", "fra 9 minuti, numero A, 0 1 2."},
		{"it", "finiti per oggi · lunedì 8:30", "finiti per oggi, lunedì alle 8 e 30."},
		{"it", "—", ""},
		{"it", "····", ""},
		{"it", "Stampiamo il biglietto…", "Stampiamo il biglietto."},
		{"it", "Sono le 12 cifre accanto al codice QR.", "Sono le 12 cifre accanto al codice QR."},
		{"it", "Velocità: 125 %", "Velocità: 125 per cento."},
		{"en", "Speed: 125%", "Speed: 125 per cent."},
		{"ro", "Viteza: 75 %", "Viteza: 75 la sută."},
		{"uk", "Швидкість: 75 %", "Швидкість: 75 відсотків."},
		{"ar", "السرعة: 75%", "السرعة: 75 بالمئة."},
		{"zh", "语速：75%", "语速：百分之75。"},
		{"it", "E-mail: anagrafe@valfiorita.example", "E-mail: anagrafe chiocciola valfiorita punto example."},
		{"de", "a-b@c_d.example.", "a Bindestrich b ät c_d.example."},
		{"it", "Su www.valfiorita.example, ogni giorno.", "Su www punto valfiorita punto example, ogni giorno."},
		{"it", "Telefono: 000 000 0000", "Telefono: 0 0 0, 0 0 0, 0 0 0 0."},
		{"it", "Telefono: 06 5551234", "Telefono: 0 6, 5 5 5 1 2 3 4."},
		{"it", "piazza del Municipio 1, 00100 Valfiorita", "piazza del Municipio 1, 0 0 1 0 0 Valfiorita."},
		{"it", "sabato 21 novembre 2026", "sabato 21 novembre 2026."},
		{"it", "«Sì», “no”", "Sì, no."},
		{"it", "8:30–13:00", "8 e 30, 13 in punto."},
		{"it", "8:30-13:00", "8 e 30-13 in punto."},
		{"ar", "\u2066QR\u2069 هنا", "QR هنا."},
		{"fr", "Prochaine ouverture\u202f: lundi", "Prochaine ouverture : lundi."},
		{"bn", "পাতা 1 / 3", "পাতা 1, 3।"},
		{"es", "¿Qué servicio?", "¿Qué servicio?"},
		{"ar", "أي خدمة؟", "أي خدمة؟"},
		{"bn", "কাজ হয়েছে।", "কাজ হয়েছে।"},
	}
	for _, tt := range tests {
		if got := spoken(tt.lang, tt.text); got != tt.want {
			t.Errorf("in %s %q is said %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}

func TestEachLanguageTellsTheTimeInItsOwnWay(t *testing.T) {
	tests := []struct {
		lang                   locale.Lang
		full, few, past, night string // of 9:00, 9:05, 9:50, 1:20
	}{
		{"it", "9 in punto.", "9 e 5.", "9 e 50.", "una e 20."},
		{"en", "9 o'clock.", "9 oh 5.", "9 50.", "1 20."},
		{"de", "9 Uhr.", "9 Uhr 5.", "9 Uhr 50.", "ein Uhr 20."},
		{"fr", "9 heures.", "9 heures 5.", "9 heures 50.", "une heure 20."},
		{"es", "9 en punto.", "9 y 5.", "9 y 50.", "una y 20."},
		{"ro", "9 fix.", "9 și 5.", "9 și 50.", "1 și 20."},
		{"uk", "9 нуль нуль.", "9 нуль 5.", "9 50.", "1 20."},
		{"ar", "التاسعة.", "التاسعة و5 دقائق.", "التاسعة و50 دقيقة.", "الواحدة و20 دقيقة."},
		{"bn", "9টা।", "9টা 5 মিনিট।", "9টা 50 মিনিট।", "1টা 20 মিনিট।"},
		{"zh", "9点整。", "9点零5分。", "9点50分。", "1点20分。"},
	}
	for _, tt := range tests {
		got := []string{spoken(tt.lang, "9:00"), spoken(tt.lang, "9:05"), spoken(tt.lang, "9:50"), spoken(tt.lang, "1:20")}
		for i, want := range []string{tt.full, tt.few, tt.past, tt.night} {
			if got[i] != want {
				t.Errorf("in %s it is %q, want %q", tt.lang, got[i], want)
			}
		}
	}
}

func TestATimeWithinASentenceTakesUpTheWordThatFollows(t *testing.T) {
	tests := []struct {
		lang       locale.Lang
		text, want string
	}{
		{"it", "oggi all'1:20", "oggi all'una e 20."},
		{"it", "oggi alle 9:00", "oggi alle 9 in punto."},
		{"en", "today at 14:00", "today at 14 hundred."},
		{"de", "heute um 9:50 Uhr", "heute um 9 Uhr 50."},
		{"de", "9:50 Uhr nehmen", "9 Uhr 50 nehmen."},
		{"fr", "aujourd’hui à 9:50", "aujourd’hui à 9 heures 50."},
		{"es", "hoy a las 21:00", "hoy a las veintiuna en punto."},
		{"ro", "astăzi la 12:02", "astăzi la douăsprezece și două."},
		{"ar", "اليوم الساعة 9:50", "اليوم الساعة التاسعة و50 دقيقة."},
		{"bn", "আজ 9:50 টায়", "আজ 9টা 50 মিনিটে।"},
		{"bn", "আজ 9:00 টায়", "আজ 9টায়।"},
		{"bn", "9:50 টার সিরিয়াল নিন", "9টা 50 মিনিটের সিরিয়াল নিন।"},
		{"zh", "取 9:50 的名额", "取 9点50分 的名额。"},
	}
	for _, tt := range tests {
		if got := spoken(tt.lang, tt.text); got != tt.want {
			t.Errorf("in %s %q is said %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}

func TestACodeIsReadDigitByDigitInItsGroups(t *testing.T) {
	code := kiosk.Box{Role: kiosk.RoleProof, Private: true, Children: []kiosk.Box{
		{Role: kiosk.RoleQR, Text: "482917305566"},
		{Role: kiosk.RoleCode, Children: []kiosk.Box{
			{Role: kiosk.RoleNote, Text: "Codice"},
			{Role: kiosk.RoleDigits, Text: "4829"}, {Role: kiosk.RoleDigits, Text: "1730"}, {Role: kiosk.RoleDigits, Text: "5566"},
		}},
	}}
	wantTexts(t, texts("it", code), "Codice.", "4 8 2 9.", "1 7 3 0.", "5 5 6 6.")
	typed := kiosk.Box{Role: kiosk.RoleTyped, Children: []kiosk.Box{
		{Role: kiosk.RoleDigits, Text: "4829"}, {Role: kiosk.RoleDigits, Text: "1···"}, {Role: kiosk.RoleDigits, Text: "····"},
	}}
	wantTexts(t, texts("it", typed), "4 8 2 9.", "1.")
	wantTexts(t, texts("it", kiosk.Box{Role: kiosk.RoleTyped, Children: []kiosk.Box{{Role: kiosk.RoleDigits, Text: "A0··"}}}), "A, 0.")
}

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("said %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}

func TestWhatHasNoWordsIsNotSpoken(t *testing.T) {
	for _, role := range []kiosk.Role{kiosk.RoleEmblem, kiosk.RoleQR, kiosk.RolePicture, kiosk.RoleIcon} {
		wantTexts(t, texts("it", kiosk.Box{Role: role, Text: "globe"}))
	}
}

func TestAStrokeAndATickAreSaid(t *testing.T) {
	for _, l := range locale.Languages() {
		free := texts(l, kiosk.Box{Role: kiosk.RoleHour, Text: "10:10"})
		gone := texts(l, kiosk.Box{Role: kiosk.RoleHour, Text: "10:10", Off: true})
		if len(free) != 1 || len(gone) != 1 || len(gone[0]) < len(free[0])+4 {
			t.Errorf("in %s a free time is said %q, a struck one %q", l, free, gone)
		}
		wantTexts(t, texts(l, kiosk.Box{Role: kiosk.RoleIcon, Text: "done"}), spoken(l, locale.Say(l, locale.Done)))
	}
}

func TestEachLanguageIsNamedInItsOwnTongue(t *testing.T) {
	for _, l := range locale.Languages() {
		key := kiosk.Screen{Lang: l, Root: kiosk.Box{Role: kiosk.RoleLabel, Text: locale.Say(l, locale.AccessLanguage)}}
		all := speech.Whole(key)
		if len(all) != 2 || all[0].Lang != l || all[1].Lang == l || all[1].Text != locale.Say(all[1].Lang, locale.AccessLanguageShort)+"." {
			t.Errorf("in %s the key is said %+v", l, all)
		}
		name := kiosk.Screen{Lang: "en", Root: kiosk.Box{Role: kiosk.RoleLanguage, Lang: l, Text: l.Name()}}
		if got := speech.Whole(name); len(got) != 1 || got[0].Lang != l {
			t.Errorf("the name of %s is said %+v", l, got)
		}
	}
	other := kiosk.Screen{Lang: "de", Root: kiosk.Box{Role: kiosk.RoleOffice, Lang: "sl", Text: "Občina"}}
	if got := speech.Whole(other); len(got) != 1 || got[0].Lang != "de" {
		t.Errorf("words in a language without a voice are said %+v, want in the screen's", got)
	}
}

func TestWhatIsSaidHasWordsAndAnEndWhateverAnOfficeWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom(locale.Languages()).Draw(t, "language")
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"A017", "9:50", "12:00", " ", ",", "…", "·", "—", "ab", "0", "21", "06",
			"555-1234", "%", "@", "x.yz", ".", "১", "٣", "é", "\u2066", "\u2060", " টায়", " Uhr", "/", "(", "?", "_"}), 0, 12).Draw(t, "parts"), "")
		got := spoken(lang, text)
		words := strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		switch {
		case words != (got != ""):
			t.Fatalf("%q is said %q", text, got)
		case !words:
			return
		case strings.ContainsAny(got, "…·—\u2060\u2066") || strings.Contains(got, "  ") || strings.TrimSpace(got) != got:
			t.Fatalf("%q is said %q: signs or spaces are left", text, got)
		}
		if last, _ := utf8.DecodeLastRuneInString(got); !strings.ContainsRune(".?।。", last) {
			t.Fatalf("%q is said %q, without an end", text, got)
		}
		if digits(text) != digits(got) && !strings.Contains(text, ":") {
			t.Fatalf("%q is said %q: other figures", text, got)
		}
	})
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}
