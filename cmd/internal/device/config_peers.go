package device

import (
	"net"
	"net/netip"
	"strconv"

	"example.org/totem/sync/wire"
)

// Peers is how this totem and the others of its office help one another while the scheduler cannot be asked.
type Peers struct {
	Listen  string `toml:"listen"`  // port, or address and port, on which the others are listened to, ":7411"; "": the totem takes no part
	Address string `toml:"address"` // what the others are told, "192.0.2.7:7411"; "": the address by which the scheduler is reached, and that port
}

func (p Peers) check(m *mistakes) {
	m.AddIf(p.Listen != "" && !isPort(p.Listen), "peers.listen", strconv.Quote(p.Listen)+" is no port to listen at",
		`write it as ":7411", or with an IP address of this device before it, or leave it out: then nothing listens`)
	m.AddIf(p.Address != "" && wire.CheckAddress(p.Address) != nil, "peers.address", strconv.Quote(p.Address)+" is no IP address with a port",
		`write it as "192.0.2.7:7411", or leave it out`)
	m.AddIf(p.Address != "" && p.Listen == "", "peers.address", "it would be left unread: peers.listen is not set",
		"set peers.listen, or remove this field")
}

// isPort reports whether s is a port, after an IP address or none.
func isPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if host != "" && err == nil {
		_, err = netip.ParseAddr(host)
	}
	return err == nil && n > 0
}
