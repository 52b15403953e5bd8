package printer_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/ticket"
)

// press is a printer that prints on a list.
type press struct {
	mu     sync.Mutex
	status paper.Status
	fates  []fate // of the slips to come; none left: all goes well
	sent   []proof
}

// fate is what will happen to a slip.
type fate struct {
	marks bool // some of it comes out
	told  paper.Outcome
	dies  string // where the totem dies: "", "before" or "after" the slip
	then  paper.Status
}

// proof is a slip that was sent.
type proof struct {
	number booking.Number
	copied bool
	marks  bool
}

func (p *press) Status(context.Context) paper.Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

func (p *press) Print(_ context.Context, s ticket.Slip) (paper.Result, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := fate{marks: true, told: paper.Printed}
	if len(p.fates) > 0 {
		f, p.fates = p.fates[0], p.fates[1:]
	}
	if f.dies == "before" {
		runtime.Goexit()
	}
	i := slices.IndexFunc(s.Lines, func(l ticket.Line) bool { return l.Role == ticket.RoleNumber })
	p.sent = append(p.sent, proof{booking.Number(s.Lines[i].Text), s.IsCopy(), f.marks})
	if f.dies == "after" {
		runtime.Goexit()
	}
	p.status = f.then
	return paper.Result{Outcome: f.told, Status: f.then, Length: 200}, nil
}

// brittle is a journal that fails, and during whose work the totem may die.
type brittle struct {
	*store.Store
	troubles []string // of the notes to come: "" none, "full", "before" or "after": the totem dies then
}

var errFull = errors.New("disk full")

func (b *brittle) note(do func() error) error {
	trouble := ""
	if len(b.troubles) > 0 {
		trouble, b.troubles = b.troubles[0], b.troubles[1:]
	}
	switch trouble {
	case "full":
		return errFull
	case "before":
		runtime.Goexit()
	}
	err := do()
	if trouble == "after" {
		runtime.Goexit()
	}
	return err
}

func (b *brittle) JobSending(ctx context.Context, id int64) error {
	return b.note(func() error { return b.Store.JobSending(ctx, id) })
}

func (b *brittle) JobEnded(ctx context.Context, id int64, r paper.Result) error {
	return b.note(func() error { return b.Store.JobEnded(ctx, id, r) })
}
