package wire

import (
	"errors"
	"fmt"
	"net/netip"

	"example.org/totem/booking"
)

// Peer is another totem of the office, as the scheduler knows it: who may pass slots on to this one, and be passed them.
type Peer struct {
	Totem   booking.TotemID
	Key     string // its public user nkey, "U…"; that of its TLS certificate
	Address string // where it is reached: a plain IP address and a port, "192.0.2.7:7411" or "[2001:db8::7]:7411"
}

// maxPeers bounds how many peers a totem is told of.
const maxPeers = 64

// peerBody is a peer as it travels.
//
//	member   form             meaning
//	totem    identifier
//	key      public nkey      56 characters of base32, from U on
//	address  address of a LAN IP address and port in their shortest spelling
type peerBody struct {
	Totem   booking.TotemID `json:"totem"`
	Key     string          `json:"key"`
	Address string          `json:"address"`
}

// peersOf returns nil for none, so that the member is left out.
func peersOf(peers []Peer) []peerBody {
	var b []peerBody
	for _, p := range peers {
		b = append(b, peerBody(p))
	}
	return b
}

func peersFrom(b []peerBody) ([]Peer, error) {
	var peers []Peer
	for _, p := range b {
		peers = append(peers, Peer(p))
	}
	if err := checkPeers(peers); err != nil {
		return nil, err
	}
	return peers, nil
}

// checkPeers reports what cannot travel: peers out of order, twice, or that nobody could reach or know.
func checkPeers(peers []Peer) error {
	if len(peers) > maxPeers {
		return fmt.Errorf(`member "peers": %d, more than %d`, len(peers), maxPeers)
	}
	for i, p := range peers {
		if i > 0 && p.Totem <= peers[i-1].Totem {
			return fmt.Errorf(`member "peers/%d/totem": out of order, or twice`, i)
		}
		if err := errors.Join(booking.CheckTotemID(string(p.Totem)), checkUserKey(p.Key), CheckAddress(p.Address)); err != nil {
			return fmt.Errorf(`member "peers/%d": %w`, i, err)
		}
	}
	return nil
}

// CheckAddress reports whether s can be where a totem is reached on its local network: an IP address, which is neither
// unspecified nor a multicast one and has no zone, and a port from 1 on, in their shortest spelling. A name is none: to
// look it up others would be asked who the totem is.
func CheckAddress(s string) error {
	at, err := netip.ParseAddrPort(s)
	ip := at.Addr()
	switch {
	case err != nil || at.String() != s:
		return errors.New(`member "address": want an IP address and a port`)
	case at.Port() == 0 || ip.IsUnspecified() || ip.IsMulticast() || ip.Zone() != "" || ip.Is4In6():
		return errors.New(`member "address": nobody is reached there`)
	}
	return nil
}
