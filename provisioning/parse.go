package provisioning

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"example.org/totem/form"
	"example.org/totem/internal/fault"
)

// Checker reports what is wrong with a totem.toml, each mistake with the field that it is about, "printer.baud".
type Checker func(totemTOML []byte) form.Mistakes

// Parse reads and checks a provisioning file; name is the file's name for messages. What totem.toml has too, from [printer] to
// [board], the checkers look at: without one it is handed on unread. Every mistake is told, each with its line where it stands
// on one; a file that is not TOML shows its first one alone. Neither token nor password is ever in an error, which is a
// *fault.Fault of CodeProvisioning.
func Parse(name string, data []byte, checkers ...Checker) (File, error) {
	text, found := readable(data)
	if len(found) > 0 {
		return File{}, wrong(name, found, form.Lines{}, nil)
	}
	document, lines, err := form.Read(text)
	if err != nil {
		return File{}, wrong(name, syntax(text, err), lines, nil)
	}
	var f File
	f.fill(&found, document)
	f = f.complete()
	for _, m := range f.mistakes() {
		if !found.In(m.Field) { // a value of the wrong kind has been told; what stands in its place is no mistake
			found = append(found, m)
		}
	}
	for _, check := range checkers {
		found = append(found, f.checked(check, found)...)
	}
	if len(found) > 0 {
		return File{}, wrong(name, found, lines, []string{f.Token, f.Proxy.Password})
	}
	return f, nil
}

// fill sets the fields to the values of a document.
func (f *File) fill(found *form.Mistakes, document map[string]any) {
	document = maps.Clone(document)
	if panel, ok := document["panel"].(map[string]any); ok { // the one table of which a part is ours
		own, rest := map[string]any{}, map[string]any{}
		for name, value := range panel {
			if slices.Contains(panelFields(), name) {
				own[name] = value
			} else {
				rest[name] = value
			}
		}
		f.Panel.Rest.Set(rest)
		document["panel"] = own
	}
	found.Fill("", reflect.ValueOf(f).Elem(), document)
	for name, table := range f.handed() {
		table.check(name, found)
	}
}

// panelFields lists what the provisioning file itself says of the panel.
func panelFields() []string { return []string{"width", "height", "rotation"} }

// handed returns the tables that are handed on to totem.toml, by their names.
func (f *File) handed() map[string]Table {
	return map[string]Table{"printer": f.Printer, "panel": f.Panel.Rest, "keypad": f.Keypad, "scanner": f.Scanner, "sound": f.Sound,
		"peers": f.Peers, "board": f.Board}
}

// check tells, and takes out, what totem.toml has no kind for.
func (t Table) check(name string, found *form.Mistakes) {
	for key, value := range t {
		switch value := value.(type) {
		case string, int64, bool:
		case Table:
			value.check(name+"."+key, found)
		default:
			found.AddIf(true, name+"."+key, "the value is of the wrong kind", "write a text in quotes, a whole number, or true or false")
			delete(t, key)
		}
	}
}

// complete returns f with its defaults.
func (f File) complete() File {
	if f.Network.Method == "" {
		f.Network.Method = MethodDHCP
	}
	if f.Printer == nil {
		f.Printer = Table{}
	}
	if _, ok := f.Printer["path"]; !ok {
		f.Printer["path"] = find
	}
	return f
}

// checked returns what a checker finds wrong with what f hands on, but for what is known already. It is shown a totem.toml
// whose other fields are in order.
func (f File) checked(check Checker, known form.Mistakes) (found form.Mistakes) {
	f.Office, f.Totem, f.Scheduler = "office", "totem", List{"tls://192.0.2.1:4222"}
	for _, m := range check(f.totemTOML(Facts{})) {
		if m.Field != "" && known.In(m.Field) {
			continue
		}
		m.File, m.Line = "", 0
		if rest, ok := strings.CutPrefix(m.Field, "panel."); ok && m.Wrong == form.Unknown {
			m.Remedy = form.Correct(rest, panelFields(), m.Remedy)
		}
		found = append(found, m)
	}
	return found
}

// wrong returns the fault of a file with mistakes. secrets are taken out of what is told.
func wrong(name string, found form.Mistakes, lines form.Lines, secrets []string) error {
	found.Place(name, lines)
	for i := range found {
		found[i].Field, found[i].Wrong, found[i].Remedy = hide(found[i].Field, secrets), hide(found[i].Wrong, secrets), hide(found[i].Remedy, secrets)
	}
	return fault.New(fault.CodeProvisioning, found.Err(), "correct what is named, on any computer, and put the card back; docs/provisioning.md describes every field",
		"the provisioning file %s has %s", name, found.Count())
}

// syntax says why a text is not TOML.
func syntax(text []byte, err error) form.Mistakes {
	if found := typographic(text); len(found) > 0 {
		return found
	}
	line := 0
	var bad *form.Syntax
	if errors.As(err, &bad) {
		line = bad.Line
	}
	return form.Mistakes{{Line: line, Wrong: fmt.Sprintf("this is not TOML: %v", err),
		Remedy: "look for a missing quote or bracket on that line or just before it, or for a name given twice"}}
}
