package device_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
)

// roleVariable makes the test binary play a part of its own: "totem", "totem ahead" or "scheduler". The others say with what.
const (
	roleVariable    = "TOTEM_KILL_TEST"
	dataVariable    = "TOTEM_KILL_TEST_DATA"
	addressVariable = "TOTEM_KILL_TEST_ADDRESS"
	printerVariable = "TOTEM_KILL_TEST_PRINTER"
	clockVariable   = "TOTEM_KILL_TEST_CLOCK"
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "totem":
		play(func(ctx context.Context, now func() time.Time) error { return playTotem(ctx, now, citizens) })
	case "totem ahead":
		play(func(ctx context.Context, now func() time.Time) error { return playTotem(ctx, now, citizensAhead) })
	case "scheduler":
		play(playScheduler)
	}
	os.Exit(m.Run())
}

func play(part func(context.Context, func() time.Time) error) {
	offset, err := time.ParseDuration(os.Getenv(clockVariable))
	if err == nil {
		err = part(context.Background(), func() time.Time { return time.Now().Add(offset) })
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func playScheduler(ctx context.Context, now func() time.Time) error {
	c, err := central.Open(ctx, central.Config{OfficeFiles: []string{sample}, DataDir: os.Getenv(dataVariable), Init: true, Listen: os.Getenv(addressVariable), Now: now})
	if err != nil {
		return err
	}
	fmt.Println("serving", c.URL())
	select {}
}

// playTotem is a totem whose citizens never end: each takes the first ticket that can be had, and prints its number as
// soon as the glass shows it.
func playTotem(ctx context.Context, now func() time.Time, citizens func(context.Context, *glass)) error {
	p, err := readPlan()
	if err != nil {
		return err
	}
	cfg := device.Config{Office: p.Office.ID, Totem: p.Totems[0], Scheduler: "nats://" + os.Getenv(addressVariable), Data: os.Getenv(dataVariable),
		Printer: device.Printer{Path: os.Getenv(printerVariable), Profile: "epson-tm-t20"}}.Complete()
	g := newGlass()
	d, err := device.Open(ctx, cfg, device.Parts{Glass: g, Now: now, Random: rand.Reader, LinkSpread: 50 * time.Millisecond, PrinterLimits: calm})
	if err != nil {
		return err
	}
	go citizens(ctx, g)
	return d.Run(ctx)
}

func citizens(ctx context.Context, g *glass) {
	var found string
	for {
		s, _ := g.await(ctx, "start", "times", "printing", "take", "paper-failed", "paper-unknown", "found")
		switch s.Name {
		case "start":
			g.tap(ctx, s, control(kiosk.RoleService))
		case "found":
			found = text(s, kiosk.RoleNumber)
			g.tap(ctx, s, func(b kiosk.Box) bool { return b.Tap == kiosk.PrintFound{} })
		case "printing":
			if n := text(s, kiosk.RoleNumber); n != found {
				fmt.Println("issued", n)
			}
		case "times": // the office may not answer, or have given the place to others: then it is tried again
			if !g.tap(ctx, s, control(kiosk.RolePrimary)) {
				return
			}
			continue
		case "take", "paper-failed", "paper-unknown":
			g.tap(ctx, s, control(kiosk.RolePrimary))
		}
		if !g.leaves(ctx, s) {
			return
		}
	}
}

// part is a process that plays a part and can be killed.
type part struct {
	t   testing.TB
	cmd *exec.Cmd
	out *lines
}

// startPart starts a process in a role.
func startPart(t testing.TB, role string, environment ...string) *part {
	t.Helper()
	p := &part{t: t, cmd: exec.Command(os.Args[0]), out: &lines{more: make(chan struct{})}}
	p.cmd.Env = append(os.Environ(), append(environment, roleVariable+"="+role)...)
	p.cmd.Stderr = os.Stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.out.reading.Go(func() { p.out.read(stdout) })
	t.Cleanup(p.kill)
	return p
}

// kill ends the process as a power cut would, for all that the process can tell.
func (p *part) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	p.out.reading.Wait()
	_ = p.cmd.Wait()
}

// lines collects what a process prints.
type lines struct {
	reading sync.WaitGroup

	mu   sync.Mutex
	all  []string
	more chan struct{} // closed at the next line
}

func (l *lines) read(r io.Reader) {
	for s := bufio.NewScanner(r); s.Scan(); {
		l.mu.Lock()
		l.all = append(l.all, s.Text())
		close(l.more)
		l.more = make(chan struct{})
		l.mu.Unlock()
	}
}

// await waits until n lines begin with word, and returns all that do.
func (l *lines) await(ctx context.Context, word string, n int) ([]string, bool) {
	for {
		l.mu.Lock()
		var found []string
		for _, line := range l.all {
			if rest, ok := strings.CutPrefix(line, word+" "); ok {
				found = append(found, rest)
			}
		}
		more := l.more
		l.mu.Unlock()
		if len(found) >= n {
			return found, true
		}
		select {
		case <-more:
		case <-ctx.Done():
			return found, false
		}
	}
}

func TestKillingEitherSideLosesNoTicketAndDoublesNone(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := mathrand.New(mathrand.NewPCG(seed, 0))
	now := atOpening(t)
	paper := openPaper(t, papersim.Config{})
	clock := clockVariable + "=" + time.Until(now()).String()
	address := freeAddress(t)
	schedulerData, totemData := folder(t, "scheduler"), folder(t, "totem")
	c := openCentral(t, schedulerData, address, now)
	provisioned(t, c, config(t, totemData, paper.Path, c.URL()))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	startScheduler := func() *part {
		return startPart(t, "scheduler", clock, addressVariable+"="+address, dataVariable+"="+schedulerData)
	}
	startTotem := func() *part {
		return startPart(t, "totem", clock, addressVariable+"="+address, dataVariable+"="+totemData, printerVariable+"="+paper.Path)
	}
	s, d := startScheduler(), startTotem()

	const rounds = 8
	told := map[booking.Number]bool{}
	for round := range rounds {
		numbers, ok := d.out.await(waiting(t), "issued", 1+random.IntN(3))
		if !ok {
			t.Fatalf("round %d: the totem gave only %q", round, numbers)
		}
		if round%2 == 0 {
			d.kill()
			note(t, told, d.out)
			d = startTotem()
		} else {
			s.kill()
			s = startScheduler()
		}
	}
	d.kill()
	note(t, told, d.out)
	s.kill()

	check(t, schedulerData, totemData, address, paper, now, told)
}

// note remembers the numbers that a killed totem had shown. None may come twice.
func note(t *testing.T, told map[booking.Number]bool, out *lines) {
	t.Helper()
	numbers, _ := out.await(t.Context(), "issued", 0)
	for _, n := range numbers {
		if told[booking.Number(n)] {
			t.Errorf("%s was given to two citizens", n)
		}
		told[booking.Number(n)] = true
	}
}

// check lets both sides come to rest and holds paper, glass and ledger against each other.
func check(t *testing.T, schedulerData, totemData, address string, paper *papersim.PTY, now func() time.Time, told map[booking.Number]bool) {
	t.Helper()
	c := openCentral(t, schedulerData, address, now)
	last := startTotem(t, config(t, totemData, paper.Path, "nats://"+address), now)
	for s := last.must("start", "found"); s.Name == "found"; s = last.must("start", "found") {
		last.touch(s, func(b kiosk.Box) bool { return b.Tap == kiosk.PrintFound{} }, "take")
		last.touch(last.must("take"), control(kiosk.RolePrimary), "start", "found")
	}
	end := last.take()
	booked(t, c, booking.Number(text(end, kiosk.RoleNumber)), booking.PaperPrinted) // facts are folded in order: all others are in

	day, _ := booking.ParseDay("2026-11-24")
	key, err := c.DayKey(waiting(t), plan(t).Office.ID, day)
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := c.Sheets(waiting(t), plan(t).Office.ID, day)
	if err != nil {
		t.Fatal(err)
	}
	ledger := map[booking.CodeHash]booking.Number{}
	for _, s := range sheets {
		for _, slot := range s.Slots {
			if slot.State == booking.Issued {
				ledger[slot.Ticket.Code] = slot.Number
				delete(told, slot.Number)
			}
		}
	}
	for n := range told {
		t.Errorf("%s was promised and is not in the ledger", n)
	}
	originals := map[booking.Number]int{}
	for _, slip := range paper.Slips() {
		if !typedCode.Match(slip.Bytes) {
			continue // the scrap of a slip that a kill broke off, or of none: it is cut off before the next one
		}
		n, ok := ledger[codeOn(t, slip).Hash(key)]
		if !ok {
			t.Errorf("a slip with the code %s is not in the ledger", codeOn(t, slip))
		}
		if !bytes.Contains(slip.Bytes, []byte("COPIA")) {
			originals[n]++
		}
	}
	for n, count := range originals {
		if count > 1 {
			t.Errorf("%d originals of %s came out", count, n)
		}
	}
	t.Logf("%d tickets in the ledger, %d slips", len(ledger), len(paper.Slips()))
}
