package appliance

import (
	"net"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// addressesOf asks the system for the addresses of a network interface.
func addressesOf(wire string) (all []netip.Addr, err error) {
	at, err := net.InterfaceByName(wire)
	if err != nil {
		return nil, err
	}
	nets, err := at.Addrs()
	for _, one := range nets {
		if n, ok := one.(*net.IPNet); ok {
			if a, ok := netip.AddrFromSlice(n.IP); ok {
				all = append(all, a.Unmap())
			}
		}
	}
	return all, err
}

// synchronised asks the kernel whether a time service keeps its clock: adjtimex(2).
func synchronised() bool {
	var t unix.Timex
	_, err := unix.Adjtimex(&t)
	return err == nil && t.Status&unix.STA_UNSYNC == 0
}

func sameMAC(a, b string) bool {
	return a != "" && strings.EqualFold(strings.ReplaceAll(a, "-", ":"), strings.ReplaceAll(b, "-", ":"))
}
