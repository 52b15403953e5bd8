package device

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// Health is how a running totem's parts are, as it leaves that in [healthFile] for the doctor. Times are whole minutes.
type Health struct {
	At      time.Time     `json:"at,omitzero"`     // when it was written; zero if nobody knows the time
	Boot    string        `json:"boot,omitempty"`  // in which life of the machine
	Printer string        `json:"printer"`         // paper.Status in words
	Since   time.Time     `json:"since,omitzero"`  // when the printer became so; zero if nobody knows the time
	PaperMM *int          `json:"paper_mm"`        // millimetres left on the roll; null: not known
	Slips   int           `json:"slips,omitempty"` // about how many slips that is
	Unsure  int           `json:"unsure"`          // slips whose fate is unknown
	Clock   Grade         `json:"clock"`
	Touch   string        `json:"touch"` // "works", "silent", "stuck", or "none": the totem is told to use none
	Keypad  string        `json:"keypad"`
	Scanner string        `json:"scanner"`
	Sound   string        `json:"sound"`
	Consent *Consents     `json:"consent,omitempty"` // what is asked of citizens; nil: no office is known yet
	Program string        `json:"program,omitempty"`
	Board   *Surroundings `json:"board,omitempty"` // how its lines are; nil: it was not looked at yet
	Peers   *Company      `json:"peers,omitempty"` // the other totems of the office; nil: this one takes no part, or does not listen yet
}

// Company is what a totem tells of itself and the others of its office.
type Company struct {
	Reached string      `json:"reached"` // where the others reach this one; "": it does not know
	Known   []wire.Peer `json:"known"`   // those that it knows; their keys are public
}

// healthFile is written in the data folder whenever something changed, and removed at the start and at an orderly stop:
// beside a running totem it is that totem's. It is no promise: it is not synchronised to the disk.
const healthFile = "health.json"

// vitals gather how the parts are, for the scheduler and for the doctor. Any goroutine may tell them something.
type vitals struct {
	file    string
	boot    string
	program string
	profile string
	clock   *clock
	front   *front
	lamp    bool // there is one

	changed chan struct{} // has a token after a change

	mu     sync.Mutex
	status paper.Status
	since  time.Time
	known  bool // status was told once
	supply paper.Supply
	unsure int
	asks   *Consents
	others *Company
	left   Health // what the file says, but for At; zero: nothing
}

func newVitals(d *Device) *vitals {
	return &vitals{file: filepath.Join(d.cfg.Data, healthFile), boot: d.parts.Machine.Boot(), program: d.parts.Program,
		profile: d.cfg.Printer.Profile, clock: d.clock, front: d.front, lamp: d.cfg.Board.Lamp != "", changed: make(chan struct{}, 1)}
}

// printer tells how the printer is.
func (v *vitals) printer(s paper.Status) {
	v.change(func() {
		if v.known && s == v.status {
			return
		}
		v.known, v.status, v.since = true, s, time.Time{}
		if now := v.clock.standing(); !now.unknown() {
			v.since = now.Time.Truncate(time.Minute).UTC()
		}
	})
}

// prints returns how the printer is, false before it was asked.
func (v *vitals) prints() (paper.Status, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.status, v.known
}

// paper tells how much of the roll is left.
func (v *vitals) paper(s paper.Supply) { v.change(func() { v.supply = s }) }

// slips tells how many slips' fates are unknown.
func (v *vitals) slips(unsure int) { v.change(func() { v.unsure = unsure }) }

// office tells what is asked of the citizens of an office. It is for the doctor alone.
func (v *vitals) office(o booking.Office) {
	v.mu.Lock()
	defer v.mu.Unlock()
	waiting := 0
	if v.asks != nil {
		waiting = v.asks.Withdrawals
	}
	v.asks = new(consentsOf(o, waiting))
	v.write()
}

// withdrawals tells how many wait, for the doctor alone.
func (v *vitals) withdrawals(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.asks == nil || v.asks.Withdrawals == n {
		return
	}
	asks := *v.asks
	asks.Withdrawals = n
	v.asks = &asks
	v.write()
}

// company tells of the other totems of the office, nil for no part in that.
func (v *vitals) company(c *Company) {
	v.mu.Lock()
	same := v.others.reached() == c.reached()
	v.others = c
	v.write()
	v.mu.Unlock()
	if !same {
		wake(v.changed)
	}
}

// reached returns where the others reach this totem, "" where it takes no part.
func (c *Company) reached() string {
	if c == nil {
		return ""
	}
	return c.Reached
}

// hands tells that a part of the front is in another state.
func (v *vitals) hands() { v.change(func() {}) }

func (v *vitals) change(do func()) {
	v.mu.Lock()
	do()
	v.write()
	v.mu.Unlock()
	wake(v.changed)
}

// write leaves a file for the doctor, if it would say anything new; none where it cannot be written, which the doctor
// alone misses. mu is held.
func (v *vitals) write() {
	if !v.known {
		return
	}
	now := v.clock.standing()
	at := v.front.how()
	h := Health{Boot: v.boot, Printer: v.status.String(), Since: v.since, Unsure: v.unsure, Clock: now.Grade, Touch: at.touch.String(),
		Keypad: at.keypad.String(), Scanner: at.scanner.String(), Sound: at.sound.String(), Program: v.program, Consent: v.asks, Peers: v.others,
		Board: surroundings(v.front.boardState(), v.lamp)}
	if v.supply.Known {
		h.PaperMM, h.Slips = new(v.supply.LeftMM), v.supply.Slips
	}
	if reflect.DeepEqual(h, v.left) {
		return
	}
	v.left = h
	if !now.unknown() {
		h.At = now.Time.Truncate(time.Minute).UTC()
	}
	if v.replace(h) != nil {
		v.left = Health{}
		_ = os.Remove(v.file)
	}
}

func (v *vitals) replace(h Health) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := os.WriteFile(v.file+".new", append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(v.file+".new", v.file)
}

// forget removes the file: nobody is at work, or not yet. A part of the front may still tell something after an orderly stop.
func (v *vitals) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.left, v.known = Health{}, false
	_ = os.Remove(v.file)
}

// message is how the parts are, for the scheduler.
func (v *vitals) message() wire.Health {
	v.mu.Lock()
	defer v.mu.Unlock()
	at := v.front.how()
	h := wire.Health{Touch: at.touch, Keypad: at.keypad, Scanner: at.scanner, Sound: at.sound, Printer: v.status, Since: v.since, Profile: v.profile, Unsure: v.unsure, Program: v.program, Address: v.others.reached(), Board: boardTold(v.front.boardState()),
		Paper: wire.PaperLeft{Known: v.supply.Known, LeftMM: v.supply.LeftMM, Slips: v.supply.Slips}}
	if !v.known {
		h.Printer = paper.Silent
	}
	switch v.clock.standing().Grade {
	case ClockSynced:
		h.Clock = wire.ClockSynced
	case ClockHoldover:
		h.Clock = wire.ClockHoldover
	default:
		h.Clock = wire.ClockUnknown
	}
	return h
}

// count looks how many slips' fates are unknown.
func (d *Device) count(ctx context.Context) {
	jobs, err := d.store.Jobs(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.fail(err)
		}
		return
	}
	unsure := 0
	for _, j := range jobs {
		if unsureOf(j) {
			unsure++
		}
	}
	d.vitals.slips(unsure)
}

// unsureOf reports whether a slip may or may not be on paper, while none is being printed.
func unsureOf(j store.Job) bool { return j.Sent && j.Outcome == paper.Unknown }

// readHealth returns what a running totem has left in folder, ok false where nothing readable is.
func readHealth(folder string) (h Health, ok bool) {
	data, err := os.ReadFile(filepath.Join(folder, healthFile))
	if err != nil || json.Unmarshal(data, &h) != nil {
		return Health{}, false
	}
	return h, true
}
