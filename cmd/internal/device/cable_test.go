package device_test

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// cable is a line to the scheduler that a test can cut, and on which it can have all answers lost.
type cable struct {
	net.Listener
	deaf atomic.Bool

	mu    sync.Mutex
	lines []net.Conn
}

func lay(t testing.TB, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &cable{Listener: l}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			w.mu.Lock()
			w.lines = append(w.lines, near, far)
			w.mu.Unlock()
			work.Go(func() { io.Copy(far, near); far.Close() })
			work.Go(func() { io.Copy(losing{near, &w.deaf}, far); near.Close() })
		}
	})
	t.Cleanup(func() { l.Close(); w.cut(); work.Wait() })
	return w
}

// cut ends all connections. New ones can be made.
func (w *cable) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.lines {
		line.Close()
	}
	w.lines = nil
}

// losing loses what is written while it is deaf.
type losing struct {
	net.Conn
	deaf *atomic.Bool
}

func (l losing) Write(b []byte) (int, error) {
	if l.deaf.Load() {
		return len(b), nil
	}
	return l.Conn.Write(b)
}
