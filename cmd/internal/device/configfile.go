package device

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/internal/fault"
)

// ParseConfig reads and checks a configuration; name is the file's name for messages. Every mistake is told, each with
// its line where it stands on one; a file that is not TOML shows its first one alone.
func ParseConfig(name string, data []byte) (Config, error) {
	var document map[string]any
	if err := toml.Unmarshal(data, &document); err != nil {
		return Config{}, syntaxFault(name, data, err)
	}
	var c Config
	var found mistakes
	found.fill("", reflect.ValueOf(&c).Elem(), document)
	c = c.Complete()
	for _, m := range c.mistakes() {
		if !found.in(m.field) { // a value of the wrong kind has been told; what stands in its place is no mistake
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		return c, nil
	}
	found.place(name, linesOf(data))
	count := "a mistake"
	if len(found) > 1 {
		count = fmt.Sprintf("%d mistakes", len(found))
	}
	return Config{}, fault.New(fault.CodeConfig, found.err(), "correct what is named; docs/totem-toml.md describes every field",
		"the configuration %s has %s", name, count)
}

func syntaxFault(name string, data []byte, err error) error {
	line := 0
	var at *toml.DecodeError
	if errors.As(err, &at) {
		line, _ = at.Position()
	} else {
		line = linesOf(data).twice // what the library says without a place is a name given twice
	}
	if line == 0 {
		return fault.New(fault.CodeConfig, err, "mend the file", "the configuration %s is not TOML", name)
	}
	return fault.New(fault.CodeConfig, fmt.Errorf("%s:%d: %s", name, line, strings.TrimPrefix(err.Error(), "toml: ")),
		"look for a missing quote or bracket on that line or just before it, or for a name given twice", "the configuration is not TOML")
}

// mistake is one thing that is wrong with a configuration.
type mistake struct {
	where         string // "totem.toml:3: "; "" where no file is known
	line          int    // 0: it stands nowhere
	field         string // "printer.baud"
	wrong, remedy string
}

func (m mistake) Error() string { return m.where + m.field + ": " + m.wrong + "; " + m.remedy }

type mistakes []mistake

func (m *mistakes) addIf(wrong bool, field, what, remedy string) {
	if wrong {
		*m = append(*m, mistake{field: field, wrong: what, remedy: remedy})
	}
}

func (m mistakes) in(field string) bool {
	return slices.ContainsFunc(m, func(one mistake) bool {
		return one.field == field || strings.HasPrefix(field, one.field+".")
	})
}

func (m mistakes) err() error {
	errs := make([]error, len(m))
	for i := range m {
		errs[i] = m[i]
	}
	return errors.Join(errs...)
}

// place finds the line of each mistake, or of the table that lacks the field, and puts them in order.
func (m mistakes) place(name string, lines lines) {
	for i := range m {
		m[i].where = name + ": "
		table, _, _ := strings.Cut(m[i].field, ".")
		if line, ok := lines.of[m[i].field]; ok {
			m[i].line = line
		} else if line, ok := lines.of[table]; ok {
			m[i].line = line
		}
		if m[i].line > 0 {
			m[i].where = fmt.Sprintf("%s:%d: ", name, m[i].line)
		}
	}
	slices.SortStableFunc(m, func(a, b mistake) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.field, b.field)) })
}

// fill sets the fields of a struct to the values of a table, and tells every name and kind that does not fit.
func (m *mistakes) fill(prefix string, to reflect.Value, table map[string]any) {
	fields := make(map[string]reflect.Value)
	for i := range to.NumField() {
		fields[to.Type().Field(i).Tag.Get("toml")] = to.Field(i)
	}
	for key, value := range table {
		name := prefix + key
		field, ok := fields[key]
		if !ok {
			m.addIf(true, name, "there is no such field", "remove it or correct its spelling")
			continue
		}
		wanted, fits := "", false
		switch field.Kind() {
		case reflect.Struct:
			inner, ok := value.(map[string]any)
			if ok {
				m.fill(name+".", field, inner)
			}
			wanted, fits = "a table, ["+name+"]", ok
		case reflect.String:
			s, ok := value.(string)
			field.SetString(s)
			wanted, fits = "a text in quotes", ok
		case reflect.Bool:
			b, ok := value.(bool)
			field.SetBool(b)
			wanted, fits = "true or false, without quotes", ok
		case reflect.Int:
			n, ok := value.(int64)
			ok = ok && !field.OverflowInt(n)
			if ok {
				field.SetInt(n)
			}
			wanted, fits = "a whole number without quotes", ok
		}
		m.addIf(!fits, name, "the value is of the wrong kind", "write "+wanted)
	}
}

// lines says where the fields and tables of a document stand, from 1.
type lines struct {
	of    map[string]int
	twice int // the first line with a name that was there already; 0: none
}

// linesOf reads a document as far as it is TOML.
func linesOf(data []byte) lines {
	found := lines{of: make(map[string]int)}
	var p unstable.Parser
	p.Reset(data)
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind == unstable.Table || e.Kind == unstable.ArrayTable {
			table = ""
		}
		path := found.put(&p, table, e)
		if e.Kind != unstable.KeyValue {
			table = path + "."
		}
	}
	return found
}

// put notes where an expression's key stands, and those of an inline table, and returns its path.
func (l *lines) put(p *unstable.Parser, table string, e *unstable.Node) string {
	var path []string
	line := 0
	for it := e.Key(); it.Next(); {
		path = append(path, string(it.Node().Data))
		line = p.Shape(it.Node().Raw).Start.Line
	}
	name := table + strings.Join(path, ".")
	if _, ok := l.of[name]; ok && l.twice == 0 {
		l.twice = line
	} else if !ok {
		l.of[name] = line
	}
	if e.Kind == unstable.KeyValue && e.Value().Kind == unstable.InlineTable {
		for it := e.Value().Children(); it.Next(); {
			l.put(p, name+".", it.Node())
		}
	}
	return name
}
