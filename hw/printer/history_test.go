package printer_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/hw/printer"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// Nothing is ever printed again by itself: whatever the printer says, wherever the journal fails and the totem dies, at
// most one slip of a ticket does not say that it is a copy, no slip follows one that does not say so, and no more
// slips are sent than the ticket's own and one for each time a person asked.
func TestNothingIsEverPrintedAgainByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(struct{ testing.TB }{t}, func(t *rapid.T) { // a *testing.T would be asked for its deadline, which a bubble has not
			h := begin(t)
			defer h.end()
			t.Repeat(map[string]func(*rapid.T){
				"":        h.check,
				"issue":   h.issue,
				"wake":    func(t *rapid.T) { h.work(t) },
				"ask":     h.ask,
				"reprint": h.reprint,
				"leave":   h.leave,
				"status":  h.change,
				"restart": func(*rapid.T) { h.restart() },
				"kill":    func(*rapid.T) { h.kill() },
			})
			h.checkFacts(t)
		})
	})
}

// history is a totem with a real journal and its driver.
type history struct {
	t       *rapid.T
	root    string
	lives   int
	cfg     store.Config
	sheet   booking.Sheet
	press   *press
	journal *brittle
	driver  *printer.Driver
	wake    chan struct{}
	over    chan struct{} // closed when the driver has ended
	stop    context.CancelFunc

	given []store.Order
	jobs  []int64
	asked map[booking.Number]int
}

const historySlots = 6

func begin(t *rapid.T) *history {
	root, err := os.MkdirTemp("/dev/shm", "history") // a real disk's flushes would take most of the time, and prove nothing here
	if err != nil {
		root, err = os.MkdirTemp("", "history")
	}
	if err != nil {
		t.Fatal(err)
	}
	day, _ := booking.ParseDay("2026-11-21")
	h := &history{t: t, root: root, press: &press{}, asked: make(map[booking.Number]int)}
	h.cfg = store.Config{Office: "valfiorita", Totem: "totem-1", Path: filepath.Join(root, "0.db"),
		Now: func() time.Time { return day.At(8*60, time.UTC) }}
	h.sheet = booking.Sheet{SheetKey: booking.SheetKey{Office: "valfiorita", Queue: "anagrafe", Day: day},
		Revision: booking.Revision{Epoch: 1, Sequence: 1}, Prefix: "A"}
	for i := range historySlots {
		h.sheet.Slots = append(h.sheet.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), State: booking.Free,
			Start: day.At(booking.Clock(9*60+10*i), time.UTC), Holder: booking.HeldBy("totem-1")})
	}
	h.live()
	h.must(h.journal.Take(context.Background(), wire.Pulled{Sheets: []booking.Sheet{h.sheet}, Keys: map[booking.Day]booking.DayKey{day: {1}}}))
	return h
}

func (h *history) must(err error) {
	if err != nil {
		h.t.Fatal(err)
	}
}

// live starts the totem.
func (h *history) live() {
	s, err := store.Open(context.Background(), h.cfg)
	h.must(err)
	h.journal = &brittle{Store: s}
	h.wake, h.over = make(chan struct{}, 1), make(chan struct{})
	h.driver, err = printer.New(printer.Config{Device: h.press, Journal: h.journal, Wake: h.wake, Poll: 24 * time.Hour})
	h.must(err)
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	over := h.over
	go func() {
		defer close(over)
		h.driver.Run(ctx)
	}()
	synctest.Wait()
}

// restart ends the totem in order, and starts it again.
func (h *history) restart() {
	h.stop()
	<-h.over
	h.must(h.journal.Close())
	h.live()
}

// kill starts the totem again with what is on its disk now, and nothing else.
func (h *history) kill() {
	h.lives++
	path := filepath.Join(h.root, fmt.Sprintf("%d.db", h.lives))
	for _, suffix := range []string{"", "-wal", ".lock"} {
		content, err := os.ReadFile(h.cfg.Path + suffix)
		if suffix == "-wal" && errors.Is(err, os.ErrNotExist) {
			continue
		}
		h.must(err)
		h.must(os.WriteFile(path+suffix, content, 0o600))
	}
	h.stop()
	<-h.over
	h.must(h.journal.Close())
	h.cfg.Path = path
	h.live()
}

func (h *history) end() {
	h.stop()
	<-h.over
	h.journal.Close()
	os.RemoveAll(h.root)
}

func anyCondition(t *rapid.T) paper.Status {
	return rapid.SampledFrom([]paper.Status{0, 0, 0, paper.NearEnd, paper.CoverOpen, paper.PaperEnd, paper.Silent}).Draw(t, "status")
}

// work has the driver look for jobs, with a future of its own, and buries the totem if it died.
func (h *history) work(t *rapid.T) {
	h.press.mu.Lock()
	h.press.fates = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) fate {
		f := rapid.SampledFrom([]fate{{true, paper.Printed, "", 0}, {true, paper.Unknown, "", 0}, {false, paper.Unknown, "", 0},
			{false, paper.NotPrinted, "", 0}, {true, paper.Unknown, "after", 0}, {false, paper.Unknown, "after", 0}, {dies: "before"}}).Draw(t, "fate")
		f.then = anyCondition(t)
		return f
	}), 0, 3).Draw(t, "fates")
	h.press.mu.Unlock()
	h.journal.troubles = rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "", "full", "before", "after"}), 0, 5).Draw(t, "troubles")
	h.wake <- struct{}{}
	synctest.Wait()
	select {
	case <-h.over:
		h.kill()
	default:
		h.journal.troubles = nil
		h.wake <- struct{}{} // what could not be noted is noted
		synctest.Wait()
	}
}

// issue gives a ticket. Between its commit and the driver's next look anything may happen to the printer and the totem.
func (h *history) issue(t *rapid.T) {
	if len(h.given) == historySlots {
		t.Skip("nothing left")
	}
	slot := h.sheet.Slots[len(h.given)]
	code, err := booking.NewCode(counter(len(h.given)))
	h.must(err)
	o := store.Order{Key: h.sheet.SheetKey, Number: slot.Number, Start: slot.Start, Code: code, Slip: slipOf(slot.Number, code),
		Sending: h.driver.Waiting() || rapid.Bool().Draw(t, "was waiting")}
	job, err := h.journal.Issue(context.Background(), o)
	h.must(err)
	h.given, h.jobs = append(h.given, o), append(h.jobs, job)
	if rapid.Bool().Draw(t, "printer changes") {
		h.change(t)
	}
	if rapid.Bool().Draw(t, "at once") {
		h.work(t)
	}
}

type counter byte

func (c counter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

func slipOf(n booking.Number, code booking.Code) ticket.Slip {
	return ticket.Slip{Lang: "it", Lines: []ticket.Line{{Role: ticket.RoleNumber, Text: string(n)}, {Role: ticket.RoleQR, Text: string(code)}}}
}

// change has something happen to the printer.
func (h *history) change(t *rapid.T) {
	s := anyCondition(t)
	h.press.mu.Lock()
	h.press.status = s
	h.press.mu.Unlock()
}

func (h *history) anyGiven(t *rapid.T) (o store.Order, job int64) {
	if len(h.given) == 0 {
		t.Skip("no ticket yet")
	}
	i := rapid.IntRange(0, len(h.given)-1).Draw(t, "ticket")
	return h.given[i], h.jobs[i]
}

// ask is a person who wants a slip that a restart found, or of whose fate nobody knows.
func (h *history) ask(t *rapid.T) {
	o, job := h.anyGiven(t)
	switch err := h.journal.Requeue(context.Background(), job); {
	case errors.Is(err, store.ErrNoJob):
		t.Skip("not to be asked for")
	default:
		h.must(err)
	}
	h.asked[o.Number]++ // also for one that is due anyway, which is one slip less than allowed
	h.work(t)
}

// reprint is a person who wants another slip of a ticket.
func (h *history) reprint(t *rapid.T) {
	o, job := h.anyGiven(t)
	switch err := h.journal.Reprint(context.Background(), job, o.Slip); {
	case errors.Is(err, store.ErrNoJob):
		t.Skip("not to be asked for")
	default:
		h.must(err)
	}
	h.asked[o.Number]++
	if rapid.Bool().Draw(t, "at once") {
		h.work(t)
	}
}

func (h *history) leave(t *rapid.T) {
	_, job := h.anyGiven(t)
	h.must(h.journal.Leave(context.Background(), job))
}

func (h *history) sentOf(n booking.Number) (sent []proof) {
	for _, p := range h.press.sent {
		if p.number == n {
			sent = append(sent, p)
		}
	}
	return sent
}

func (h *history) check(t *rapid.T) {
	for _, o := range h.given {
		sent := h.sentOf(o.Number)
		if len(sent) > 1+h.asked[o.Number] {
			t.Fatalf("%s was sent %d times and asked for %d times", o.Number, len(sent), h.asked[o.Number])
		}
		marked := false
		for _, p := range sent {
			if marked && !p.copied {
				t.Fatalf("of %s another slip came out that does not say it is a copy: %v", o.Number, sent)
			}
			if p.copied && h.asked[o.Number] == 0 {
				t.Fatalf("a copy of %s that nobody asked for", o.Number)
			}
			marked = marked || p.marks
		}
	}
}

// checkFacts compares what the office is told last of each ticket with what is on paper. Of one whose slip is being
// printed again the outcome before counts until there is another.
func (h *history) checkFacts(t *rapid.T) {
	told := make(map[booking.Number]booking.Paper)
	jobs, err := h.journal.Jobs(context.Background())
	h.must(err)
	again := make(map[booking.Number]bool)
	for _, j := range jobs {
		if j.State != paper.JobDone {
			again[h.given[slices.Index(h.jobs, j.ID)].Number] = true
		}
	}
	for {
		f, chain, ok, err := h.journal.Next(context.Background())
		h.must(err)
		if !ok {
			break
		}
		if f.Kind == booking.FactPrinted {
			told[f.Slot] = f.Paper
		}
		h.must(h.journal.Accepted(context.Background(), f.ID, chain+1))
	}
	for n, p := range told {
		marked := slices.ContainsFunc(h.sentOf(n), func(p proof) bool { return p.marks })
		if p == booking.PaperPrinted && !marked || p == booking.PaperNotPrinted && marked && !again[n] {
			t.Fatalf("%s is told as %v, on paper: %v", n, p, h.sentOf(n))
		}
	}
}
