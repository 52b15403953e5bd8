package device

import (
	"net"
	"strconv"
	"strings"

	"example.org/totem/sync/natslink"
)

// Proxy is an HTTP proxy on the way to the scheduler, which leads there by CONNECT.
type Proxy struct {
	Address  string `toml:"address"`  // "proxy.comune.example:3128"; "": there is none
	User     string `toml:"user"`     // by Basic authentication; "": none is told
	Password string `toml:"password"` // of that user
}

// link returns p as the link has it.
func (p Proxy) link() natslink.Proxy { return natslink.Proxy(p) }

func (p Proxy) check(m *mistakes) {
	m.AddIf(p.Address != "" && !isHostPort(p.Address), "proxy.address", "it is no host with a port", // it may hold a password, and is not repeated
		`write it as "proxy.comune.example:3128", without http:// before it and without user and password in it`)
	m.AddIf(p.Address == "" && p.User != "", "proxy.user", "it would be left unread: proxy.address is not set", "set proxy.address, or remove this field")
	m.AddIf(p.User == "" && p.Password != "", "proxy.password", "it would be left unread: proxy.user is not set", "set proxy.user, or remove this field")
	m.AddIf(strings.ContainsAny(p.User, ":\r\n"), "proxy.user", "a user's name has no colon in it", "write the name alone, and the password in proxy.password")
	m.AddIf(strings.ContainsAny(p.Password, "\r\n"), "proxy.password", "it has a line end in it", "write it on one line")
}

// isHostPort reports whether s is a host's name or address and a port.
func isHostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	n, bad := strconv.ParseUint(port, 10, 16)
	return err == nil && bad == nil && n > 0 && host != "" && !strings.ContainsAny(host, "/@ \t\r\n\"'")
}
