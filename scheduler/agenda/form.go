package agenda

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// fields returns the names that a table of an office file may hold; the file itself is the table "".
func fields(table string) []string {
	switch table {
	case "":
		return []string{"id", "zone", "languages", "emblem", "totems", "walk_in_share", "lead_minutes", "pace_tickets", "pace_minutes",
			"mode", "advance", "name", "place", "waiting", "controller", "privacy", "reminder", "processor", "grants", "hours", "queue", "service"}
	case "controller":
		return []string{"name", "address", "email", "pec", "phone", "dpo"}
	case "privacy":
		return []string{"dpo_address", "dpo_pec", "edition", "since"}
	case "reminder":
		return []string{"before_minutes", "day_before_hours", "no_first"}
	case "processor":
		return []string{"name", "task", "channels", "keeps_months", "country",
			"contract", "date", "until", "subprocessors", "authorisation", "instructions", "subject"}
	case "grants":
		return []string{"survive_hours", "most", "release_minutes"}
	case "hours":
		return []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "closed"}
	case "queue":
		return []string{"id", "prefix", "label", "slot_minutes", "horizon_days", "walk_in_share", "pace_tickets", "pace_minutes", "prepare",
			"counters"}
	case "queue.counters":
		return []string{"days", "hours", "open"}
	case "service":
		return []string{"id", "queue", "name", "detail", "bring", "sensitive"}
	default:
		return nil
	}
}

// Fields returns every field that an office file may hold, by its path: "id", "controller.pec", "queue.counters.open".
// A text, such as "service.name", is a table of languages; they are not listed.
func Fields() []string {
	var all []string
	for _, table := range []string{"", "controller", "privacy", "reminder", "processor", "grants", "hours", "queue",
		"queue.counters", "service"} {
		for _, name := range fields(table) {
			all = append(all, join(table, name))
		}
	}
	return all
}

func join(table, name string) string {
	if table == "" {
		return name
	}
	return table + "." + name
}

// form reads the fields of one table. Whatever it cannot read it reports, and returns the zero value; ok false says
// that nothing more can be said about that value.
type form struct {
	*report
	table string
	at    *node
}

// newForm reports the fields of the table that nobody knows.
func newForm(r *report, table string, at *node) form {
	f := form{r, table, at}
	known := fields(table)
	for _, name := range at.names {
		if slices.Contains(known, name) {
			continue
		}
		remedy := "remove it, or use one of: " + strings.Join(known, ", ")
		if near, ok := nearest(name, known); ok {
			remedy = fmt.Sprintf("did you mean %s?", near)
		}
		r.add(at.fields[name].line, join(table, name), "there is no such field", remedy)
	}
	return f
}

func (f form) has(name string) bool { return f.at.fields[name] != nil }

// line returns where the field stands, or the table that lacks it.
func (f form) line(name string) int {
	if n := f.at.fields[name]; n != nil {
		return n.line
	}
	return f.at.line
}

func (f form) refuse(name, wrong, remedy string) {
	f.add(f.line(name), join(f.table, name), wrong, remedy)
}

// value returns a field of one of the kinds; example shows how to write it. A missing field is reported only if it is
// required.
func (f form) value(name string, required bool, example string, kinds ...unstable.Kind) (n *node, ok bool) {
	n = f.at.fields[name]
	switch {
	case n == nil && required:
		f.need(name, example)
	case n == nil:
	case !slices.Contains(kinds, n.kind):
		f.refuse(name, "this is "+kindWord(n.kind)+", which does not belong here", "write for example "+example)
	default:
		return n, true
	}
	return nil, false
}

// need reports a field that is missing.
func (f form) need(name, example string) {
	if !f.has(name) {
		f.refuse(name, "this field is missing", "add it, for example "+example)
	}
}

func (f form) text(name string, required bool, example string) (s string, ok bool) {
	n, ok := f.value(name, required, fmt.Sprintf("%s = %q", name, example), unstable.String)
	if !ok {
		return "", false
	}
	return n.text, true
}

// number returns a whole number from least to most, or otherwise if the field is missing.
func (f form) number(name string, otherwise, least, most int) (v int, ok bool) {
	example := fmt.Sprintf("%s = %d", name, max(otherwise, least))
	n, ok := f.value(name, false, example, unstable.Integer)
	if !ok {
		return otherwise, !f.has(name)
	}
	v, err := strconv.Atoi(strings.ReplaceAll(n.text, "_", ""))
	if err != nil || v < least || v > most {
		f.refuse(name, n.text+" is out of range", fmt.Sprintf("write a whole number from %d to %d", least, most))
		return otherwise, false
	}
	return v, true
}

func (f form) flag(name string) bool {
	n, ok := f.value(name, false, name+" = true", unstable.Bool)
	return ok && n.text == "true"
}

// list returns the items of an array that are of the given kind, and reports the others.
func (f form) list(name string, required bool, example string, kind unstable.Kind) []*node {
	n, ok := f.value(name, required, example, unstable.Array)
	if !ok {
		return nil
	}
	var items []*node
	for _, item := range n.items {
		if item.kind != kind {
			f.add(item.line, join(f.table, name), "the list holds "+kindWord(item.kind)+", which does not belong here",
				"write for example "+example)
			continue
		}
		items = append(items, item)
	}
	return items
}

// forms returns the tables that are written as [[name]], or as {…} in a list.
func (f form) forms(name string, required bool, example string) []form {
	var all []form
	for _, item := range f.list(name, required, example, unstable.Table) {
		all = append(all, newForm(f.report, join(f.table, name), item))
	}
	return all
}

// form returns the table written as [name]. If it is missing it is reported once, and ok is false.
func (f form) form(name string) (sub form, ok bool) {
	n, ok := f.value(name, true, "["+name+"]", unstable.Table)
	if !ok {
		return form{}, false
	}
	return newForm(f.report, join(f.table, name), n), true
}

func kindWord(k unstable.Kind) string {
	switch k {
	case unstable.Table:
		return "a table"
	case unstable.Array:
		return "a list"
	case unstable.String:
		return "a text"
	case unstable.Bool:
		return "true or false"
	case unstable.Integer:
		return "a whole number"
	case unstable.Float:
		return "a fraction"
	case unstable.LocalDate:
		return "a date"
	default:
		return "a time"
	}
}

// nearest returns the known name that is at most two letters away.
func nearest(name string, known []string) (near string, ok bool) {
	best := 3
	for _, k := range known {
		if d := distance(name, k); d < best {
			best, near = d, k
		}
	}
	return near, best < 3
}

// distance counts the letters to insert, remove or change between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
