// Package form reads TOML files that a person has filled in: it sets the fields of a struct, and tells every mistake at once,
// each with its line, its field and its remedy. It knows no file by name: what is in one says who reads it.
package form

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// What is wrong most often.
const (
	Missing = "this field is missing"
	Unknown = "there is no such field"
)

// Mistake is one thing that is wrong with a file.
type Mistake struct {
	Field  string // "printer.baud"
	Wrong  string // what is wrong, as the second half of a sentence
	Remedy string // what to do
	Line   int    // from 1; 0: it stands nowhere, or nobody has looked where
	File   string // the file's name; "": no file is known
}

// Error returns the place, the field, what is wrong and the remedy, on one line.
func (m Mistake) Error() string {
	where := ""
	switch {
	case m.File != "" && m.Line > 0:
		where = fmt.Sprintf("%s:%d: ", m.File, m.Line)
	case m.File != "":
		where = m.File + ": "
	}
	field := ""
	if m.Field != "" {
		field = m.Field + ": "
	}
	return where + field + m.Wrong + "; " + m.Remedy
}

// Mistakes are all that is wrong with a file.
type Mistakes []Mistake

// AddIf adds a mistake if wrong is true.
func (m *Mistakes) AddIf(wrong bool, field, what, remedy string) {
	if wrong {
		*m = append(*m, Mistake{Field: field, Wrong: what, Remedy: remedy})
	}
}

// In reports whether field, or a table that it is in, has a mistake already.
func (m Mistakes) In(field string) bool {
	return slices.ContainsFunc(m, func(one Mistake) bool {
		return one.Field == field || strings.HasPrefix(field, one.Field+".")
	})
}

// Err returns the mistakes joined, one on a line; nil for none.
func (m Mistakes) Err() error {
	errs := make([]error, len(m))
	for i := range m {
		errs[i] = m[i]
	}
	return errors.Join(errs...)
}

// Count returns "a mistake" or how many.
func (m Mistakes) Count() string {
	if len(m) == 1 {
		return "a mistake"
	}
	return fmt.Sprintf("%d mistakes", len(m))
}

// Place finds the line of each mistake, or of the table that lacks the field, and puts them in order.
func (m Mistakes) Place(file string, lines Lines) {
	for i := range m {
		m[i].File = file
		if m[i].Line == 0 {
			m[i].Line = lines.line(m[i].Field)
		}
	}
	slices.SortStableFunc(m, func(a, b Mistake) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field)) })
}

// Setter is a field that reads its own value.
type Setter interface {
	// Set takes a value as TOML has it: string, int64, float64, bool, a date or time, []any or map[string]any. wanted says
	// what would have fitted, "" if value does.
	Set(value any) (wanted string)
}

// Fill sets the fields of a struct to the values of a table, by their tags "toml", and tells every name and kind that does
// not fit. prefix stands before the names in what is told. A field is a text, a truth, a whole number, a struct or a [Setter].
func (m *Mistakes) Fill(prefix string, to reflect.Value, table map[string]any) {
	fields := make(map[string]reflect.Value)
	for i := range to.NumField() {
		if tag := to.Type().Field(i).Tag.Get("toml"); tag != "" {
			fields[tag] = to.Field(i)
		}
	}
	for key, value := range table {
		name := prefix + key
		field, ok := fields[key]
		if !ok {
			m.AddIf(true, name, Unknown, Correct(key, slices.Collect(maps.Keys(fields)), "remove it or correct its spelling"))
			continue
		}
		if wanted := m.set(name, field, value); wanted != "" {
			m.AddIf(true, name, "the value is of the wrong kind", "write "+wanted)
		}
	}
}

// set sets one field, and returns what would have fitted where the value does not.
func (m *Mistakes) set(name string, field reflect.Value, value any) (wanted string) {
	if s, ok := field.Addr().Interface().(Setter); ok {
		return s.Set(value)
	}
	fits := false
	switch field.Kind() {
	case reflect.Struct:
		var inner map[string]any
		if inner, fits = value.(map[string]any); fits {
			m.Fill(name+".", field, inner)
		}
		wanted = "a table, [" + name + "]"
	case reflect.String:
		var s string
		s, fits = value.(string)
		field.SetString(s)
		wanted = "a text in quotes"
	case reflect.Bool:
		var b bool
		b, fits = value.(bool)
		field.SetBool(b)
		wanted = "true or false, without quotes"
	case reflect.Int:
		var n int64
		if n, fits = value.(int64); fits {
			if fits = !field.OverflowInt(n); fits {
				field.SetInt(n)
			}
		}
		wanted = "a whole number without quotes"
	}
	if fits {
		return ""
	}
	return wanted
}

// Correct returns remedy, and after it which of names key may be meant for, if one is near.
func Correct(key string, names []string, remedy string) string {
	best, at := "", 3 // two letters wrong are a slip of the hand, three another word
	for _, name := range slices.Sorted(slices.Values(names)) {
		if d := distance(strings.ToLower(key), name); d < at && d < len(name)-1 {
			best, at = name, d
		}
	}
	if best == "" {
		return remedy
	}
	return fmt.Sprintf("%s; perhaps %q is meant", remedy, best)
}

// distance returns how many letters must be put in, left out, changed or swapped with the next to make b of a.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := range len(a) {
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(rows[i][j+1]+1, rows[i+1][j]+1, rows[i][j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = d
		}
	}
	return rows[len(a)][len(b)]
}
