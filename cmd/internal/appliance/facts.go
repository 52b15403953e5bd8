package appliance

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/provisioning"
	"example.org/totem/sync/identity"
)

// facts is what the machine knows of itself. While the system starts, drivers come up: a panel or a network interface that is
// missing is waited for a little, and then taken for what it was at the first start, or for unknown. settled says that all are up.
func (c Config) facts(f provisioning.File, settled bool) provisioning.Facts {
	facts := provisioning.Facts{Wired: c.wires(), Panel: c.panel()}
	if settled && facts.Panel.Width > 0 {
		if err := c.note(glassFile, facts.Panel); err != nil {
			c.Say(err.Error())
		}
	}
	if facts.Panel.Width == 0 {
		c.recall(glassFile, &facts.Panel)
	}
	for range hardwarePatience {
		if (facts.Panel.Width > 0 || f.Panel.Width > 0) && has(facts.Wired, f.Network.Interface) || !c.wait(nil, hardwarePause) {
			break
		}
		facts.Wired = c.wires()
		if p := c.panel(); p.Width > 0 {
			facts.Panel = p
		}
	}
	if !settled && !has(facts.Wired, f.Network.Interface) {
		facts.Wired = nil
	}
	c.recall(printerFile, &facts.Printer)
	return facts
}

// recall reads what an earlier start noted. What is not there, or not understood, is as good as not noted.
func (c Config) recall(name string, into any) {
	if data, err := c.read(name); err == nil {
		_ = json.Unmarshal(data, into)
	}
}

// has says whether a network interface is there; "" is any.
func has(wires []provisioning.Wire, wanted string) bool {
	return wanted == "" || slices.ContainsFunc(wires, func(w provisioning.Wire) bool { return w.Name == wanted || sameMAC(w.MAC, wanted) })
}

// How often, and after what pause, hardware is looked for.
const (
	hardwarePatience = 20
	hardwarePause    = 100 * time.Millisecond
)

// wires returns the network interfaces that have hardware behind them and a wire: /sys/class/net of the kernel's
// Documentation/ABI/testing/sysfs-class-net.
func (c Config) wires() (all []provisioning.Wire) {
	paths, _ := filepath.Glob(c.path("/sys/class/net/*/device"))
	for _, path := range paths {
		dir := "/sys/class/net/" + filepath.Base(filepath.Dir(path))
		if c.word(dir+"/type") != "1" || c.there(dir+"/wireless") { // ARPHRD_ETHER
			continue
		}
		all = append(all, provisioning.Wire{Name: filepath.Base(dir), MAC: c.word(dir + "/address")})
	}
	return all
}

// word returns what a file of the kernel says in one line; "" where it says nothing.
func (c Config) word(name string) string {
	data, err := c.read(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// panel returns the size of the panel: the best mode of the first output that something is plugged into, else that of the
// framebuffer.
func (c Config) panel() (p provisioning.PanelFacts) {
	outputs, _ := filepath.Glob(c.path("/sys/class/drm/card*-*/status"))
	slices.Sort(outputs)
	for _, path := range outputs {
		dir := "/sys/class/drm/" + filepath.Base(filepath.Dir(path))
		if c.word(dir+"/status") != "connected" {
			continue
		}
		best, _, _ := strings.Cut(c.word(dir+"/modes"), "\n")
		if _, err := fmt.Sscanf(best, "%dx%d", &p.Width, &p.Height); err == nil {
			return p
		}
	}
	if _, err := fmt.Sscanf(c.word("/sys/class/graphics/fb0/virtual_size"), "%d,%d", &p.Width, &p.Height); err != nil {
		return provisioning.PanelFacts{}
	}
	return p
}

// keyInForce returns the public half of the key by which this device speaks; "" for none, or for one that cannot be used.
func (c Config) keyInForce(f provisioning.File) string {
	return identity.Open(c.path(provisioning.IdentityDir), f.Office, f.Totem).Key()
}

// config returns totem.toml with its folders below the root.
func (c Config) config() (device.Config, error) {
	cfg, err := device.ReadConfig(c.path(provisioning.TotemPath))
	if err != nil {
		return cfg, err
	}
	cfg.Data, cfg.Identity = c.path(cfg.Data), c.path(cfg.Identity)
	return cfg, nil
}
