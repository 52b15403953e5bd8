package locale_test

import (
	"strings"
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"example.org/totem/locale"
)

func TestACountryIsNamedAsItsLanguageNamesIt(t *testing.T) {
	if n := len(locale.Countries()); n != 30 {
		t.Errorf("%d countries, want the 27 of the Union and Iceland, Liechtenstein, Norway", n)
	}
	for _, letters := range locale.Countries() {
		region, err := language.ParseRegion(letters)
		if err != nil {
			t.Fatalf("%s: %v", letters, err)
		}
		for _, l := range locale.Languages() {
			want := display.Regions(language.Make(string(l))).Name(region)
			if l == locale.Ukrainian { // later editions of CLDR write these names with г
				want = strings.ReplaceAll(want, "ґ", "г")
			}
			if got := locale.Country(l, letters); got != want {
				t.Errorf("%s in %s: %q, CLDR has %q", letters, l, got, want)
			}
		}
	}
	for letters, want := range map[string]string{"US": "US", "": "", "it": "it"} {
		if got := locale.Country(locale.Italian, letters); got != want {
			t.Errorf("%q: %q, want %q", letters, got, want)
		}
	}
	if got := locale.Country("xx", "IT"); got != "Italy" {
		t.Errorf("a language that is not spoken names Italy %q", got)
	}
}
