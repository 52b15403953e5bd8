package appliance_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/esp"
	"example.org/totem/internal/disk/fat"
	"example.org/totem/internal/papersim"
	"example.org/totem/ui/placard"
)

const (
	officeFile = "../../../offices/valfiorita-anagrafe.toml"
	office     = booking.OfficeID("valfiorita-anagrafe")
	totem      = booking.TotemID("ingresso")
)

// machine is a totem's system in a folder: its partitions, and what its kernel tells.
type machine struct {
	t    testing.TB
	root string
}

func newMachine(t testing.TB) machine {
	t.Helper()
	m := machine{t, t.TempDir()}
	for _, dir := range []string{"dev/disk/by-partlabel", "ident/identity", "data/totem", "run", "sys/class/net/eth0/device", "proc"} {
		m.must(os.MkdirAll(filepath.Join(m.root, dir), 0o700))
	}
	m.file("sys/class/net/eth0/type", "1\n")
	m.file("sys/class/net/eth0/address", "52:54:00:12:34:56\n")
	m.file("sys/class/net/eth0/carrier", "1\n")
	m.file("sys/class/graphics/fb0/virtual_size", "1080,1920\n")
	m.file("proc/cmdline", "root=PARTUUID=x ro totem.slot=A quiet\n")
	return m
}

func (m machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// file writes a file of the system.
func (m machine) file(name, content string) {
	m.t.Helper()
	path := filepath.Join(m.root, name)
	m.must(os.MkdirAll(filepath.Dir(path), 0o755))
	m.must(os.WriteFile(path, []byte(content), 0o644))
}

func (m machine) read(name string) string {
	data, err := os.ReadFile(filepath.Join(m.root, name))
	if err != nil {
		return ""
	}
	return string(data)
}

// card puts a card in whose small partition has that provisioning file; "": none.
func (m machine) card(provisioning string) {
	m.t.Helper()
	path := filepath.Join(m.root, esp.Device)
	m.must(os.WriteFile(path, nil, 0o600))
	m.must(os.Truncate(path, 16<<20))
	files := map[string][]byte{"totem/README.txt": []byte("read\r\n")}
	if provisioning != "" {
		files["totem/provision.toml"] = []byte(provisioning)
	}
	m.must(fat.Make(m.t.Context(), path, 0, fat.Spec{Size: 16 << 20, Label: "TOTEM", Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Files: files}))
}

// onCard returns the provisioning file that the card has now.
func (m machine) onCard() []byte {
	m.t.Helper()
	p, err := esp.Open(filepath.Join(m.root, esp.Device))
	m.must(err)
	defer p.Close()
	data, err := p.ReadFile("totem/provision.toml")
	m.must(err)
	return data
}

// wall keeps what was hung on it, as a person reads it.
type wall struct {
	mu    sync.Mutex
	pages []placard.Page
	hung  func(placard.Page) // is told each page; nil: nobody is
}

func (w *wall) Hang(p placard.Page) error {
	w.mu.Lock()
	w.pages = append(w.pages, p)
	w.mu.Unlock()
	if w.hung != nil {
		w.hung(p)
	}
	return nil
}

// states returns what a page says of its steps.
func states(p placard.Page) string {
	var all []string
	for _, s := range p.Steps {
		all = append(all, s.Name+" "+string(s.State))
	}
	return strings.Join(all, ", ")
}

// config builds an appliance on the machine. Nothing is waited for longer than a twentieth of what a totem waits.
func (m machine) config(w appliance.Wall) appliance.Config {
	return appliance.Config{Root: m.root, Version: "1.9.0", Random: rand.Reader, Wall: w, Haste: 20,
		Addresses:    func(string) ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("10.20.0.31")}, nil },
		Synchronised: func() bool { return true }, Device: device.Parts{LinkSpread: 50 * time.Millisecond}}
}

func scheduler(t testing.TB) *central.Central {
	t.Helper()
	c, err := central.Open(t.Context(), central.Config{OfficeFiles: []string{officeFile}, DataDir: t.TempDir(), Init: true, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func token(t testing.TB, c *central.Central) string {
	t.Helper()
	token, err := c.Token(context.Background(), office, totem, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func printer(t testing.TB) string {
	t.Helper()
	p, err := papersim.OnPTY(papersim.Config{}, papersim.Line{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p.Path
}

// provisioned is a provisioning file for a scheduler.
func provisioned(c *central.Central, token, printer string) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "office = %q\ntotem = %q\nscheduler = %q\npins = [%q]\ntoken = %q\n\n[printer]\npath = %q\nprofile = \"epson-tm-t20\"\n\n[panel]\nrotation = 90\n",
		office, totem, c.URL(), c.Pins()[0], token, printer)
	return b.String()
}
