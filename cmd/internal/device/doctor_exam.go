package device

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/store"
)

// Exam says how a printer is examined.
type Exam struct {
	NoSlip bool              // print no test slip
	Record io.Writer         // gets the exchange, as escpos.Record describes it; nil: nobody does
	Say    func(step string) // told what is done next; nil: nobody is
	// Dial opens the line at a speed; nil: that of the device.
	Dial func(baud int, flow escpos.Flow) (escpos.Line, error)
}

// Diagnosis is how a printer was found. It holds nothing of any citizen.
type Diagnosis struct {
	Verdict    Part        `json:"verdict"`
	InUse      bool        `json:"in_use"` // a totem runs: nothing was asked, the verdict is that totem's
	Path       string      `json:"path"`
	Baud       int         `json:"baud,omitempty"` // without meaning on USB
	Flow       string      `json:"flow,omitempty"`
	FlowHint   string      `json:"flow_hint,omitempty"`
	Profile    string      `json:"profile"`
	Model      string      `json:"model,omitempty"` // that the profile is for
	Maker      string      `json:"calls_maker,omitempty"`
	Name       string      `json:"calls_itself,omitempty"`
	Firmware   string      `json:"firmware,omitempty"`
	Suits      string      `json:"suits,omitempty"` // the profile that its name fits, if that is another
	Abilities  []string    `json:"abilities,omitempty"`
	Level      string      `json:"level,omitempty"` // the best confirmation that the profile promises
	LevelMeans string      `json:"level_means,omitempty"`
	Status     string      `json:"status,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
	Slip       *TestSlip   `json:"slip,omitempty"`
	Head       []string    `json:"head,omitempty"` // of a bare head: heat, supply, and how late it was driven
}

// TestSlip is what became of a test slip.
type TestSlip struct {
	Outcome string   `json:"outcome"`
	Level   string   `json:"level"` // how that is known
	MM      int      `json:"mm"`    // of paper, as far as can be told
	Seconds float64  `json:"seconds"`
	Look    []string `json:"look,omitempty"` // what only eyes can see; none where it is known not to be whole
}

// DiagnosePrinter examines the printer of cfg, prints a test slip unless there is no use in it, and says what only eyes
// can see. It takes some seconds, and as long as the slip takes. The paper is counted where the totem counts it. While a
// totem runs on cfg's data its printer is left alone, and no totem starts there meanwhile. With no data folder in cfg
// nobody is asked whether one runs. An error says that the exam could not begin.
func DiagnosePrinter(ctx context.Context, cfg Config, e Exam) (d Diagnosis, err error) {
	if e.Say == nil {
		e.Say = func(string) {}
	}
	held, running := hold(ctx, cfg)
	if held != nil {
		defer func() { err = errors.Join(err, held.Close()) }()
	}
	switch at := cfg.Printer; {
	case running:
		return Diagnosis{InUse: true, Verdict: printerAtWork(ctx, cfg), Path: at.Path, Baud: at.Baud, Flow: at.Flow, Profile: at.Profile}, nil
	case at.isHead():
		return diagnoseHead(ctx, cfg, e)
	}
	line, err := printerConfig(cfg.Printer)
	if err != nil {
		return Diagnosis{}, err
	}
	x := &examiner{Exam: e, cfg: cfg.Printer, line: line, store: held, d: describe(cfg.Printer, line.Profile)}
	x.examine(ctx)
	return x.d, nil
}

// hold keeps a totem from starting on cfg's data, and says whether one runs there. The store is nil where there is none
// that can be held.
func hold(ctx context.Context, cfg Config) (s *store.Store, running bool) {
	path := filepath.Join(cfg.Data, databaseFile)
	if _, err := os.Stat(path); cfg.Data == "" || err != nil {
		return nil, false
	}
	s, err := store.Open(ctx, store.Config{Path: path, Office: cfg.Office, Totem: cfg.Totem})
	if err != nil { // one that is ill is told by the exam of all parts
		return nil, fault.Of(err).Code == fault.CodeStoreLocked
	}
	return s, false
}

// describe says what is known without asking.
func describe(at Printer, p escpos.Profile) Diagnosis {
	return Diagnosis{Path: at.Path, Baud: at.Baud, Flow: at.Flow, Profile: p.Name, Model: p.Model,
		Abilities: abilities(p.Abilities), Level: bestLevel(p.Abilities).String(), LevelMeans: LevelMeans(bestLevel(p.Abilities))}
}

// examiner examines one printer.
type examiner struct {
	Exam
	cfg   Printer
	line  escpos.Config
	store *store.Store // nil: the paper is not counted
	d     Diagnosis
	heard escpos.Found
}

func (x *examiner) examine(ctx context.Context) {
	if !x.introduce(ctx) {
		return
	}
	x.line.Record = x.Record
	if x.Dial != nil {
		x.line.Dial = func() (escpos.Line, error) { return x.Dial(x.line.Baud, x.line.Flow) }
	}
	x.header()
	p, err := escpos.Open(x.line)
	if err != nil {
		x.d.Verdict = broken("printer", err)
		return
	}
	x.Say("asking the printer how it is")
	status := p.Status(ctx)
	x.see(status)
	if !x.NoSlip && status.Ready() {
		x.print(ctx, p)
	}
	if err := p.Close(); err != nil && x.d.Verdict.State != Faulty {
		x.d.Verdict = broken("printer", err)
	}
}

// header says in a record whose exchange it holds.
func (x *examiner) header() {
	if x.Record == nil {
		return
	}
	d := x.d
	fmt.Fprintln(x.Record, "# An exchange with a printer: its status and a test slip. It holds nothing of anybody.")
	fmt.Fprintf(x.Record, "# profile %s, %d bits a second, flow control %s\n", d.Profile, d.Baud, d.Flow)
	if d.Name != "" {
		fmt.Fprintf(x.Record, "# it calls itself %q of %q, firmware %q\n", d.Name, d.Maker, d.Firmware)
	}
}

func (x *examiner) see(s paper.Status) {
	x.d.Status, x.d.Conditions = s.String(), conditions(s)
	x.d.Verdict = printerPart(s)
	if x.d.Suits != "" && s.Ready() {
		x.d.Verdict.State = Attention
		x.d.Verdict.Cause += fmt.Sprintf("; it calls itself %s, which the profile %s is for", x.d.Name, x.d.Suits)
		x.d.Verdict.Remedy = fmt.Sprintf("set printer.profile = %q in totem.toml, unless %s was chosen because that went wrong", x.d.Suits, x.cfg.Profile)
	}
}

// print prints the test slip.
func (x *examiner) print(ctx context.Context, p *escpos.Printer) {
	x.Say("printing the test slip")
	began := time.Now()
	r, err := p.PrintTest(ctx)
	took := time.Since(began).Seconds()
	x.d.Slip = &TestSlip{Outcome: r.Outcome.String(), Level: r.Level.String(), MM: r.Length, Seconds: math.Round(took*10) / 10}
	if r.Outcome == paper.Printed || r.Status.Ready() {
		x.d.Slip.Look = whatToLookAt(x.line.Profile.Abilities)
	}
	x.see(r.Status)
	if own := r.Status &^ paper.TicketInMouth; x.line.Profile.Abilities.Present && own.Ready() {
		status := x.d.Status
		x.see(own) // that the test slip waits in the mouth is as it should be
		x.d.Status = status
	}
	x.judge(r, err)
	if x.Record != nil {
		fmt.Fprintf(x.Record, "# %s, %s, %d mm\n", r.Outcome, r.Level, r.Length)
	}
	if err := x.count(ctx, r.Length); err != nil {
		x.d.Verdict = broken("paper", err)
	}
}

// judge says what a test slip says of the printer.
func (x *examiner) judge(r paper.Result, err error) {
	best := bestLevel(x.line.Profile.Abilities)
	v := &x.d.Verdict
	switch {
	case r.Outcome == paper.Printed && r.Level == best:
		v.Cause += "; the test slip is printed, as it confirmed by " + r.Level.String()
	case r.Outcome == paper.Printed:
		v.State = Attention
		v.Cause += fmt.Sprintf("; the test slip is printed, but confirmed by %s where the profile promises %s", r.Level, best)
		v.Remedy = "a model that can do less than its profile needs a profile of its own, or a generic one"
	case r.Outcome == paper.Unknown && best == paper.NotConfirmed && r.Status.Ready():
		v.State = Attention
		v.Cause = "the test slip was sent; a printer of this profile confirms nothing"
		v.Remedy = "look whether it came out: nobody else can; a model that answers needs its own profile"
	default:
		if err == nil {
			err = errors.New("nobody knows whether the test slip is on paper")
		}
		*v = broken("printer", err)
	}
}

// count notes the paper that the test slip used where the totem counts it.
func (x *examiner) count(ctx context.Context, mm int) error {
	if x.store == nil || mm <= 0 {
		return nil
	}
	roll, err := x.store.Roll(ctx)
	if err != nil {
		return err
	}
	return x.store.KeepRoll(ctx, roll.Feed(mm))
}

// With returns p with the fields of over that are not zero in their place, for one command. A speed that was p's
// profile's follows the profile. A value that cannot be is a fault of the command line.
func (p Printer) With(over Printer) (Printer, error) {
	if over.Profile != "" && p.Baud == (Printer{Profile: p.Profile}).complete().Baud {
		p.Baud = 0
	}
	p.Path, p.Profile = cmp.Or(over.Path, p.Path), cmp.Or(over.Profile, p.Profile)
	p.Baud, p.Flow = cmp.Or(over.Baud, p.Baud), cmp.Or(over.Flow, p.Flow)
	p = p.complete()
	var wrong mistakes
	p.check(&wrong)
	if len(wrong) > 0 {
		return Printer{}, fault.New(fault.CodeUsage, wrong.Err(), "give another value for what is named", "such a printer cannot be")
	}
	return p, nil
}
