package lan

import (
	"sync"
	"time"
)

// room bounds how many connections there are at once, of all hosts and of each. It is safe for concurrent use.
type room struct {
	mu    sync.Mutex
	all   int
	hosts map[string]int
}

func newRoom() *room { return &room{hosts: make(map[string]int)} }

// enter lets a connection of a host in; it calls leave when it ends. ok is false when there is no room.
func (r *room) enter(host string) (leave func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all >= mostConnections || r.hosts[host] >= mostOfOneHost {
		return nil, false
	}
	r.all++
	r.hosts[host]++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all--
		if r.hosts[host]--; r.hosts[host] == 0 {
			delete(r.hosts, host)
		}
	}, true
}

// pace bounds how often each peer is answered. It is safe for concurrent use.
type pace struct {
	every  time.Duration
	steady func() time.Duration

	mu   sync.Mutex
	last map[string]time.Duration // by key, of those within every
}

func newPace(every time.Duration, steady func() time.Duration) *pace {
	return &pace{every: every, steady: steady, last: make(map[string]time.Duration)}
}

// admit reports whether the peer with that key may be answered now, and notes it if so.
func (p *pace) admit(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.steady()
	for k, at := range p.last {
		if now-at >= p.every {
			delete(p.last, k)
		}
	}
	if _, early := p.last[key]; early {
		return false
	}
	p.last[key] = now
	return true
}
