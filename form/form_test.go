package form_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/form"
)

// sheet is what a person fills in.
type sheet struct {
	Name  string `toml:"name"`
	Count int    `toml:"count"`
	Open  bool   `toml:"open"`
	Size  size   `toml:"size"`
	Small tiny   `toml:"small"`
	//lint:ignore U1000 what is not exported is no field of the file, which is what is tried with it
	inner int
}

type size struct {
	Width int `toml:"width"`
}

// tiny reads one word.
type tiny bool

func (y *tiny) Set(value any) (wanted string) {
	if *y = value == "tiny"; *y {
		return ""
	}
	return `"tiny"`
}

// read returns what became of a document.
func read(t testing.TB, text string) (s sheet, found form.Mistakes) {
	t.Helper()
	document, lines, err := form.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	found.Fill("", reflect.ValueOf(&s).Elem(), document)
	found.Place("sheet.toml", lines)
	return s, found
}

func TestAFilledInFormIsRead(t *testing.T) {
	s, found := read(t, "name = \"a\"\ncount = 3\nopen = true\nsmall = \"tiny\"\n[size]\nwidth = 4\n")
	if want := (sheet{Name: "a", Count: 3, Open: true, Size: size{4}, Small: true}); s != want || found.Err() != nil {
		t.Errorf("got %+v, %v", s, found.Err())
	}
}

func TestEveryMistakeOfAFormIsToldInOrder(t *testing.T) {
	_, found := read(t, "nmae = \"a\"\ncount = \"3\"\nopen = 1\nsmall = 2\ninner = 3\n[size]\nwidht = 4\n[sise]\n[entirely.other]\n")
	found.AddIf(true, "name", form.Missing, "write it")
	found.AddIf(false, "name", "not told", "nothing")
	want := strings.Split(`sheet.toml:1: nmae: there is no such field; remove it or correct its spelling; perhaps "name" is meant
sheet.toml:2: count: the value is of the wrong kind; write a whole number without quotes
sheet.toml:3: open: the value is of the wrong kind; write true or false, without quotes
sheet.toml:4: small: the value is of the wrong kind; write "tiny"
sheet.toml:5: inner: there is no such field; remove it or correct its spelling
sheet.toml:7: size.widht: there is no such field; remove it or correct its spelling; perhaps "width" is meant
sheet.toml:8: sise: there is no such field; remove it or correct its spelling; perhaps "size" is meant
sheet.toml:9: entirely: there is no such field; remove it or correct its spelling
name: this field is missing; write it`, "\n")
	if diff := cmp.Diff(want, strings.Split(found.Err().Error(), "\n")); diff != "" {
		t.Error(diff)
	}
	if !found.In("count") || !found.In("sise.width") || found.In("size.width") || found.Count() != "9 mistakes" || found[:1].Count() != "a mistake" {
		t.Error("it does not know what it holds")
	}
}

func TestANumberThatDoesNotFitIsAMistake(t *testing.T) {
	var small struct {
		N int `toml:"n"`
	}
	var found form.Mistakes
	found.Fill("", reflect.ValueOf(&small).Elem(), map[string]any{"n": 1.5})
	if len(found) != 1 || small.N != 0 {
		t.Errorf("got %v, %d", found, small.N)
	}
}

func TestOnlyWhatIsNearIsPerhapsMeant(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"adress", "address"}, {"Address", "address"}, {"addresss", "address"}, {"gatewya", "gateway"}, {"route", ""}, {"", ""}, {"dn", "dns"}, {"nds", "dns"}, {"xyz", ""},
		{strings.Repeat("a", 100), ""},
	} {
		got := form.Correct(c.key, []string{"address", "gateway", "dns"}, "mend it")
		want := "mend it"
		if c.want != "" {
			want += `; perhaps "` + c.want + `" is meant`
		}
		if got != want {
			t.Errorf("%q: got %q", c.key, got)
		}
	}
}

func TestWhatIsNotTOMLIsToldByItsLine(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"an open quote": {"a = 1\nb = \"x\n", 2}, "a name twice": {"a = 1\n\na = 2\n", 3}, "a table twice": {"[a]\n[b]\n[a]\n", 3},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := form.Read([]byte(c.text))
			var bad *form.Syntax
			if !errors.As(err, &bad) || bad.Line != c.line || strings.Contains(err.Error(), "toml:") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("name = \"a\"\n[size]\nwidth = 4\n[x.y]\nz = { a = [1] }\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		document, lines, err := form.Read(data)
		var s sheet
		var found form.Mistakes
		if err == nil {
			found.Fill("", reflect.ValueOf(&s).Elem(), document)
		}
		found.Place("sheet.toml", lines)
		for _, m := range found {
			if m.Wrong == "" || m.Remedy == "" || m.Field == "" && len(document) == 0 {
				t.Errorf("got %+v", m)
			}
		}
	})
}
