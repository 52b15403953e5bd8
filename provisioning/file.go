// Package provisioning reads the file by which a technician makes a device a totem, provision.toml on the card's first
// partition, and derives from it everything that the device's own programs read: totem.toml, the network's files, the
// display's, the firewall's sets.
//
// It has no clock, no randomness and no input or output: whoever reads the card hands the bytes in, and writes what
// comes out. docs/provisioning.md describes every field.
package provisioning

import (
	"slices"
	"strings"

	"example.org/totem/booking"
)

// File is a provisioning file that was read and is in order: only Parse makes one.
type File struct {
	Office    booking.OfficeID `toml:"office"`
	Totem     booking.TotemID  `toml:"totem"`
	Scheduler List             `toml:"scheduler"` // addresses, "tls://10.20.0.5:4222"; at least one
	Pins      List             `toml:"pins"`      // of the servers' keys, "sha256/…"; at least one
	Token     string           `toml:"token"`     // one-time, as it is written; "": none. It is never to be shown
	Replace   bool             `toml:"replace"`   // the device gives up the place and the data that it had
	Updates   string           `toml:"updates"`   // where updates are fetched, "https://host:port"; "": nothing is let out for them
	Network   Network          `toml:"network"`
	Proxy     Proxy            `toml:"proxy"`
	Printer   Table            `toml:"printer"` // as totem.toml has it; path may be "find"
	Panel     Panel            `toml:"panel"`
	Keypad    Table            `toml:"keypad"` // as totem.toml has it, and so the next ones
	Scanner   Table            `toml:"scanner"`
	Sound     Table            `toml:"sound"`
	Peers     Table            `toml:"peers"`
	Board     Table            `toml:"board"`
}

// Network is how the device is on its wire.
type Network struct {
	Interface string `toml:"interface"` // name or MAC address; "": any wired one
	Method    string `toml:"method"`    // "dhcp" or "static"
	Address   List   `toml:"address"`   // of this device with its prefix, "10.20.0.31/24"; for static alone
	Gateway   List   `toml:"gateway"`   // at most one of each family; for static alone
	DNS       List   `toml:"dns"`       // addresses of name servers; none: those that DHCP tells
	VLAN      int    `toml:"vlan"`      // 1 to 4094; 0: the wire is untagged
	NTP       List   `toml:"ntp"`       // names or addresses; none: those that DHCP tells; "none" alone: no time service
}

// Proxy is the HTTP proxy on the way to the scheduler, as totem.toml has it.
type Proxy struct {
	Address  string `toml:"address"` // "host:port"; "": there is none
	User     string `toml:"user"`
	Password string `toml:"password"` // it is never to be shown
}

// Panel is the screen: the picture on it, and what totem.toml says of it besides.
type Panel struct {
	Width    Pixels `toml:"width"` // of the picture as people see it; 0 is the panel's own
	Height   Pixels `toml:"height"`
	Rotation int    `toml:"rotation"` // how far the picture is turned on the panel, clockwise as people see it: 0, 90, 180, 270
	Rest     Table  // every other field, as totem.toml has it; "touch", "touch_matrix", "width_mm" …
}

// The two methods of [Network].
const (
	MethodDHCP   = "dhcp"
	MethodStatic = "static"
)

// NoService is what is written for no time service at all.
const NoService = "none"

// Static reports whether the network's addresses are those of the file.
func (n Network) Static() bool { return n.Method == MethodStatic }

// Find reports whether the printer is to be looked for.
func (f File) Find() bool { return f.Printer["path"] == find }

// find is what is written for a printer that is to be looked for.
const find = "find"

// spent begins what stands in the place of a token that was used.
const spent = "used"

// Spent reports whether the file's token was used and blotted out.
func (f File) Spent() bool { return isSpent(f.Token) }

// HasToken reports whether the file holds a token that may still be good.
func (f File) HasToken() bool { return f.Token != "" && !f.Spent() }

func isSpent(token string) bool {
	rest, ok := strings.CutPrefix(token, spent)
	return ok && strings.Trim(rest, "-") == ""
}

// List is one text or several: a list in brackets, or one text with commas between them.
type List []string

// Set implements [form.Setter].
func (l *List) Set(value any) (wanted string) {
	wanted = "a text in quotes, or several of them in brackets with commas between them"
	switch value := value.(type) {
	case string:
		for one := range strings.SplitSeq(value, ",") {
			*l = append(*l, strings.TrimSpace(one))
		}
	case []any:
		for _, one := range value {
			text, ok := one.(string)
			if !ok {
				return wanted
			}
			*l = append(*l, strings.TrimSpace(text))
		}
	default:
		return wanted
	}
	if len(*l) == 1 && (*l)[0] == "" { // "" is as good as left out
		*l = nil
	}
	return ""
}

// Table is a table that is handed on as it is. Its values are string, int64, bool, or a Table.
type Table map[string]any

// Set implements [form.Setter].
func (t *Table) Set(value any) (wanted string) {
	inner, ok := value.(map[string]any)
	if !ok {
		return "a table"
	}
	*t = make(Table, len(inner))
	for name, value := range inner {
		if deeper, ok := value.(map[string]any); ok {
			var table Table
			table.Set(deeper)
			value = table
		}
		(*t)[name] = value
	}
	return ""
}

// keys returns the names of a table's fields in order: values first, then tables within it.
func (t Table) keys() []string {
	var values, tables []string
	for name, value := range t {
		if _, ok := value.(Table); ok {
			tables = append(tables, name)
		} else {
			values = append(values, name)
		}
	}
	slices.Sort(values)
	slices.Sort(tables)
	return append(values, tables...)
}

// Pixels is one side of the picture; 0 is the panel's own.
type Pixels int

// native is what may be written for the panel's own size.
const native = "native"

// Set implements [form.Setter].
func (p *Pixels) Set(value any) (wanted string) {
	if n, ok := value.(int64); ok && n == int64(int(n)) {
		*p = Pixels(n)
		return ""
	}
	if value == native {
		*p = 0
		return ""
	}
	return `a whole number without quotes, or "native"`
}
