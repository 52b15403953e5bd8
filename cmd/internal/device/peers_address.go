package device

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"example.org/totem/sync/wire"
)

// announce keeps what is told of this totem's address and of the others it knows as it is now, until ctx ends.
func (p *peers) announce(ctx context.Context, listens net.Addr) {
	wake(p.linked)
	wake(p.known)
	var now Company
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.linked:
			if at := reachedAt(ctx, p.cfg, listens); at != "" {
				now.Reached = at // and the last one stands while there is no network
			}
		case <-p.known:
			known, err := p.store.Peers(ctx)
			if err != nil {
				if ctx.Err() == nil {
					p.fail(err)
				}
				continue
			}
			now.Known = known
		}
		told := now
		p.vitals.company(&told)
	}
}

// reachedAt returns the address by which the other totems reach this one, "" where none can be told now.
func reachedAt(ctx context.Context, cfg Config, listens net.Addr) string {
	if cfg.Peers.Address != "" {
		return cfg.Peers.Address
	}
	at, err := netip.ParseAddrPort(listens.String())
	if err != nil {
		return ""
	}
	ip := at.Addr()
	if ip.IsUnspecified() {
		ip = outward(ctx, cfg)
	}
	told := netip.AddrPortFrom(ip.Unmap(), at.Port()).String()
	if wire.CheckAddress(told) != nil {
		return ""
	}
	return told
}

// outward returns the address that this device has on the way to the scheduler. Nothing is sent to find it out, but perhaps a
// question for the scheduler's name.
func outward(ctx context.Context, cfg Config) netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, routePatience)
	defer cancel()
	for _, host := range nextHosts(cfg) {
		conn, err := new(net.Dialer).DialContext(ctx, "udp", net.JoinHostPort(host, "4222")) // any port does
		if err != nil {
			continue
		}
		at, err := netip.ParseAddrPort(conn.LocalAddr().String())
		conn.Close()
		if err == nil {
			return at.Addr()
		}
	}
	return netip.Addr{}
}

// nextHosts returns the hosts that a link of cfg is made to: the proxy's, or the scheduler's.
func nextHosts(cfg Config) (hosts []string) {
	if host, _, err := net.SplitHostPort(cfg.Proxy.Address); err == nil {
		return []string{host}
	}
	for one := range strings.SplitSeq(cfg.Scheduler, ",") {
		if u, err := url.Parse(strings.TrimSpace(one)); err == nil {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

// routePatience is how long the scheduler's name may take to be looked up.
const routePatience = 5 * time.Second
