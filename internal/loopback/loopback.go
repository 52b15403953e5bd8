// Package loopback finds addresses of this machine for servers of tests that come and go.
package loopback

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// The ports tried lie below those that Linux gives to whoever asks for any (ip(7), ip_local_port_range), so that no connection that
// is made meanwhile takes one away.
const (
	lowest  = 10_000
	highest = 32_000
)

// Free returns a host and port on which nobody listens. Somebody else who asks may be told the same before it is listened on.
func Free() (address string, err error) {
	for range 100 {
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprint("127.0.0.1:", lowest+rand.IntN(highest-lowest))); err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", fmt.Errorf("find a free port: %w", err)
}
