package provisioning

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/totem/internal/fault"
)

// Facts are what the machine knows of itself when the files are derived. The zero value knows nothing.
type Facts struct {
	Panel   PanelFacts
	Wired   []Wire       // the wired network interfaces; none: unknown
	Printer PrinterFacts // what was found; for a file that says path = "find"
}

// PanelFacts is the panel as it is built, before any rotation.
type PanelFacts struct {
	Width, Height     int // pixels of its best mode; 0: unknown
	WidthMM, HeightMM int // as it says itself, which many do wrongly; 0: unknown
}

// Wire is a wired network interface.
type Wire struct {
	Name string // "enp1s0"
	MAC  string // "52:54:00:12:34:56"; "": unknown
}

// PrinterFacts is the printer that was found. What the file says itself is not changed by it.
type PrinterFacts struct {
	Path    string // "": none was found
	Profile string
	Baud    int
	Flow    string
}

// Where the derived files lie. All are made anew at each boot, in memory.
const (
	TotemPath    = "/run/totem/totem.toml" // holds the proxy's password: for the totem's user alone
	DisplayPath  = "/run/totem/xorg.conf"
	FirewallPath = "/run/totem/firewall.nft"
	ResolvedPath = "/run/systemd/resolved.conf.d/10-totem.conf"
	TimePath     = "/run/systemd/timesyncd.conf.d/10-totem.conf"

	networkDir = "/run/systemd/network/"
)

// Where a totem's own data lies.
const (
	DataDir     = "/data/totem"
	IdentityDir = "/ident/identity"
)

// Derive returns every file that is made of f at each boot, by its path. The error is a *fault.Fault of CodeUnfit if the machine
// has not what f asks for.
func (f File) Derive(facts Facts) (map[string][]byte, error) {
	if err := f.fits(facts); err != nil {
		return nil, err
	}
	all := map[string][]byte{
		TotemPath:    f.totemTOML(facts),
		DisplayPath:  f.display(),
		FirewallPath: f.firewall(),
		ResolvedPath: resolved(),
		TimePath:     f.timesyncd(),
	}
	for name, text := range f.networkd() {
		all[networkDir+name] = text
	}
	return all, nil
}

// fits reports what the machine does not have.
func (f File) fits(facts Facts) error {
	wanted := f.Network.Interface
	if len(facts.Wired) == 0 {
		return nil
	}
	var names []string
	for _, w := range facts.Wired {
		names = append(names, strings.TrimSuffix(w.Name+" ("+w.MAC+")", " ()"))
	}
	slices.Sort(names)
	has := strings.Join(names, ", ")
	switch {
	case wanted != "" && !slices.ContainsFunc(facts.Wired, func(w Wire) bool { return w.Name == wanted || sameMAC(w.MAC, wanted) }):
		return fault.New(fault.CodeUnfit, nil, "write one of these as network.interface, or leave it out: then any wired one is used",
			"this device has no network interface %s; it has %s", wanted, has)
	case wanted == "" && f.Network.VLAN != 0 && len(facts.Wired) > 1:
		return fault.New(fault.CodeUnfit, nil, "write one of these as network.interface", "network.vlan belongs to one network interface, and this device has %s", has)
	}
	return nil
}

func sameMAC(a, b string) bool {
	return a != "" && strings.EqualFold(strings.ReplaceAll(a, "-", ":"), strings.ReplaceAll(b, "-", ":"))
}

// totemTOML returns totem.toml as [device.ParseConfig] reads it.
func (f File) totemTOML(facts Facts) []byte {
	var b strings.Builder
	b.WriteString("# Made of provision.toml at each boot: change that.\n")
	writeTable(&b, "", Table{"office": string(f.Office), "totem": string(f.Totem), "scheduler": strings.Join(f.Scheduler, ","),
		"data": DataDir, "identity": IdentityDir})
	proxy := Table{}
	for name, value := range map[string]string{"address": f.Proxy.Address, "user": f.Proxy.User, "password": f.Proxy.Password} {
		if value != "" {
			proxy[name] = value
		}
	}
	writeTable(&b, "proxy", proxy)
	writeTable(&b, "printer", f.printer(facts.Printer))
	writeTable(&b, "panel", f.panel(facts.Panel))
	writeTable(&b, "keypad", f.Keypad)
	writeTable(&b, "scanner", f.Scanner)
	writeTable(&b, "sound", f.Sound)
	writeTable(&b, "peers", f.Peers)
	writeTable(&b, "board", f.Board)
	return []byte(b.String())
}

// anywhere is where a printer is looked for that nobody has found yet: the first one on USB.
const anywhere = "/dev/usb/lp0"

func (f File) printer(found PrinterFacts) Table {
	t := Table{}
	for name, value := range f.Printer {
		t[name] = value
	}
	if !f.Find() {
		return t
	}
	t["path"] = cmp.Or(found.Path, anywhere)
	if found.Path == "" {
		return t
	}
	if _, ok := t["profile"]; !ok && found.Profile != "" {
		t["profile"] = found.Profile
	}
	if _, ok := t["baud"]; !ok && found.Baud != 0 {
		t["baud"] = int64(found.Baud)
	}
	if _, ok := t["flow"]; !ok && found.Flow != "" {
		t["flow"] = found.Flow
	}
	return t
}

func (f File) panel(native PanelFacts) Table {
	t := Table{"fullscreen": true}
	for name, value := range f.Panel.Rest {
		t[name] = value
	}
	turned := native
	if f.Panel.Rotation%180 != 0 {
		turned = PanelFacts{native.Height, native.Width, native.HeightMM, native.WidthMM}
	}
	width, height := int(f.Panel.Width), int(f.Panel.Height)
	if width == 0 && height == 0 && turned.Width > 0 && turned.Height > 0 {
		width, height = turned.Width, turned.Height
	}
	if width != 0 || height != 0 {
		t["width"], t["height"] = int64(width), int64(height)
	}
	if _, ok := t["width_mm"]; !ok && turned.believable() {
		t["width_mm"] = int64(turned.WidthMM)
	}
	touch, _ := t["touch"].(string)
	if _, ok := t["touch_matrix"]; !ok && touch != "" && touch != touchWindow && f.Panel.Rotation != 0 {
		t["touch_matrix"] = matrix(f.Panel.Rotation)
	}
	return t
}

// touchWindow is the kind of touch panel that the X server reads; whatever else there is, the totem reads by itself.
const touchWindow = "window"

// believable reports whether what the panel says of its size in millimetres fits its pixels: square ones, within a tenth.
func (p PanelFacts) believable() bool {
	if p.Width < 1 || p.Height < 1 || p.WidthMM < 80 || p.WidthMM > 2000 || p.HeightMM < 80 || p.HeightMM > 2000 {
		return false
	}
	across, down := p.WidthMM*p.Height*10, p.HeightMM*p.Width*10
	return across <= down*11/10 && down <= across*11/10
}

// writeTable writes a table and those within it; nothing where it is empty.
func writeTable(b *strings.Builder, name string, t Table) {
	if len(t) > 0 && name != "" {
		fmt.Fprintf(b, "\n[%s]\n", name)
	}
	for _, key := range t.keys() {
		switch value := t[key].(type) {
		case string:
			fmt.Fprintf(b, "%s = %s\n", keyOf(key), quote(value))
		case int64, bool:
			fmt.Fprintf(b, "%s = %v\n", keyOf(key), value)
		case Table:
			writeTable(b, name+"."+keyOf(key), value)
		}
	}
}

// keyOf returns a name as TOML writes it.
func keyOf(name string) string {
	if name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == "" {
		return name
	}
	return quote(name)
}

// quote returns a text as TOML writes it, on one line.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
