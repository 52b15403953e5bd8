package papersim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/internal/papersim"
)

// slow is a model of a round speed: 80 dots a second, each 1/8 mm.
var slow = papersim.Model{Dots: 64, DPI: 2032 / 10, Speed: 10}

// inTime runs a test in virtual time.
func inTime(t *testing.T, do func(*testing.T)) {
	t.Helper()
	synctest.Test(t, do)
}

// pass lets virtual time pass, and everything happen that is due by then.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestPaperMovesAtTheSpeedOfTheMechanism(t *testing.T) {
	inTime(t, func(t *testing.T) {
		p := papersim.New(papersim.Config{Model: slow, PaperDots: 1000})
		defer p.Close()
		p.Feed([]byte("\x1bJ\xf0")) // 240 dots
		for _, c := range []struct {
			after time.Duration
			left  int
		}{{0, 125}, {1500 * time.Millisecond, 110}, {1500 * time.Millisecond, 95}, {time.Minute, 95}} {
			pass(c.after)
			if got := p.State().PaperLeft; got < c.left-2 || got > c.left+2 {
				t.Errorf("%s later %d mm are left, want about %d", c.after, got, c.left)
			}
		}
		if p.State().Printing {
			t.Error("the mechanism never rests")
		}
	})
}

func TestAProcessIDIsAnsweredWhenThePaperIsThereAndAQueuedQuestionWhenItIsReached(t *testing.T) {
	inTime(t, func(t *testing.T) {
		var heard []byte
		var at []time.Duration
		start := time.Now()
		p := papersim.New(papersim.Config{Model: slow, Reply: func(b []byte) {
			heard = append(heard, b...)
			at = append(at, time.Since(start))
		}})
		defer p.Close()
		p.Feed([]byte("\x1bJ\x28\x1dr\x01\x1d(H\x06\x0000abcd"))
		pass(time.Minute)
		if string(heard) != "\x00\x37\x22abcd\x00" || len(at) != 2 {
			t.Fatalf("heard % x", heard)
		}
		if at[0] != 0 || at[1] < 450*time.Millisecond || at[1] > 600*time.Millisecond {
			t.Errorf("answered after %s, want at once and after half a second", at)
		}
	})
}

func TestAnAnswerQueuedBehindACutComesWhenItIsCut(t *testing.T) {
	inTime(t, func(t *testing.T) {
		var p *papersim.Printer
		cut := -1
		p = papersim.New(papersim.Config{Model: slow, Reply: func([]byte) { cut = len(p.Slips()) }})
		defer p.Close()
		p.Feed([]byte("x\n\x1dVB\x00\x1dr\x01"))
		pass(time.Minute)
		if cut != 1 {
			t.Errorf("%d slips were cut when the answer came", cut)
		}
	})
}

func TestStatusChangesAreToldWhenThePaperMoves(t *testing.T) {
	inTime(t, func(t *testing.T) {
		var heard bytes.Buffer
		m := slow
		m.NearEnd = 100
		p := papersim.New(papersim.Config{Model: m, PaperDots: 140, Reply: func(b []byte) { heard.Write(b) }})
		defer p.Close()
		p.Feed([]byte("\x1da\xff\x1bJ\xf0\x1bJ\xf0"))
		pass(time.Minute)
		want := "\x10\x00\x00\x00" + "\x10\x00\x03\x00" + "\x18\x00\x0f\x00"
		if heard.String() != want {
			t.Errorf("heard % x, want % x: ready, near the end, no paper", heard.Bytes(), want)
		}
	})
}

func TestAnXOFFMayStandInAStatus(t *testing.T) {
	got := ask(t, papersim.Config{XOFFWithStatus: true}, nil, "\x1da\xff")
	if string(got) != "\x10\x13\x00\x00\x00\x11" {
		t.Errorf("got % x", got)
	}
}

// lines is a stream of n lines of text, and a cut.
func lines(n int) []byte {
	return []byte(strings.Repeat("a line of some length\n", n) + "\x1dVB\x00")
}

func TestWhatTheBufferCannotHoldIsLostUnlessTheLineIsStopped(t *testing.T) {
	for _, flow := range []string{"", papersim.FlowXON, papersim.FlowDTR} {
		t.Run("flow "+flow, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				m := papersim.Model{Buffer: 128, Speed: 50}
				w := papersim.NewWire(papersim.Config{Model: m, Flow: flow}, papersim.Line{Baud: 19200, Flow: flow})
				defer w.Printer.Close()
				if _, err := w.Write(t.Context(), lines(40)); err != nil {
					t.Fatal(err)
				}
				pass(time.Minute)
				plain := papersim.New(papersim.Config{})
				plain.Feed(lines(40))
				whole := len(w.Slips()) == 1 && bytes.Equal(w.Slips()[0].Image.Pix, plain.Slips()[0].Image.Pix)
				lost := fmt.Sprint(w.Notes())
				if whole != (flow != "") || strings.Contains(lost, "bytes lost") != (flow == "") {
					t.Errorf("whole slip: %t, notes %s", whole, lost)
				}
			})
		})
	}
}

func TestAStoppedLineIsWrittenToOnlyUrgently(t *testing.T) {
	inTime(t, func(t *testing.T) {
		w := papersim.NewWire(papersim.Config{Flow: papersim.FlowDTR, BusyOffline: true},
			papersim.Line{Flow: papersim.FlowDTR, Queue: 10, Baud: 9600})
		defer w.Printer.Close()
		w.OpenCover()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		n, err := w.Write(ctx, []byte("twelve bytes"))
		if n != 10 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d bytes taken, %v", n, err)
		}
		if n, err := w.Unsent(); n != 10 || err != nil {
			t.Errorf("%d bytes unsent, %v", n, err)
		}
		if err := w.Urge(t.Context(), []byte("\x10\x04\x02")); err != nil {
			t.Fatal(err)
		}
		var answer [8]byte
		if n, err := w.Read(answer[:]); err != nil || string(answer[:n]) != "\x16" {
			t.Errorf("% x, %v", answer[:n], err)
		}
		if got := w.Received(); string(got) != "\x10\x04\x02" {
			t.Errorf("the printer got %q", got)
		}
	})
}

func TestAPulledCableLeavesExactlyTheBytesThatHadPassed(t *testing.T) {
	stream := lines(2)
	for _, baud := range []int{0, 9600} {
		for n := 1; n <= len(stream); n++ {
			inTime(t, func(t *testing.T) {
				w := papersim.NewWire(papersim.Config{}, papersim.Line{Baud: baud, HangUpAfter: n, Lost: errors.ErrUnsupported})
				_, _ = w.Write(t.Context(), stream)
				if _, err := w.Read(make([]byte, 1)); !errors.Is(err, errors.ErrUnsupported) {
					t.Fatalf("after %d bytes: read ends with %v", n, err)
				}
				if got := w.Received(); !bytes.Equal(got, stream[:n]) {
					t.Fatalf("after %d bytes the printer has %d", n, len(got))
				}
				if _, err := w.Write(t.Context(), []byte("x")); !errors.Is(err, errors.ErrUnsupported) {
					t.Fatalf("a write on a pulled cable: %v", err)
				}
				if err := w.Open(); err == nil {
					t.Fatal("a pulled cable was opened")
				}
				w.PlugCable()
				if err := w.Open(); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Write(t.Context(), stream[n:]); err != nil {
					t.Fatal(err)
				}
				pass(time.Minute)
				if got := w.Received(); !bytes.Equal(got, stream) || len(w.Slips()) != 1 {
					t.Fatalf("plugged in again after %d bytes: %d bytes, %d slips", n, len(got), len(w.Slips()))
				}
			})
		}
	}
}

func TestASerialCableIsPulledInSilence(t *testing.T) {
	inTime(t, func(t *testing.T) {
		w := papersim.NewWire(papersim.Config{}, papersim.Line{Baud: 9600, Serial: true})
		w.PullCable()
		if n, err := w.Write(t.Context(), []byte("\x10\x04\x01")); n != 3 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		pass(time.Second)
		if n, err := w.Unsent(); n != 0 || err != nil {
			t.Errorf("%d unsent, %v", n, err)
		}
		if len(w.Received()) > 0 {
			t.Error("bytes passed a pulled cable")
		}
		w.PlugCable()
		_, _ = w.Write(t.Context(), []byte("\x10\x04\x01"))
		var b [1]byte
		if n, err := w.Read(b[:]); n != 1 || b[0] != 0x12 || err != nil {
			t.Errorf("% x, %v", b[:n], err)
		}
	})
}

func TestAReaderIsFreedWhenTheLineIsClosed(t *testing.T) {
	inTime(t, func(t *testing.T) {
		w := papersim.NewWire(papersim.Config{}, papersim.Line{})
		done := make(chan error, 1)
		go func() {
			_, err := w.Read(make([]byte, 1))
			done <- err
		}()
		synctest.Wait()
		for range 2 {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := <-done; !errors.Is(err, papersim.ErrGone) {
			t.Errorf("read ended with %v", err)
		}
	})
}

func TestTheWrongSpeedMakesTheSameGarbageEachTime(t *testing.T) {
	inTime(t, func(t *testing.T) {
		var first []byte
		for i := range 2 {
			w := papersim.NewWire(papersim.Config{}, papersim.Line{Baud: 19200, Garble: 9600})
			_, _ = w.Write(t.Context(), []byte("\x10\x04\x01\x10\x04\x02"))
			pass(time.Second)
			got := w.Received()
			if len(got) == 0 || bytes.Contains(got, []byte("\x10\x04")) {
				t.Errorf("the printer heard % x", got)
			}
			if i > 0 && !bytes.Equal(first, got) {
				t.Errorf("% x, before % x", got, first)
			}
			first = got
		}
		same := papersim.NewWire(papersim.Config{}, papersim.Line{Baud: 19200, Garble: 19200})
		_, _ = same.Write(t.Context(), []byte("\x10\x04\x01"))
		var b [1]byte
		if n, err := same.Read(b[:]); n != 1 || b[0] != 0x12 || err != nil {
			t.Errorf("at the right speed: % x, %v", b[:n], err)
		}
	})
}

func TestASpeedThatIsNearlyRightIsHeard(t *testing.T) {
	inTime(t, func(t *testing.T) {
		for _, baud := range []int{18900, 19500} {
			w := papersim.NewWire(papersim.Config{}, papersim.Line{Baud: 19200, Garble: baud})
			_, _ = w.Write(t.Context(), lines(3))
			pass(time.Second)
			if got := w.Received(); !bytes.Equal(got, lines(3)) {
				t.Errorf("at %d: %q", baud, got)
			}
		}
	})
}

func TestEchoAndNoiseStandOnTheLine(t *testing.T) {
	var heard []byte
	p := papersim.New(papersim.Config{Reply: func(b []byte) { heard = append(heard, b...) }})
	p.Echo(true)
	p.Noise(0xff, 0x80)
	p.Feed([]byte("\x10\x04\x01"))
	if string(heard) != "\xff\x80\x10\x04\x01\x12" {
		t.Errorf("heard % x", heard)
	}
}
