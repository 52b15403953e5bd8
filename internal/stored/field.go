package stored

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Field is one field.
type Field struct {
	Place string // where it is, "totem.db", "sync/wire", "log"
	Name  string // "ticket.code", "factBody.at", "office"
}

// String returns the field as schema.lock names it.
func (f Field) String() string { return f.Place + ":" + f.Name }

// parseField reads what String says.
func parseField(s string) Field {
	place, name, _ := strings.Cut(s, ":")
	return Field{place, name}
}

// sorted returns the fields in order, each once.
func sorted(fields []Field) []Field {
	slices.SortFunc(fields, func(a, b Field) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Name, b.Name)) })
	return slices.Compact(fields)
}

// words splits an identifier of any style into its words, in small letters: "pulledBy", "pulled_by" and "PULLED-BY" have the
// words "pulled" and "by"; "userID" has "user" and "id".
func words(identifier string) []string {
	var all []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			all = append(all, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(identifier)
	for i, r := range runes {
		if !unicode.IsLetter(r) {
			end()
			continue
		}
		upper := unicode.IsUpper(r)
		if upper && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			end()
		}
		word = append(word, r)
	}
	end()
	return all
}
