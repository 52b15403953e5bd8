package locale

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/feature/plural"
)

// constants reads the keys from the sources of this package: name of the constant → key.
func constants(t *testing.T) map[string]Key {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]Key{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			typ, ok := spec.Type.(*ast.Ident)
			if !ok || typ.Name != "Key" {
				return true
			}
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			keys[spec.Names[0].Name] = Key(text)
			return true
		})
	}
	return keys
}

func TestEveryKeyIsSaidInEveryLanguageAndNoOther(t *testing.T) {
	keys := slices.Sorted(maps.Values(constants(t)))
	if doubled := len(keys) - len(slices.Compact(slices.Clone(keys))); doubled != 0 {
		t.Errorf("%d keys have two constants", doubled)
	}
	for _, l := range Languages() {
		got := slices.Sorted(maps.Keys(of(l).Words))
		for _, k := range keys {
			if !slices.Contains(got, k) {
				t.Errorf("%s lacks %q", l, k)
			}
		}
		for _, k := range got {
			if !slices.Contains(keys, k) {
				t.Errorf("%s has %q, which is no key", l, k)
			}
		}
	}
}

// slipKeys are those of slip.go, and those that screens say too.
func slipKeys(t *testing.T) []Key {
	t.Helper()
	keys := []Key{TakeCalled, WhenToday, WhenDay, WhenInOrder}
	for _, k := range constants(t) {
		if strings.HasPrefix(string(k), "slip.") || strings.HasPrefix(string(k), "strip.") {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestACatalogueIsCompleteOrHasTheWordsOfSlipsAndNoOther(t *testing.T) {
	keys := slipKeys(t)
	slipsOnly := 0
	for _, l := range SlipLanguages() {
		if l.Spoken() != slices.Contains(Languages(), l) {
			t.Errorf("%s is spoken: %v, but the list of languages says otherwise", l, l.Spoken())
		}
		if l.Spoken() {
			continue // held to every key by another test
		}
		slipsOnly++
		if got := slices.Sorted(maps.Keys(of(l).Words)); !slices.Equal(got, keys) {
			t.Errorf("%s has %q, want %q", l, got, keys)
		}
	}
	if slipsOnly == 0 {
		t.Error("no language has slips only: this test sees nothing")
	}
	if got := Languages(); !slices.Contains(got, Italian) || !slices.Contains(got, English) {
		t.Errorf("Totem speaks %q", got)
	}
	if Lang("xx").Printed() || Lang("xx").Spoken() {
		t.Error("a language without catalogue is printed or spoken")
	}
}

// TestASlipSaysOnlyWhatEveryLanguageOfSlipsHas reads what composes slips.
func TestASlipSaysOnlyWhatEveryLanguageOfSlipsHas(t *testing.T) {
	names, err := filepath.Glob("../ticket/*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("no sources of slips: %v", err)
	}
	keys, slips, said := constants(t), slipKeys(t), 0
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\blocale\.([A-Z]\w*)`).FindAllSubmatch(b, -1) {
			k, ok := keys[string(m[1])]
			if ok && !slices.Contains(slips, k) {
				t.Errorf("%s says %q, which slips lack in most languages", name, k)
			}
			if ok {
				said++
			}
		}
	}
	if said < 5 {
		t.Errorf("slips say %d keys: they were not found", said)
	}
}

func TestNoKeyIsUnused(t *testing.T) {
	said := map[string]bool{}
	mention := regexp.MustCompile(`\blocale\.([A-Z]\w*)`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != ".." && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		b, err := os.ReadFile(path)
		for _, m := range mention.FindAllSubmatch(b, -1) {
			said[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range constants(t) {
		if !said[name] {
			t.Errorf("nothing says %s", name)
		}
	}
}

func TestAKeyStandsOnceInAFile(t *testing.T) {
	for _, l := range SlipLanguages() {
		name := "catalogue/slips/" + string(l) + ".json"
		if l.Spoken() {
			name = "catalogue/" + string(l) + ".json"
		}
		b, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for k := range of(l).Words {
			if n := strings.Count(string(b), fmt.Sprintf("%q:", string(k))); n != 1 {
				t.Errorf("%s: %q stands %d times", l, k, n)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

func placeholders(text string) string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return strings.Join(found, " ")
}

func TestAMessageHasTheSamePlaceholdersInEveryLanguageAndForm(t *testing.T) {
	for k, m := range of(Italian).Words {
		want := placeholders(m[plural.Other])
		for _, l := range SlipLanguages() {
			for form, text := range of(l).Words[k] {
				if got := placeholders(text); got != want {
					t.Errorf("%s %q form %v: placeholders %q, Italian has %q", l, k, form, got, want)
				}
			}
		}
	}
}

// eachText visits every form of every message.
func eachText(visit func(l Lang, k Key, text string)) {
	for _, l := range SlipLanguages() {
		for k, m := range of(l).Words {
			for _, text := range m {
				visit(l, k, text)
			}
		}
	}
}

func TestNothingIsEmptyShoutedOrUntidy(t *testing.T) {
	eachText(func(l Lang, k Key, text string) {
		if strings.TrimSpace(text) != text || text == "" || strings.Contains(text, "  ") {
			t.Errorf("%s %q is empty or has spaces too many: %q", l, k, text)
		}
		if strings.ContainsAny(text, "!¡！") {
			t.Errorf("%s %q shouts: %q", l, k, text)
		}
		if strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%s %q has control characters", l, k)
		}
	})
}

// sentences splits a text at the marks that end a sentence.
func sentences(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".?:;·…", r) })
}

func TestSentencesHaveAtMostTwentyWords(t *testing.T) {
	eachText(func(l Lang, k Key, text string) {
		for _, s := range sentences(text) {
			if n := len(strings.Fields(s)); n > 20 {
				t.Errorf("%s %q: %d words in %q", l, k, n, s)
			}
		}
	})
}

// TestItalianIsEasyToRead holds the Gulpease index of all Italian words together at 60 and more: 89 + (300 × sentences
// − 10 × letters) / words.
func TestItalianIsEasyToRead(t *testing.T) {
	var letters, words, count int
	eachText(func(l Lang, _ Key, text string) {
		if l != Italian {
			return
		}
		for _, s := range sentences(placeholder.ReplaceAllString(text, "")) {
			count++
			words += len(strings.Fields(s))
			for _, r := range s {
				if unicode.IsLetter(r) {
					letters++
				}
			}
		}
	})
	if index := 89 + float64(300*count-10*letters)/float64(words); index < 60 {
		t.Errorf("Gulpease index %.0f", index)
	}
}

func TestCountsAndHoursChooseTheForm(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Say(Italian, ServicePlaces, Count("n", 1)), "1 posto oggi"},
		{Say(Italian, ServicePlaces, Count("n", 14)), "14 posti oggi"},
		{Say(English, ServicePlaces, Count("n", 1)), "1 place today"},
		{Say(English, ServicePlaces, Count("n", 0)), "0 places today"},
		{Say(Italian, WhenToday, At("time", 9, 50)), "oggi alle 9:50"},
		{Say(Italian, WhenToday, At("time", 1, 5)), "oggi all'1:05"},
		{Say(Italian, TimesTake, At("time", 13, 0)), "Prenda le 13:00"},
		{Say(English, WhenToday, At("time", 1, 5)), "today at 1:05"},
		{Say("xx", BackServices), "Services"},
		{Say(Italian, "no.such.key"), "no.such.key"},
		{Italian.Name(), "Italiano"},
		{Lang("xx").Name(), "xx"},
		{Lang("ar").Name(), "العربية"},
		{Say("es", WhenToday, At("time", 1, 5)), "hoy a la 1:05"},
		{Say("es", WhenToday, At("time", 13, 5)), "hoy a las 13:05"},
		{Say("ar", WhenToday, At("time", 9, 50)), "اليوم الساعة 9:50"},
		{Say("fr", SlipCalled, Word("where", "Salle 1")), "Salle 1\u202f: le numéro est appelé à l’écran et à voix haute."},
		{Say("de", BackServices), "Services"}, // German is for slips only
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

func TestTheRulesOfOtherLanguagesAreKnown(t *testing.T) {
	var m message
	if err := json.Unmarshal([]byte(`{"one": "a", "few": "b", "many": "c", "other": "d"}`), &m); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][4]plural.Form{
		"uk": {plural.One, plural.Few, plural.Many, plural.One},
		"ro": {plural.One, plural.Few, plural.Few, plural.Other},
		"ar": {plural.One, plural.Two, plural.Few, plural.Many},
		"zh": {plural.Other, plural.Other, plural.Other, plural.Other},
	} {
		c := catalogue{Lang: Lang(lang)}
		if err := c.tag.UnmarshalText([]byte(lang)); err != nil {
			t.Fatal(err)
		}
		for i, n := range []int{1, 2, 5, 21} {
			if got := c.form(n); got != want[i] {
				t.Errorf("%s: form %v of %d, want %v", lang, got, n, want[i])
			}
		}
	}
}

func TestAnUnknownPluralFormOrNoOtherIsRefused(t *testing.T) {
	for _, bad := range []string{`{"one": "a"}`, `{"some": "a", "other": "b"}`, `{"other": 1}`, `7`} {
		var m message
		if err := json.Unmarshal([]byte(bad), &m); err == nil {
			t.Errorf("%s is read as %v", bad, m)
		}
	}
}
