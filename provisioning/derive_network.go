package provisioning

import (
	"fmt"
	"net/netip"
	"strings"
)

// vlanInterface is what the tagged interface is called.
const vlanInterface = "totem-vlan"

// networkd returns the files of systemd-networkd, by name (systemd.network(5), systemd.netdev(5)). An interface that no file
// matches stays down.
func (f File) networkd() map[string][]byte {
	n := f.Network
	match := n.match()
	if n.VLAN == 0 {
		return map[string][]byte{"10-totem.network": []byte(header + match + n.settings())}
	}
	wire := "\n[Link]\nRequiredForOnline=no\n\n[Network]\nVLAN=" + vlanInterface + "\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nDHCP=no\nLLDP=no\nEmitLLDP=no\n"
	return map[string][]byte{
		"10-totem.network":     []byte(header + match + wire),
		"10-totem-vlan.netdev": fmt.Appendf(nil, "%s[NetDev]\nName=%s\nKind=vlan\n\n[VLAN]\nId=%d\n", header, vlanInterface, n.VLAN),
		// The tagged interface has the MAC address of its wire; a totem waits for it, not for the wire.
		"10-totem-vlan.network": []byte(header + "[Match]\nName=" + vlanInterface + "\n" + n.settings()),
	}
}

const header = "# Made of provision.toml at each boot: change that.\n"

// match returns the section that says which interface is meant.
func (n Network) match() string {
	switch {
	case n.Interface == "":
		return "[Match]\nType=ether\nKind=!*\n" // wires, and nothing that is made of software
	case macAddress.MatchString(n.Interface):
		return "[Match]\nPermanentMACAddress=" + strings.ToLower(strings.ReplaceAll(n.Interface, "-", ":")) + "\n"
	}
	return "[Match]\nName=" + n.Interface + "\n"
}

// settings returns the sections that say how the interface is set.
func (n Network) settings() string {
	var b strings.Builder
	// What can do without: nobody is told names, and no name is looked for by asking everybody.
	b.WriteString("\n[Network]\nLLMNR=no\nMulticastDNS=no\nLLDP=no\nEmitLLDP=no\n")
	for _, server := range n.DNS {
		b.WriteString("DNS=" + server + "\n")
	}
	if n.Static() {
		n.static(&b)
		return b.String()
	}
	// An address of IPv6 is never made of the MAC address, and the one that is used outwards changes (RFC 7217, RFC 8981).
	b.WriteString("DHCP=ipv4\nLinkLocalAddressing=ipv6\nIPv6LinkLocalAddressGenerationMode=stable-privacy\nIPv6AcceptRA=yes\nIPv6PrivacyExtensions=yes\n")
	own := "yes"
	if len(n.DNS) > 0 {
		own = "no"
	}
	// The MAC address alone says who asks, as every wire does already: no name of the host, no vendor, no DUID.
	fmt.Fprintf(&b, "\n[DHCPv4]\nClientIdentifier=mac\nSendHostname=no\nUseHostname=no\nUseDomains=no\nUseTimezone=no\nUseSIP=no\nUseCaptivePortal=no\nUseDNS=%s\nUseNTP=%s\n",
		own, yes(len(n.NTP) == 0))
	fmt.Fprintf(&b, "\n[IPv6AcceptRA]\nToken=prefixstable\nDHCPv6Client=no\nUseDomains=no\nUseCaptivePortal=no\nUseDNS=%s\n", own)
	return b.String()
}

func (n Network) static(b *strings.Builder) {
	v6 := false
	for _, p := range n.prefixes() {
		v6 = v6 || p.Addr().Is6()
		fmt.Fprintf(b, "Address=%v\n", p)
	}
	for _, one := range n.Gateway {
		at, err := netip.ParseAddr(one)
		if err == nil {
			v6 = v6 || at.Is6()
			fmt.Fprintf(b, "Gateway=%v\n", at)
		}
	}
	b.WriteString("DHCP=no\nIPv6AcceptRA=no\n") // what is given by hand is not changed by whoever speaks on the wire
	if v6 {
		b.WriteString("LinkLocalAddressing=ipv6\nIPv6LinkLocalAddressGenerationMode=stable-privacy\n")
	} else {
		b.WriteString("LinkLocalAddressing=no\n")
	}
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// resolved returns systemd-resolved's settings (resolved.conf(5)): it asks the servers of the network, and nobody else, above
// all no public ones that are built in.
func resolved() []byte {
	return []byte(header + "[Resolve]\nFallbackDNS=\nLLMNR=no\nMulticastDNS=no\nDNSSEC=no\nDNSOverTLS=no\n")
}

// timesyncd returns systemd-timesyncd's settings (timesyncd.conf(5)): likewise no servers that are built in. Without any, the
// totem goes by its battery and by the scheduler's signed time.
func (f File) timesyncd() []byte {
	text := header + "[Time]\nFallbackNTP=\n"
	if n := f.Network; len(n.NTP) > 0 && n.NTP[0] != NoService {
		text += "NTP=" + strings.Join(n.NTP, " ") + "\n"
	}
	return []byte(text)
}
