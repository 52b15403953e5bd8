package scanner_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/hw/evdev"
	"example.org/totem/hw/scanner"
)

const ms = time.Millisecond

// with runs f beside a reader of one device, in simulated time.
func with(t *testing.T, cfg scanner.Config, f func(d *device, said *told)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newDevice()
		var place desk
		place.put(d)
		cfg.Path, cfg.Open = "reader", place.open
		said, stop := run(t, cfg)
		synctest.Wait()
		if got := said.take(); got != "there" {
			t.Fatalf("at the start %q", got)
		}
		f(d, said)
		stop()
		d.look()
		if d.kept {
			t.Error("bytes were left in memory")
		}
		if got := said.take(); got != "" {
			t.Errorf("in the end %q", got)
		}
	})
}

func expect(t *testing.T, said *told, want string) {
	t.Helper()
	synctest.Wait()
	if got := said.take(); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestACodeIsToldAtItsEnd(t *testing.T) {
	with(t, scanner.Config{}, func(d *device, said *told) {
		d.send(one[:5], one[5:])
		expect(t, said, "")
		d.send("\r")
		expect(t, said, one)
		time.Sleep(time.Second)
		d.send("]Q1", two)
		time.Sleep(99 * ms)
		expect(t, said, "")
		time.Sleep(2 * ms)
		expect(t, said, two)
		time.Sleep(time.Second)
		d.send("https://example.org/\r")
		expect(t, said, "-")
	})
}

func TestAPauseWithinACodeMakesItSomethingElse(t *testing.T) {
	with(t, scanner.Config{}, func(d *device, said *told) {
		d.send(one[:6])
		time.Sleep(90 * ms)
		d.send(one[6:8])
		time.Sleep(90 * ms)
		d.send(one[8:] + "\r")
		expect(t, said, one)
		time.Sleep(time.Second)
		d.send(two[:6])
		time.Sleep(110 * ms)
		d.send(two[6:] + "\r")
		expect(t, said, "-")
	})
}

func TestACodeThatLiesBeforeTheReaderIsToldOnce(t *testing.T) {
	with(t, scanner.Config{}, func(d *device, said *told) {
		for range 20 {
			d.send(one + "\r")
			time.Sleep(1900 * ms)
		}
		expect(t, said, one)
		time.Sleep(150 * ms)
		d.send(one + "\r")
		expect(t, said, one)
		for range 20 {
			time.Sleep(1500 * ms)
			d.send("nothing that is a ticket")
		}
		time.Sleep(150 * ms)
		expect(t, said, "-")
	})
}

func TestRightAfterACodeNothingCounts(t *testing.T) {
	with(t, scanner.Config{}, func(d *device, said *told) {
		d.send(one + "\r" + "x\r" + two + "\r")
		time.Sleep(490 * ms)
		d.send("x\r" + two + "\r")
		expect(t, said, one)
		time.Sleep(20 * ms)
		d.send("x\r" + two + "\r" + one + "\r") // garbage holds no ticket up
		expect(t, said, "- "+two)
	})
}

func TestWithoutTheDeviceNothingIsToldAndWhatItBeganIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var place desk
		var log bytes.Buffer
		said, stop := run(t, scanner.Config{Path: "reader", Open: place.open, Log: slog.New(slog.NewTextHandler(&log, nil))})
		expect(t, said, "gone")
		time.Sleep(time.Minute)
		expect(t, said, "")
		first, second := newDevice(), newDevice()
		place.put(first)
		time.Sleep(1500 * ms)
		first.send("x\r" + one[:6])
		close(first.gone)
		expect(t, said, "there - gone")
		place.put(second)
		time.Sleep(2500 * ms)
		second.send(one[6:] + "\r")
		expect(t, said, "there -")
		time.Sleep(2 * time.Second)
		second.send(one + "\r")
		expect(t, said, one)
		second.send(two[:6])
		stop()
		expect(t, said, "")
		for _, d := range []*device{first, second} {
			if d.look(); d.kept {
				t.Error("bytes were left in memory")
			}
		}
		select {
		case <-second.end:
		default:
			t.Error("the device was not given back")
		}
		lines := log.String()
		if strings.Count(lines, "scanner.absent") != 2 || strings.Count(lines, "scanner.back") != 2 || strings.Count(lines, "T703") != 2 {
			t.Errorf("the log:\n%s", lines)
		}
		if strings.Contains(lines, one[:6]) || strings.Contains(lines, one[6:]) {
			t.Errorf("the log tells a code:\n%s", lines)
		}
	})
}

func TestTwoReadersNeverMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var here, there desk
		a, b := newDevice(), newDevice()
		here.put(a)
		there.put(b)
		saidA, stopA := run(t, scanner.Config{Path: "a", Open: here.open})
		saidB, stopB := run(t, scanner.Config{Path: "b", Open: there.open})
		defer stopA()
		defer stopB()
		for i := range len(one) {
			a.send(one[i : i+1])
			b.send(two[i : i+1])
		}
		a.send("\r")
		b.send("\r")
		expect(t, saidA, "there "+one)
		expect(t, saidB, "there "+two)
	})
}

func TestAStreamIsToldTheSameHoweverItIsCut(t *testing.T) {
	tell := func(pieces ...string) (got string) {
		with(t, scanner.Config{}, func(d *device, said *told) {
			d.send(pieces...)
			time.Sleep(time.Second)
			got = said.take()
		})
		return got
	}
	rapid.Check(t, func(rt *rapid.T) {
		stream := string(streams().Draw(rt, "stream"))
		stream = stream[:min(len(stream), 200)]
		var pieces []string
		for rest := stream; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "piece")
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		if whole, cut := tell(stream), tell(pieces...); whole != cut {
			rt.Errorf("whole %q, cut %q", whole, cut)
		}
	})
}

// flood is a device that never stops.
type flood struct {
	give func() string
	left string
	sum  int
	end  chan struct{}
}

func (f *flood) Read(b []byte) (int, error) {
	select {
	case <-f.end:
		return 0, io.EOF
	default:
	}
	for len(f.left) < len(b) {
		f.left += f.give()
	}
	n := copy(b, f.left)
	f.left = f.left[n:]
	f.sum += n
	return n, nil
}

func (f *flood) Close() error { close(f.end); return nil }

func TestAReaderThatFloodsTheLineCostsLittleAndSaysLittle(t *testing.T) {
	i := 0
	for what, c := range map[string]struct {
		give func() string
		most int // things told in five seconds
	}{
		"a stream without an end": {func() string { return "5" }, 0},
		"ends and nothing else":   {func() string { return "\r\n\x02\x03" }, 0},
		"lines of noise":          {func() string { return "\x1b[2Jx\r" }, 1},
		"one code":                {func() string { return one + "\r" }, 1},
		"two codes in turn":       {func() string { return one + "\r" + two + "\r" }, 11},
		"all codes there are":     {func() string { i++; return digits(i) + "\r" }, 11},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &flood{give: c.give, end: make(chan struct{})}
				var place desk
				place.put(f)
				said, stop := run(t, scanner.Config{Path: "reader", Open: place.open})
				time.Sleep(5 * time.Second)
				stop()
				if n := len(strings.Fields(said.take())) - 1; n > c.most {
					t.Errorf("%d things were told", n)
				}
				if f.sum > 70_000 {
					t.Errorf("%d bytes were read", f.sum)
				}
			})
		})
	}
}

// digits returns the i-th code whose check digit is right.
func digits(i int) string {
	for check := range 10 {
		if code := fmt.Sprintf("%011d%d", i, check); isCode(code) {
			return code
		}
	}
	return ""
}

func isCode(s string) bool { _, err := booking.ParseCode(s); return err == nil }

func TestAReaderMayActAsAKeyboard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		var place desk
		place.put(scanner.Keyboard(evdev.Describe(r, evdev.Info{}, evdev.Wide)))
		said, stop := run(t, scanner.Config{Path: "keyboard", Open: place.open})
		defer stop()
		write := func(b []byte) {
			t.Helper()
			if _, err := w.Write(b); err != nil {
				t.Fatal(err)
			}
		}
		write(typing(t, one))
		expect(t, said, "there "+one)
		time.Sleep(time.Second)
		write(typing(t, two)[:72*24]) // without its Enter
		time.Sleep(time.Second)
		expect(t, said, two)
		time.Sleep(time.Second)
		write(strokes(t, "+LEFTCTRL +LEFTALT T -LEFTALT -LEFTCTRL X T E R M ENTER"))
		expect(t, said, "-")
		w.CloseWithError(evdev.ErrGone)
		expect(t, said, "gone")
	})
}

func TestAReaderThatMakesNoSenseIsRefused(t *testing.T) {
	for what, cfg := range map[string]scanner.Config{
		"a negative speed":        {Baud: -1},
		"a negative retry":        {Retry: -1},
		"a long prefix":           {Prefix: "123456789"},
		"a long suffix":           {Suffix: "123456789"},
		"a prefix that is an end": {Prefix: "\x02"},
		"a suffix that is an end": {Suffix: "x\r"},
	} {
		if _, err := scanner.New(cfg); err == nil {
			t.Error(what, "was taken")
		}
	}
	r, err := scanner.New(scanner.Config{})
	if err != nil {
		t.Fatal(err)
	}
	r.Run(t.Context()) // without a path it returns
}
