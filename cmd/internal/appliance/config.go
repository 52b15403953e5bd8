package appliance

import (
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/esp"
	"example.org/totem/hw/framebuffer"
	"example.org/totem/provisioning"
	"example.org/totem/ui/placard"
)

// Config is what the appliance is built from. The zero value, but for Random, is that of a totem.
type Config struct {
	Root    string    // the folder that every path lies in; "" is "/"
	Version string    // of the program, for the foot of placards; "" is left out
	Random  io.Reader // a cryptographic source
	// Wall is where placards hang. nil: the framebuffer, turned as the provisioning has it.
	Wall Wall
	// Say is told each thing that is done, in a line. nil: nobody is.
	Say func(line string)
	// Since counts from any start and never jumps. nil: the time since this process began.
	Since func() time.Duration
	// After is time.After; nil is that.
	After func(time.Duration) <-chan time.Time
	// Addresses returns the addresses of this device on a network interface. nil: asks the system.
	Addresses func(wire string) ([]netip.Addr, error)
	// Synchronised says whether a time service keeps the clock. nil: asks the kernel.
	Synchronised func() bool
	// Device is what the totem is built with for as long as it pulls its office's data.
	Device device.Parts
	// Framebuffer is the device of the panel. Its rotation is that of the provisioning.
	Framebuffer framebuffer.Config
	// Haste is by how much less than usual everything is waited for; 0 is as long as usual, 10 a tenth of it.
	Haste int
}

// Wall is where placards hang.
type Wall interface {
	// Hang puts a page in the place of the one before, and returns when it can be read.
	Hang(placard.Page) error
}

// Where things lie, below the root.
const (
	identDir      = "/ident"
	acceptedFile  = identDir + "/provision.toml" // the provisioning file that counts, without its token
	enrolmentFile = identDir + "/enrolment.json" // how far the enrolment by a token is
	enrolledFile  = identDir + "/enrolled"       // the enrolment came to its end: by which token
	glassFile     = identDir + "/panel.json"     // the panel as it was built, at the first start
	printerFile   = identDir + "/printer.json"   // the printer that was found
	stateFile     = "/run/totem/setup.json"      // the last placard of the set-up
)

func (c Config) complete() Config {
	if c.Root == "" {
		c.Root = "/"
	}
	if c.Say == nil {
		c.Say = func(string) {}
	}
	if c.After == nil {
		c.After = time.After
	}
	if c.Since == nil {
		began := time.Now()
		c.Since = func() time.Duration { return time.Since(began) }
	}
	if c.Addresses == nil {
		c.Addresses = addressesOf
	}
	if c.Synchronised == nil {
		c.Synchronised = synchronised
	}
	c.Haste = max(c.Haste, 1)
	return c
}

// path returns where a path of the totem lies.
func (c Config) path(name string) string { return filepath.Join(c.Root, name) }

// read reads a file of the totem.
func (c Config) read(name string) ([]byte, error) { return os.ReadFile(c.path(name)) }

// there says whether a file of the totem is there.
func (c Config) there(name string) bool {
	_, err := os.Lstat(c.path(name))
	return err == nil
}

// wait waits, in haste less. It returns false when done comes first.
func (c Config) wait(done <-chan struct{}, d time.Duration) bool {
	select {
	case <-done:
		return false
	case <-c.After(d / time.Duration(c.Haste)):
		return true
	}
}

// card opens the card's small partition.
func (c Config) card() (*esp.Partition, error) { return esp.Open(c.path(esp.Device)) }

// mode returns with which rights a file is written.
func mode(name string) fs.FileMode {
	switch {
	case name == provisioning.TotemPath, strings.HasPrefix(name, identDir+"/"):
		return 0o600
	}
	return 0o644
}
