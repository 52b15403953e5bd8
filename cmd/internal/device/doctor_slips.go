package device

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/totem/hw/printer"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/store"
)

// Slips is the print journal as a technician sees it. Nothing in it tells whose a slip is.
type Slips struct {
	Running bool       `json:"running"` // a totem runs on the journal: Jobs was not read
	Unsure  int        `json:"unsure"`  // slips whose fate is unknown
	Known   bool       `json:"known"`   // Unsure says something
	Jobs    []SlipView `json:"slips"`   // open, or ended and nobody knows how; oldest first
}

// SlipView is one job of the journal.
type SlipView struct {
	ID      int64  `json:"id"`
	State   string `json:"state"`   // as paper.JobState; of an earlier process where no totem runs
	Outcome string `json:"outcome"` // of the last slip
	Level   string `json:"level"`   // how that is known
	Since   string `json:"since,omitempty"`
	OnPaper bool   `json:"may_be_on_paper"` // bytes of it may have been sent: the next slip of it says that it is a copy
}

// ReadSlips returns the print journal of cfg's data. Beside a running totem it is what that has left about it. It makes
// no store where there is none.
func ReadSlips(ctx context.Context, cfg Config) (Slips, error) {
	if _, err := os.Stat(filepath.Join(cfg.Data, databaseFile)); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(cfg.Data); err == nil {
			return Slips{Known: true, Jobs: []SlipView{}}, nil // no totem was ever here
		}
	}
	s, err := openJournal(ctx, cfg)
	switch {
	case err != nil && fault.Of(err).Code == fault.CodeStoreLocked:
		h, ok := readHealth(cfg.Data)
		return Slips{Running: true, Unsure: h.Unsure, Known: ok}, nil
	case err != nil:
		return Slips{}, err
	}
	jobs, err := s.Jobs(ctx)
	if err := errors.Join(err, s.Close()); err != nil {
		return Slips{}, err
	}
	all := Slips{Known: true, Jobs: []SlipView{}}
	for _, j := range jobs {
		all.Jobs = append(all.Jobs, viewOf(j))
		if unsureOf(j) {
			all.Unsure++
		}
	}
	return all, nil
}

func openJournal(ctx context.Context, cfg Config) (*store.Store, error) {
	return store.Open(ctx, store.Config{Path: filepath.Join(cfg.Data, databaseFile), Office: cfg.Office, Totem: cfg.Totem})
}

func viewOf(j store.Job) SlipView {
	v := SlipView{ID: j.ID, State: string(j.State), Outcome: j.Outcome.String(), Level: j.Level.String(), OnPaper: j.Sent}
	if !j.Since.IsZero() {
		v.Since = j.Since.Local().Format("2006-01-02T15:04")
	}
	return v
}

const databaseFile = "totem.db"

// copyPatience is how long the journal and the printer may take for one slip.
const copyPatience = 2 * time.Minute

// PrintCopy prints the slip of a job of unknown fate again, now, while the technician stands before the printer: a slip
// that came out at some later moment would find another one's hands. If the slip before it may be on paper it says that
// it is a copy. Nothing is changed unless the printer is ready. say is told what is done next; nil: nobody is.
func PrintCopy(ctx context.Context, cfg Config, id int64, say func(step string)) (r paper.Result, err error) {
	s, err := openJournal(ctx, cfg)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := findSlip(ctx, s, id); err != nil {
		return r, err
	}
	if say == nil {
		say = func(string) {}
	}
	say("asking the printer how it is")
	p, err := openAnew(cfg)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if status := p.Status(ctx); !status.Ready() {
		part := printerPart(status)
		return r, fault.New(part.Code, nil, remedyFor(status), "nothing was printed: %s", part.Cause)
	}
	switch err := s.Requeue(ctx, id); {
	case errors.Is(err, store.ErrNoJob):
		return r, erased(id)
	case err != nil:
		return r, err
	}
	say("printing")
	return bring(ctx, cfg, s, p, id)
}

// openAnew opens a printer at which part of a slip of an earlier process may hang.
func openAnew(cfg Config) (appliance, error) {
	if cfg.Printer.isHead() {
		h, err := openHead(cfg)
		if err != nil {
			return nil, err
		}
		return h, nil
	}
	line, err := printerConfig(cfg.Printer)
	if err != nil {
		return nil, err
	}
	line.Scrap = true
	p, err := escpos.Open(line)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// findSlip fails unless id is a job whose fate is unknown.
func findSlip(ctx context.Context, s *store.Store, id int64) error {
	jobs, err := s.Jobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.ID == id {
			return nil
		}
	}
	return fault.New(fault.CodeUsage, nil, "totem slips lists them", "the journal has no slip %d whose fate is unknown", id)
}

func erased(id int64) error {
	return fault.New(fault.CodeUsage, nil, "send the citizen to the desk with the number", "what slip %d said is erased already", id)
}

// bring has the driver print what is due, as a running totem does, until the job has ended.
func bring(ctx context.Context, cfg Config, s *store.Store, p appliance, id int64) (r paper.Result, err error) {
	ctx, cancel := context.WithTimeout(ctx, copyPatience)
	defer cancel()
	ended := false
	d, err := printer.New(printer.Config{Device: p, Journal: s, Wake: make(chan struct{}), Roll: cfg.Printer.roll(),
		Report: func(job int64, got paper.Result) {
			if job == id {
				r, ended = got, true
				cancel()
			}
		}})
	if err != nil {
		return r, err
	}
	d.Run(ctx)
	switch {
	case !ended && errors.Is(ctx.Err(), context.Canceled):
		return r, ctx.Err() // it was asked to stop; the slip waits for another request
	case !ended:
		return r, fault.New(fault.CodeStoreOpen, ctx.Err(), "run totem doctor", "the journal did not let the slip begin")
	case r.Outcome == paper.Printed:
		return r, nil
	case !r.Status.Ready():
		part := printerPart(r.Status)
		return r, fault.New(part.Code, nil, remedyFor(r.Status), "the slip's outcome is %s: %s", r.Outcome, part.Cause)
	}
	return r, fault.New(fault.CodePrinterMute, nil, "look whether it came out, whole; totem slips shows it until then",
		"the slip was sent and is not confirmed, its outcome is %s", r.Outcome)
}
