package form

import (
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Syntax says that a file is not TOML, and where it stops being it.
type Syntax struct {
	Line int   // from 1; 0: unknown
	Err  error // of the library, without its name
}

// Error returns what the library says.
func (s *Syntax) Error() string { return s.Err.Error() }

// Unwrap returns the library's error.
func (s *Syntax) Unwrap() error { return s.Err }

// Read returns a document as tables, and where its fields stand. The error is a *Syntax; then the lines are those of
// what comes before it.
func Read(data []byte) (document map[string]any, lines Lines, err error) {
	lines = linesOf(data)
	if err := toml.Unmarshal(data, &document); err != nil {
		return nil, lines, syntax(lines, err)
	}
	return document, lines, nil
}

func syntax(lines Lines, err error) *Syntax {
	s := &Syntax{Line: lines.twice, Err: errors.New(strings.TrimPrefix(err.Error(), "toml: "))}
	var at *toml.DecodeError
	if errors.As(err, &at) { // else it is a name given twice, which the library tells without a place
		s.Line, _ = at.Position()
	}
	return s
}

// Lines says where the fields and tables of a document stand, from 1.
type Lines struct {
	of    map[string]int
	twice int // the first line with a name that was there already; 0: none
}

// line returns where a field stands, or the first that is in it, or the table that it is missing from; 0 for nowhere.
func (l Lines) line(field string) int {
	if line, ok := l.of[field]; ok {
		return line
	}
	first := 0
	for name, line := range l.of {
		if strings.HasPrefix(name, field+".") && (first == 0 || line < first) {
			first = line
		}
	}
	if first > 0 {
		return first
	}
	table, _, _ := strings.Cut(field, ".")
	return l.of[table]
}

// linesOf reads a document as far as it is TOML.
func linesOf(data []byte) Lines {
	found := Lines{of: make(map[string]int)}
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
func (l *Lines) put(p *unstable.Parser, table string, e *unstable.Node) string {
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
