package provisioning

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// The sets of the image's firewall, in table inet totem, that the provisioning fills (nft(8), "add element"):
//
//	scheduler4, scheduler6  address . port  the scheduler's servers, or the proxy; TCP out
//	scheduler_ports         port            the same, where a name is written
//	updates4, updates6      address . port  the update server, or the proxy; TCP out
//	updates_ports           port            the same, where a name is written
//	peers_ports             port            where the other totems are listened to, and listen; TCP in and out
//
// The firewall stands before there is a network, and a name has no address then; nor would it keep the one it has today. So
// a host that is named is let out to by its port alone, at any address; who answers there is known by the pin, not by the
// address. A network whose firewall is to know addresses writes addresses into provision.toml. A set that is left empty lets
// nothing through.
type sets struct {
	scheduler, updates []service
	peers              string // port; "": none
}

// service is a port at an address, or at any where a name is written.
type service struct {
	at   netip.Addr // the zero one: any
	port string
}

func serviceAt(host, port string) service {
	at, _ := netip.ParseAddr(host) // a name is at none
	return service{at.Unmap(), port}
}

func (f File) sets() (s sets) {
	host, port, proxied := f.Proxy.server()
	proxy := serviceAt(host, port)
	if proxied {
		s.scheduler = []service{proxy}
	}
	for _, one := range f.Scheduler {
		if host, port, ok := natsServer(one); ok && !proxied {
			s.scheduler = append(s.scheduler, serviceAt(host, port))
		}
	}
	switch host, port, ok := server(f.Updates, "https", "443"); {
	case ok && proxied:
		s.updates = []service{proxy}
	case ok:
		s.updates = []service{serviceAt(host, port)}
	}
	listen, _ := f.Peers["listen"].(string)
	if port := listen[strings.LastIndexByte(listen, ':')+1:]; isPort(port) {
		s.peers = port
	}
	return s
}

// firewall returns what fills the sets.
func (f File) firewall() []byte {
	s := f.sets()
	var b strings.Builder
	b.WriteString(header)
	addServices(&b, "scheduler", s.scheduler)
	addServices(&b, "updates", s.updates)
	if s.peers != "" {
		addElements(&b, "peers_ports", []string{s.peers})
	}
	return []byte(b.String())
}

func addServices(b *strings.Builder, name string, all []service) {
	var v4, v6, ports []string
	for _, one := range all {
		switch {
		case one.at.Is4():
			v4 = append(v4, one.at.String()+" . "+one.port)
		case one.at.Is6():
			v6 = append(v6, one.at.String()+" . "+one.port)
		default:
			ports = append(ports, one.port)
		}
	}
	addElements(b, name+"4", v4)
	addElements(b, name+"6", v6)
	addElements(b, name+"_ports", ports)
}

func addElements(b *strings.Builder, set string, elements []string) {
	if elements = slices.Compact(slices.Sorted(slices.Values(elements))); len(elements) > 0 {
		fmt.Fprintf(b, "add element inet totem %s { %s }\n", set, strings.Join(elements, ", "))
	}
}
