package natslink_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/sync/natslink"
)

// fleetServers is what a fleet dials: servers that say just enough for a connection, and can be down.
type fleetServers struct {
	mu    sync.Mutex
	down  map[string]bool
	conns map[string][]net.Conn
	tried []attempt
}

type attempt struct {
	at      time.Time
	address string
}

func (s *fleetServers) Dial(_, address string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried = append(s.tried, attempt{time.Now(), address})
	if s.down[address] {
		return nil, errors.New("connection refused")
	}
	here, there := net.Pipe()
	s.conns[address] = append(s.conns[address], there)
	go answer(there)
	return here, nil
}

// answer speaks the server's side of the NATS protocol, as far as a client that only listens needs it.
func answer(conn net.Conn) {
	defer conn.Close()
	if _, err := io.WriteString(conn, `INFO {"server_id":"X","version":"2.15.2","proto":1,"headers":true,"max_payload":1048576}`+"\r\n"); err != nil {
		return
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "PING") {
			if _, err := io.WriteString(conn, "PONG\r\n"); err != nil {
				return
			}
		}
	}
}

// set lets a server go down, which ends its connections, or come up.
func (s *fleetServers) set(address string, down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down[address] = down
	if !down {
		return
	}
	for _, conn := range s.conns[address] {
		conn.Close()
	}
	s.conns[address] = nil
}

// since returns how long after begin the attempts were made, in order, and forgets them.
func (s *fleetServers) since(begin time.Time) (all []time.Duration, by map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by = map[string]int{}
	for _, a := range s.tried {
		all = append(all, a.at.Sub(begin))
		by[a.address]++
	}
	s.tried = nil
	slices.Sort(all)
	return all, by
}

// peak returns how many attempts at most fall into one second.
func peak(all []time.Duration) (most int) {
	from := 0
	for i, at := range all {
		for at-all[from] >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// alone runs the test in a process of its own, and reports whether this is another: the NATS client shares timers between
// its connections, and those of a bubble must not come into use outside.
func alone(t *testing.T) (done bool) {
	t.Helper()
	const variable = "TOTEM_TEST_ALONE"
	if os.Getenv(variable) == t.Name() {
		return false
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), variable+"="+t.Name())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
	return true
}

func TestAFleetDoesNotComeBackInOneSecond(t *testing.T) {
	if alone(t) {
		return
	}
	// While nobody answers each of them tries once a minute: five a second. Five times that is far less likely than a broken
	// machine, and far from the whole fleet.
	const totems, spread, tolerable = 300, 2 * time.Minute, 25
	synctest.Test(t, func(t *testing.T) {
		s := &fleetServers{down: map[string]bool{}, conns: map[string][]net.Conn{}}
		addresses := []string{"10.0.0.1:4222", "10.0.0.2:4222", "10.0.0.3:4222"}
		for i := range totems {
			l, err := natslink.Dial(t.Context(), natslink.Config{URL: "nats://" + strings.Join(addresses, ",nats://"), Office: office,
				Totem: booking.TotemID(fmt.Sprint("t", i)), Spread: spread, Options: []nats.Option{nats.SetCustomDialer(s)}})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
		}
		synctest.Wait()
		s.since(time.Now())
		check := func(what string, want int, servers ...string) {
			t.Helper()
			begin := time.Now()
			time.Sleep(spread + 5*time.Second) // of the bubble
			all, by := s.since(begin)
			if len(all) < want {
				t.Errorf("%s: %d attempts, want at least %d", what, len(all), want)
			}
			if n := peak(all); n > tolerable {
				t.Errorf("%s: %d attempts in one second", what, n)
			}
			for _, server := range servers {
				if by[server] < totems/10 {
					t.Errorf("%s: %s got only %d attempts: %v", what, server, by[server], by)
				}
			}
		}
		// One after the other is restarted: each time its totems come back spread, to all that are there.
		for _, address := range addresses {
			s.mu.Lock()
			connected := len(s.conns[address])
			s.mu.Unlock()
			s.set(address, true)
			s.set(address, false)
			check("rolling restart of "+address, connected)
		}
		// All at once, and they come up while the fleet tries.
		for _, address := range addresses {
			s.set(address, true)
		}
		check("an outage", totems, addresses...)
		check("an outage that goes on", totems, addresses...)
		for _, address := range addresses {
			s.set(address, false)
		}
		check("the end of an outage", totems/2)
		s.mu.Lock()
		defer s.mu.Unlock()
		back := 0
		for _, conns := range s.conns {
			back += len(conns)
		}
		if back < totems*9/10 {
			t.Errorf("only %d of %d totems are back", back, totems)
		}
	})
}
