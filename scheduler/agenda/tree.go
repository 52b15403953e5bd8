package agenda

import (
	"bytes"
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// node is a value of a TOML document that knows on which line it stands.
type node struct {
	line   int
	kind   unstable.Kind    // Table, Array or the kind of a scalar
	text   string           // of a scalar: a string without its quotes, anything else as it is written
	names  []string         // of a table: its keys as they follow one another
	fields map[string]*node // of a table
	items  []*node          // of an array
}

// tree reads a whole document. The library decides whether it is TOML; the second pass keeps the lines.
func (r *report) tree(data []byte) (root *node, ok bool) {
	b := builder{starts: lineStarts(data)}
	if err := unmarshal(data); err != nil {
		line := 0
		if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
			line, _ = at.Position()
		} else {
			line = b.firstBad(data)
		}
		r.add(line, "", "this is not TOML: "+strings.TrimPrefix(err.Error(), "toml: "),
			"look for a missing quote, bracket or comma on this line or just before it, or for a name given twice")
		return nil, false
	}
	b.parser.Reset(data)
	return b.document(), true
}

func unmarshal(data []byte) error {
	var document map[string]any
	return toml.Unmarshal(data, &document)
}

// firstBad finds the line of a mistake that the library reports without a place, a name given twice: that of the last
// expression in the shortest beginning of the document that shows it, or of the name within that expression.
func (b *builder) firstBad(data []byte) int {
	var lines []int // of every expression
	b.parser.Reset(data)
	for b.parser.NextExpression() {
		lines = append(lines, b.keys(b.parser.Expression())[0].line)
	}
	if len(lines) == 0 {
		return 1
	}
	next := func(i int) int {
		if i+1 < len(lines) {
			return lines[i+1]
		}
		return len(b.starts) + 1
	}
	i := sort.Search(len(lines)-1, func(i int) bool { return unmarshal(data[:b.starts[next(i)-1]]) != nil })
	b.parser.Reset(data)
	b.document()
	for _, twice := range b.twice {
		if twice >= lines[i] && twice < next(i) {
			return twice
		}
	}
	return lines[i]
}

func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

func lineAt(starts []int, offset int) int {
	i, exact := slices.BinarySearch(starts, offset)
	if exact {
		i++
	}
	return max(i, 1)
}

// builder turns the parser's expressions into nodes.
type builder struct {
	parser unstable.Parser
	starts []int // offsets of the lines
	twice  []int // lines of names that their table had already
}

func (b *builder) document() *node {
	root := newTable(1)
	current := root
	for b.parser.NextExpression() {
		e := b.parser.Expression()
		switch e.Kind {
		case unstable.Table:
			current = b.descend(root, b.keys(e))
		case unstable.ArrayTable:
			keys := b.keys(e)
			last := keys[len(keys)-1]
			array := b.descend(root, keys[:len(keys)-1]).child(last, unstable.Array)
			current = newTable(last.line)
			array.items = append(array.items, current)
		case unstable.KeyValue:
			b.put(current, e)
		}
	}
	return root
}

type key struct {
	name string
	line int
}

func (b *builder) keys(e *unstable.Node) []key {
	var keys []key
	for it := e.Key(); it.Next(); {
		n := it.Node()
		keys = append(keys, key{string(n.Data), lineAt(b.starts, int(n.Raw.Offset))})
	}
	return keys
}

// descend returns the table that keys lead to from t; in an array of tables, its last one.
func (b *builder) descend(t *node, keys []key) *node {
	for _, k := range keys {
		t = t.child(k, unstable.Table)
		if n := len(t.items); n > 0 {
			t = t.items[n-1]
		}
		if t.fields == nil { // a list of scalars: the library has refused such a document already
			return newTable(k.line)
		}
	}
	return t
}

func (b *builder) put(t *node, e *unstable.Node) {
	keys := b.keys(e)
	last := keys[len(keys)-1]
	t = b.descend(t, keys[:len(keys)-1])
	if t.fields[last.name] != nil {
		b.twice = append(b.twice, last.line)
	}
	t.set(last.name, b.value(e.Value(), last.line))
}

// value copies a value; line is where it stands if the parser does not tell.
func (b *builder) value(v *unstable.Node, line int) *node {
	line = b.line(v, line)
	switch v.Kind {
	case unstable.InlineTable:
		t := newTable(line)
		for it := v.Children(); it.Next(); {
			b.put(t, it.Node())
		}
		return t
	case unstable.Array:
		array := &node{line: line, kind: unstable.Array}
		for it := v.Children(); it.Next(); {
			array.items = append(array.items, b.value(it.Node(), line))
		}
		return array
	default:
		return &node{line: line, kind: v.Kind, text: string(v.Data)}
	}
}

// line returns where v stands. Dates and booleans carry no range, but their data is a slice of the document that
// reaches to its end, so its capacity tells its place.
func (b *builder) line(v *unstable.Node, otherwise int) int {
	if v.Raw.Length > 0 {
		return lineAt(b.starts, int(v.Raw.Offset))
	}
	document := b.parser.Data()
	offset := cap(document) - cap(v.Data)
	if len(v.Data) == 0 || offset < 0 || offset > len(document) || !bytes.HasPrefix(document[offset:], v.Data) {
		return otherwise
	}
	return lineAt(b.starts, offset)
}

func newTable(line int) *node {
	return &node{line: line, kind: unstable.Table, fields: map[string]*node{}}
}

func (n *node) set(name string, value *node) {
	if _, ok := n.fields[name]; !ok {
		n.names = append(n.names, name)
	}
	n.fields[name] = value
}

// child returns the table or array under a key, made if it is not there.
func (n *node) child(k key, kind unstable.Kind) *node {
	c, ok := n.fields[k.name]
	if !ok || c.fields == nil && c.kind != unstable.Array {
		c = &node{line: k.line, kind: kind}
		if kind == unstable.Table {
			c = newTable(k.line)
		}
		n.set(k.name, c)
	}
	return c
}
