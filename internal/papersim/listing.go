package papersim

import (
	"fmt"
	"strings"
)

// Listing writes a stream down for people, one command a line: where it begins, its name, its parameters, and in
// quotes what it carries. Text is read by the code page in force. A command that the stream ends within is the last
// line, "cut short".
func Listing(stream []byte) string { return Model{}.Listing(stream) }

// Listing is the listing of what this model reads: makes differ in code pages and in a few commands.
func (m Model) Listing(stream []byte) string {
	m = m.filled()
	var out strings.Builder
	var page byte
	for at := 0; at < len(stream); {
		c, ok := m.dialect().next(stream[at:])
		if !ok {
			fmt.Fprintf(&out, "%04d cut short % x\n", at, stream[at:])
			break
		}
		switch c.name {
		case "ESC @":
			page = 0
		case "ESC t":
			page = c.params[0]
		}
		fmt.Fprintf(&out, "%04d %s%s\n", at, c.name, c.details(m.Pages, page))
		at += c.size
	}
	return out.String()
}

func (m Model) dialect() dialect { return dialect{kpl: m.KPL} }

const longest = 64 // bytes of data written out

func (c command) details(pages map[byte]string, page byte) string {
	var out strings.Builder
	for _, b := range c.params {
		fmt.Fprintf(&out, " %02x", b)
	}
	switch {
	case c.data == nil:
	case c.name == "text":
		words := make([]rune, 0, len(c.data))
		for _, b := range c.data {
			words = append(words, decode(pages, page, b))
		}
		fmt.Fprintf(&out, " %q", string(words))
	case len(c.data) > longest:
		fmt.Fprintf(&out, " (%d bytes)", len(c.data))
	default:
		fmt.Fprintf(&out, " %q", c.data)
	}
	return out.String()
}

// Commands returns the names of a stream's commands, in order: "ESC @", "text", "LF", …
func Commands(stream []byte) []string {
	var names []string
	for at := 0; at < len(stream); {
		c, ok := next(stream[at:])
		if !ok {
			return append(names, "cut short")
		}
		names = append(names, c.name)
		at += c.size
	}
	return names
}
