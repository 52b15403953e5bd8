package locale

import (
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

func TestEveryFileIsTheCatalogueOfALanguage(t *testing.T) {
	var names, want []string
	names, err := fs.Glob(files, "catalogue/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range Languages() {
		want = append(want, "catalogue/"+string(l)+".json")
		if of(l).Lang != l {
			t.Errorf("the catalogue of %s says that it is of %s", l, of(l).Lang)
		}
	}
	if slices.Sort(want); !slices.Equal(names, want) {
		t.Errorf("there are %q, want %q", names, want)
	}
}

// TestTheFilesStandSideBySide holds the keys of every file in the order and the groups of the Italian one, each once, so
// that a translator finds a line of one beside that of another.
func TestTheFilesStandSideBySide(t *testing.T) {
	entry := regexp.MustCompile(`^    "([^"]+)": (".*"|\{.*\}),?$`)
	shape := func(l Lang) (keys []string) {
		b, err := files.ReadFile("catalogue/" + string(l) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		_, words, _ := strings.Cut(string(b), "\n  \"words\": {\n")
		for line := range strings.Lines(words) {
			line = strings.TrimSuffix(line, "\n")
			if m := entry.FindStringSubmatch(line); m != nil {
				line = m[1]
			}
			keys = append(keys, line)
		}
		return keys
	}
	want := shape(Italian)
	for k := range of(Italian).Words {
		if n := len(slices.DeleteFunc(slices.Clone(want), func(line string) bool { return line != string(k) })); n != 1 {
			t.Errorf("%q stands %d times", k, n)
		}
	}
	for _, l := range Languages() {
		got := shape(l)
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Errorf("%s has %q where Italian has %q", l, got[i], want[i])
				break
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s has %d lines, Italian %d", l, len(got), len(want))
		}
	}
}

func TestWhatIsNotSpokenIsSaidInEnglish(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Say("xx", BackServices), "Services"},
		{Say(Italian, "no.such.key"), "no.such.key"},
		{Italian.Name(), "Italiano"},
		{Arabic.Name(), "العربية"},
		{Lang("xx").Name(), "xx"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
	if Lang("xx").Spoken() || !Chinese.Spoken() {
		t.Error("a language without catalogue is spoken, or one with a catalogue is not")
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
		for _, l := range Languages() {
			for form, text := range of(l).Words[k] {
				// Where a form stands for one number alone, its word says it: "ثانيتين".
				alone := l == Arabic && (form == plural.Zero || form == plural.One || form == plural.Two)
				if got := placeholders(text); got != want && !(alone && got == placeholders(strings.ReplaceAll(m[plural.Other], "{n}", ""))) {
					t.Errorf("%s %q form %v: placeholders %q, Italian has %q", l, k, form, got, want)
				}
			}
		}
	}
}
