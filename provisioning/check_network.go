package provisioning

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.org/totem/form"
)

var (
	interfaceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$`) // as the kernel has it, and no sign of systemd's patterns
	macAddress    = regexp.MustCompile(`^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$`)
)

func (n Network) check(m *form.Mistakes) {
	m.AddIf(n.Interface != "" && !interfaceName.MatchString(n.Interface) && !macAddress.MatchString(n.Interface), "network.interface",
		strconv.Quote(n.Interface)+" is no name of a network interface and no MAC address", `write it as "enp1s0" or "52:54:00:12:34:56", or leave it out: then any wired one is used`)
	m.AddIf(n.Interface == "lo" || strings.HasPrefix(n.Interface, "wl"), "network.interface", "a totem is on a wire", "name a wired interface, or leave it out: then any wired one is used")
	m.AddIf(n.Method != MethodDHCP && n.Method != MethodStatic, "network.method", fmt.Sprintf("there is no method %q", n.Method), `write "dhcp" or "static"`)
	m.AddIf(n.VLAN < 0 || n.VLAN > 4094, "network.vlan", fmt.Sprintf("there is no VLAN %d", n.VLAN), "write its number, from 1 to 4094, or leave it out for a wire without tags")
	if n.Static() {
		n.checkStatic(m)
	} else {
		const unread, remedy = "it would be left unread: network.method is dhcp", `set network.method to "static", or remove this field`
		m.AddIf(len(n.Address) > 0, "network.address", unread, remedy)
		m.AddIf(len(n.Gateway) > 0, "network.gateway", unread, remedy)
	}
	for _, one := range n.DNS {
		at, err := netip.ParseAddr(one)
		m.AddIf(err != nil || !usable(at), "network.dns", strconv.Quote(one)+" is no address of a name server", `write IP addresses, "10.20.0.2"`)
	}
	for _, one := range n.NTP {
		none := one == NoService && len(n.NTP) == 1
		m.AddIf(!none && !isHost(one), "network.ntp", strconv.Quote(one)+" is no name or address of a time server", `write it as "ntp.comune.example" or "10.20.0.3"; "none" alone for no time service`)
	}
}

func (n Network) checkStatic(m *form.Mistakes) {
	const remedy = `write it with the length of its prefix, "10.20.0.31/24", as whoever runs the network has given it`
	m.AddIf(len(n.Address) == 0, "network.address", form.Missing, remedy)
	for _, one := range n.Address {
		p, err := netip.ParsePrefix(one)
		switch {
		case err != nil:
			m.AddIf(true, "network.address", strconv.Quote(one)+" is no address with the length of its prefix", remedy)
		case !usable(p.Addr()) || p.Addr().IsLoopback() || p.Addr().Is4In6() || p.Bits() == 0:
			m.AddIf(true, "network.address", one+" is no address that a device may have", remedy)
		case reserved(p):
			m.AddIf(true, "network.address", one+" is the address of the whole network", remedy)
		}
	}
	for i, one := range n.Gateway {
		at, err := netip.ParseAddr(one)
		if err != nil || !usable(at) {
			m.AddIf(true, "network.gateway", strconv.Quote(one)+" is no address of a gateway", `write an IP address, "10.20.0.1"`)
			continue
		}
		m.AddIf(!n.near(at) && len(n.prefixes()) == len(n.Address), "network.gateway", one+" is not in the network of network.address", "correct it, or the length of the prefix")
		m.AddIf(slices.Contains(n.addresses(), at), "network.gateway", one+" is this device's own address", "correct one of the two")
		m.AddIf(i > 0 && slices.ContainsFunc(n.Gateway[:i], func(other string) bool { return at.Is4() == !strings.Contains(other, ":") }), "network.gateway",
			"there are two gateways of one kind", "write one for IPv4 and one for IPv6 at most")
	}
}

// reserved reports whether an address is the first or the last of its network, which no host has (RFC 1122, 3.2.1.3).
func reserved(p netip.Prefix) bool {
	if !p.Addr().Is4() || p.Bits() >= 31 {
		return false
	}
	whole := p.Masked()
	return p.Addr() == whole.Addr() || !whole.Contains(p.Addr().Next())
}

// prefixes returns the addresses that are in order.
func (n Network) prefixes() (all []netip.Prefix) {
	for _, one := range n.Address {
		if p, err := netip.ParsePrefix(one); err == nil {
			all = append(all, p)
		}
	}
	return all
}

func (n Network) addresses() (all []netip.Addr) {
	for _, p := range n.prefixes() {
		all = append(all, p.Addr())
	}
	return all
}

// near reports whether at is reached without a gateway.
func (n Network) near(at netip.Addr) bool {
	return at.IsLinkLocalUnicast() || at.IsLoopback() || slices.ContainsFunc(n.prefixes(), func(p netip.Prefix) bool { return p.Masked().Contains(at) })
}

// target is a host that the device speaks to.
type target struct{ what, host string }

// targets returns the hosts that the device itself must find. Behind a proxy it is the proxy that finds the scheduler.
func (f File) targets() (all []target) {
	if host, _, ok := f.Proxy.server(); ok {
		all = append(all, target{"the proxy", host})
	} else {
		for _, one := range f.Scheduler {
			if host, _, ok := natsServer(one); ok {
				all = append(all, target{"the scheduler", host})
			}
		}
	}
	if host, _, ok := server(f.Updates, "https", "443"); ok && f.Proxy.Address == "" {
		all = append(all, target{"the update server", host})
	}
	for _, one := range f.Network.NTP {
		if one != NoService && isHost(one) {
			all = append(all, target{"the time server", one})
		}
	}
	for _, one := range f.Network.DNS {
		if isHost(one) {
			all = append(all, target{"the name server", one})
		}
	}
	return all
}

// checkRoutes tells who cannot be reached with the addresses of the file. What DHCP tells is not known here.
func (f File) checkRoutes(m *form.Mistakes) {
	if !f.Network.Static() || len(f.Network.prefixes()) == 0 {
		return
	}
	for _, t := range f.targets() {
		at, err := netip.ParseAddr(t.host)
		if err != nil {
			m.AddIf(len(f.Network.DNS) == 0 && !m.In("network.dns"), "network.dns", fmt.Sprintf("nobody resolves the name %s of %s", t.host, t.what), "write the address of a name server, or write an IP address in the place of the name")
			continue
		}
		far := !f.Network.near(at) && !slices.ContainsFunc(f.Network.Gateway, func(g string) bool { return at.Is4() == !strings.Contains(g, ":") })
		m.AddIf(far && !m.In("network.gateway"), "network.gateway", fmt.Sprintf("no way leads to %s, %s, which is not in the network of network.address", t.what, t.host),
			"write the address of the gateway, or correct the address")
	}
}

// server returns the proxy's host and port.
func (p Proxy) server() (host, port string, ok bool) {
	i := strings.LastIndexByte(p.Address, ':')
	if i < 0 {
		return "", "", false
	}
	host, port = strings.TrimSuffix(strings.TrimPrefix(p.Address[:i], "["), "]"), p.Address[i+1:]
	return host, port, isHost(host) && isPort(port)
}
