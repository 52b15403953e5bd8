package provisioning

import (
	"fmt"
	"strings"
)

// Told is one thing that a file means, in plain words.
type Told struct {
	Part  string `json:"part"`
	Means string `json:"means"`
}

// Tell says in plain words what the file means for a device, in the order in which a technician looks for it. Neither token nor
// password is in it.
func (f File) Tell() []Told {
	all := []Told{
		{"place", fmt.Sprintf("totem %s of office %s", f.Totem, f.Office)},
		{"scheduler", strings.Join(f.Scheduler, " or ") + ", known by " + count(len(f.Pins), "pin")},
		{"token", f.tellToken()},
		{"network", f.Network.tell()},
		{"names", f.tellNames()},
		{"time", f.tellTime()},
		{"proxy", f.tellProxy()},
		{"printer", f.tellPrinter()},
		{"panel", f.tellPanel()},
		{"let out", f.tellOut()},
		{"let in", f.tellIn()},
	}
	for _, one := range []struct {
		name  string
		table Table
	}{{"keypad", f.Keypad}, {"scanner", f.Scanner}, {"sound", f.Sound}, {"board", f.Board}} {
		if len(one.table) > 0 {
			all = append(all, Told{one.name, "as written: " + strings.Join(one.table.keys(), ", ")})
		}
	}
	return all
}

func count(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (f File) tellToken() string {
	switch {
	case f.HasToken() && f.Replace:
		return "used once, at the next start; key and data of what the device was before are erased then"
	case f.HasToken():
		return "used once, at the next start, and blotted out then"
	case f.Spent():
		return "was used already: good for the device that used it, and for no other"
	}
	return "none: good for a device that is enrolled already, and for no other"
}

func (n Network) tell() string {
	where := "any wired interface"
	if n.Interface != "" {
		where = "interface " + n.Interface
	}
	if n.VLAN != 0 {
		where += fmt.Sprintf(", VLAN %d", n.VLAN)
	}
	if !n.Static() {
		return where + "; address by DHCP"
	}
	way := "no gateway"
	if len(n.Gateway) > 0 {
		way = "gateway " + strings.Join(n.Gateway, " and ")
	}
	return where + "; address " + strings.Join(n.Address, " and ") + ", " + way
}

func (f File) tellNames() string {
	switch n := f.Network; {
	case len(n.DNS) > 0:
		return "asked of " + strings.Join(n.DNS, ", ")
	case n.Static():
		return "nobody is asked"
	}
	return "asked of the servers that DHCP tells"
}

func (f File) tellTime() string {
	switch n := f.Network; {
	case len(n.NTP) > 0 && n.NTP[0] != NoService:
		return "from " + strings.Join(n.NTP, ", ")
	case len(n.NTP) > 0 || n.Static():
		return "no time service: by the battery and the scheduler's signed time"
	}
	return "from the servers that DHCP tells; else by the battery and the scheduler's signed time"
}

func (f File) tellProxy() string {
	switch p := f.Proxy; {
	case p.Address == "":
		return "none"
	case p.User == "":
		return p.Address + ", without a user"
	default:
		return p.Address + " as user " + p.User
	}
}

func (f File) tellPrinter() string {
	path, _ := f.Printer["path"].(string)
	profile, ok := f.Printer["profile"].(string)
	switch {
	case f.Find() && ok:
		return "looked for; profile " + profile
	case f.Find():
		return "looked for, and which it is"
	case ok:
		return path + ", profile " + profile
	}
	return path
}

func (f File) tellPanel() string {
	size := "the panel's own size"
	if f.Panel.Width != 0 {
		size = fmt.Sprintf("%d by %d pixels", f.Panel.Width, f.Panel.Height)
	}
	if f.Panel.Rotation == 0 {
		return size + ", not turned"
	}
	return fmt.Sprintf("%s, the picture turned clockwise by %d degrees", size, f.Panel.Rotation)
}

func (f File) tellOut() string {
	s := f.sets()
	var all []string
	for _, one := range []struct {
		what  string
		ports []service
	}{{"the scheduler", s.scheduler}, {"updates", s.updates}} {
		for _, to := range one.ports {
			where := "any address"
			if to.at.IsValid() {
				where = to.at.String()
			}
			all = append(all, fmt.Sprintf("TCP to port %s of %s for %s", to.port, where, one.what))
		}
	}
	if s.peers != "" {
		all = append(all, "TCP to port "+s.peers+" for the office's other totems")
	}
	return strings.Join(all, "; ") + "; DHCP, and questions for names and the time; nothing else"
}

func (f File) tellIn() string {
	if s := f.sets(); s.peers != "" {
		return "TCP to port " + s.peers + " for the office's other totems; nothing else"
	}
	return "nothing"
}
