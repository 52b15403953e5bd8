package locale

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed catalogue/*.json
var files embed.FS

// catalogue is everything that Totem says in one language. It is never changed once it is read.
type catalogue struct {
	Lang     Lang            `json:"lang"`
	Name     string          `json:"name"`     // the language's name in itself
	Weekdays [7]string       `json:"weekdays"` // from Sunday, as time.Weekday counts
	Months   [12]string      `json:"months"`   // in the form that a date uses
	First    string          `json:"first"`    // the first day of a month within a date
	Date     string          `json:"date"`     // {weekday} {day} {month} {year}
	Day      string          `json:"day"`      // the same without the year
	Words    map[Key]message `json:"words"`

	tag language.Tag
}

// message is one entry: a text, or one for each plural form that the language tells apart.
type message map[plural.Form]string

func formWord(word string) (plural.Form, bool) {
	switch word {
	case "zero":
		return plural.Zero, true
	case "one":
		return plural.One, true
	case "two":
		return plural.Two, true
	case "few":
		return plural.Few, true
	case "many":
		return plural.Many, true
	case "other":
		return plural.Other, true
	}
	return plural.Other, false
}

// UnmarshalJSON reads a string, or an object whose keys are the plural categories of CLDR.
func (m *message) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		*m = message{plural.Other: text}
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(b, &forms); err != nil {
		return err
	}
	*m = make(message, len(forms))
	for word, text := range forms {
		form, ok := formWord(word)
		if !ok {
			return fmt.Errorf("plural form %q: unknown", word)
		}
		(*m)[form] = text
	}
	if _, ok := (*m)[plural.Other]; !ok {
		return fmt.Errorf("plural form \"other\" is missing")
	}
	return nil
}

// catalogues reads the embedded files once. A file that cannot be read is a defect of the build, which tests find, so
// it panics.
var catalogues = sync.OnceValue(func() map[Lang]catalogue {
	all := make(map[Lang]catalogue)
	for _, l := range Languages() {
		c, err := readCatalogue(l)
		if err != nil {
			panic(err)
		}
		all[l] = c
	}
	return all
})

func readCatalogue(l Lang) (catalogue, error) {
	name := "catalogue/" + string(l) + ".json"
	b, err := files.ReadFile(name)
	if err != nil {
		return catalogue{}, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var c catalogue
	if err := dec.Decode(&c); err != nil {
		return catalogue{}, fmt.Errorf("read %s: %w", name, err)
	}
	if c.tag, err = language.Parse(string(c.Lang)); err != nil {
		return catalogue{}, fmt.Errorf("read %s: %w", name, err)
	}
	return c, nil
}

// of returns the catalogue of l, or the English one.
func of(l Lang) catalogue {
	if c, ok := catalogues()[l]; ok {
		return c
	}
	return catalogues()[English]
}

// Name returns the language's name in itself, "Italiano"; the tag of a language without catalogue.
func (l Lang) Name() string {
	if !l.Spoken() {
		return string(l)
	}
	return of(l).Name
}

// Arg fills a placeholder of a message.
type Arg struct {
	name, text string
	number     int
	counts     bool
}

// Word fills {name} with text as it is.
func Word(name, text string) Arg { return Arg{name: name, text: text} }

// Count fills {name} with n, and the plural form is the one that n asks for.
func Count(name string, n int) Arg {
	return Arg{name: name, text: fmt.Sprint(n), number: n, counts: true}
}

// At fills {name} with a time of day, and the form is the one that its hour asks for: "alle 9:50", but "all'1:20".
func At(name string, hour, minute int) Arg {
	return Arg{name: name, text: Clock(hour, minute), number: hour, counts: true}
}

// Say returns what key k says in l, its placeholders filled. The first Count or At among args chooses the plural form.
// A language without catalogue is answered in English, an unknown key with the key itself.
func Say(l Lang, k Key, args ...Arg) string {
	c := of(l)
	m, ok := c.Words[k]
	if !ok {
		return string(k)
	}
	text := m[plural.Other]
	if i := slices.IndexFunc(args, func(a Arg) bool { return a.counts }); i >= 0 {
		if t, ok := m[c.form(args[i].number)]; ok {
			text = t
		}
	}
	return fill(text, args)
}

func (c catalogue) form(n int) plural.Form {
	return plural.Cardinal.MatchPlural(c.tag, max(n, -n), 0, 0, 0, 0)
}

func fill(text string, args []Arg) string {
	pairs := make([]string, 0, 2*len(args))
	for _, a := range args {
		pairs = append(pairs, "{"+a.name+"}", a.text)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
