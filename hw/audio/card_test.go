package audio_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.org/totem/hw/audio"
)

// period is what the simulated sound card plays at once, 10 ms; buffer is how many of them it holds, as many as with Aplay.
const (
	period = audio.SampleRate / 100
	buffer = 8
)

// TestMain runs the tests, or, as the player of a Voice, a sound card.
func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == "sound-card" {
		os.Exit(soundCard(os.Args[2], os.Args[3]))
	}
	// Without this, sound cards built with -race take a second to end.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// soundCard plays its standard input at its own pace, speed times as fast as a real one, and tells the socket what sounds, when it
// sounds: pieces of a length, 2 bytes, and as many samples.
func soundCard(socket, speed string) int {
	line, err := net.Dial("unix", socket)
	if err != nil {
		return 1
	}
	defer line.Close()
	times, err := strconv.Atoi(speed)
	if err != nil {
		return 1
	}
	ring := make(chan []byte, buffer)
	go func() {
		defer close(ring)
		for {
			piece := make([]byte, 2+2*period)
			n, err := io.ReadFull(os.Stdin, piece[2:])
			if n > 0 {
				binary.LittleEndian.PutUint16(piece, uint16(n/2))
				ring <- piece[:2+n]
			}
			if err != nil {
				return
			}
		}
	}()
	for range time.Tick(10 * time.Millisecond / time.Duration(times)) {
		select {
		case piece, more := <-ring:
			if !more {
				return 0
			}
			if _, err := line.Write(piece); err != nil {
				return 1
			}
		default: // nothing there: a card plays silence, or what it likes
		}
	}
	return 0
}

// hall is where sound comes out in a test: it notes what sounds, in order, a take for each time that a player was started.
type hall struct {
	changed chan struct{} // has a token when something sounded
	mu      sync.Mutex
	takes   []*take
}

// take is what one player played.
type take struct {
	part    string
	samples []int16
	audible bool // not all of them are silence
	over    bool // the player is gone
}

func newHall() *hall { return &hall{changed: make(chan struct{}, 1)} }

// output returns an Output that is heard in the hall, speed times as fast as in reality.
func (h *hall) output(t testing.TB, part string, speed int) audio.Output {
	t.Helper()
	dir, err := os.MkdirTemp("", "hall") // short: the name of a socket has 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, part)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var ears sync.WaitGroup
	t.Cleanup(func() { _ = listener.Close(); ears.Wait(); _ = os.RemoveAll(dir) })
	ears.Go(func() {
		for {
			line, err := listener.Accept()
			if err != nil {
				return
			}
			heard := h.begin(part)
			ears.Go(func() { h.listen(line, heard) })
		}
	})
	return audio.Output{Player: []string{self, "sound-card", socket, strconv.Itoa(speed)}}
}

func (h *hall) begin(part string) *take {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.takes = append(h.takes, &take{part: part})
	return h.takes[len(h.takes)-1]
}

func (h *hall) listen(line net.Conn, heard *take) {
	defer line.Close()
	in := bufio.NewReader(line)
	for {
		var size [2]byte
		piece := []byte(nil)
		_, err := io.ReadFull(in, size[:])
		if err == nil {
			piece = make([]byte, 2*int(binary.LittleEndian.Uint16(size[:])))
			_, err = io.ReadFull(in, piece)
		}
		if err != nil {
			line.Close() // before anybody is told, who may count what is open
		}
		h.mu.Lock()
		if err != nil {
			heard.over = true
		}
		if err == nil {
			fresh := make([]int16, len(piece)/2)
			_, err = binary.Decode(piece, binary.LittleEndian, fresh)
			heard.audible = heard.audible || loud(fresh) > 0
			heard.samples = append(heard.samples, fresh...)
		}
		h.mu.Unlock()
		select {
		case h.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// sounded returns what has sounded so far at a part, a slice a player that made any sound.
func (h *hall) sounded(part string) (all [][]int16) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.takes {
		if t.part == part && t.audible {
			all = append(all, t.samples[:len(t.samples):len(t.samples)])
		}
	}
	return all
}

// quiet reports whether no player is running.
func (h *hall) quiet() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.takes {
		if !t.over {
			return false
		}
	}
	return true
}

// await waits until is, which is looked at whenever something sounded.
func (h *hall) await(t interface {
	Helper()
	Fatalf(string, ...any)
}, what string, is func() bool) {
	t.Helper()
	limit := patience()
	for !is() {
		select {
		case <-h.changed:
		case <-limit:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// patience is how long a test waits for what must come.
func patience() <-chan time.Time { return time.After(2 * time.Minute) }

// loud counts the samples that can be heard.
func loud(samples []int16) (n int) {
	for _, s := range samples {
		if s > 40 || s < -40 {
			n++
		}
	}
	return n
}
