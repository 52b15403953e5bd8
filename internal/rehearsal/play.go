package rehearsal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// Config says what is played.
type Config struct {
	Seed   uint64
	Days   int         // at least 1; the last one ends in the afternoon
	Plan   agenda.Plan // one office and its totems
	Folder string      // for the totems' databases; empty
	Loss   float64     // probability that a message, or an answer, is lost
	Zone   *time.Location

	Old      bool // the first totem begins with a release of the oldest messages, and is updated on the way
	Fences   int  // how many disks are replaced
	Twins    bool // two schedulers work on the ledger
	SetBacks int  // how often the scheduler's machine is set back to a snapshot
	Broken   Broken
	Log      *slog.Logger // nil is silent
}

// Report says how it went.
type Report struct {
	Issued, Web int      // tickets given
	Came, Given int      // of these, checked in and given back in the end
	Passed      int      // slots that one totem had from another
	Back        int      // slots that were given back shortly before their start
	Wanted      int      // tickets for slots that were asked for
	Edits       int      // of days
	Wrong       []string // promises that were broken; none if all is well
}

// Play plays it, from the present moment of the bubble's clock on. The error is trouble of the rehearsal itself.
func Play(ctx context.Context, cfg Config) (Report, error) {
	w := &world{cfg: cfg, plan: cfg.Plan, judge: newJudge(), log: cfg.Log, radios: make(map[*radio]bool),
		rng: mathrand.New(mathrand.NewPCG(cfg.Seed, 7))}
	w.lan = newLAN(w)
	if err := w.begin(ledger.NewMemory(), newKeyring(), newStream()); err != nil {
		return Report{}, err
	}
	for i, id := range cfg.Plan.Totems {
		version := wire.Newest
		if i == 0 && cfg.Old {
			version = wire.Oldest
		}
		t := w.newTotem(who{cfg.Plan.Office.ID, id}, version)
		if err := t.start(); err != nil {
			return Report{}, err
		}
		w.totems = append(w.totems, t)
	}
	s := &script{world: w, fences: cfg.Fences, setBacks: cfg.SetBacks}
	err := s.play(ctx)
	for _, t := range w.totems {
		err = errors.Join(err, t.stop())
	}
	w.central().end()
	return w.judge.report(), err
}

// script is what happens, act by act.
type script struct {
	world            *world
	fences, setBacks int
	saved            *snapshot
	closed           booking.Day
	sinceHeard       map[who]time.Time
	ails, shows      *mathrand.Rand
	hands            *mathrand.Rand
	closings         []agenda.Edit // counters that are to open again
	disturbed        bool          // a set-back or a lost disk: numbers may be missing
}

// snapshot is the scheduler's machine as it was.
type snapshot struct {
	memory   *ledger.Memory
	keys     *keyring
	stream   *stream
	promises int // that had been made then
}

func (s *script) play(ctx context.Context) error {
	w := s.world
	s.sinceHeard = make(map[who]time.Time)
	first := booking.DayOf(time.Now(), w.cfg.Zone)
	end := first.AddDays(w.cfg.Days-1).At(17*60, w.cfg.Zone)
	for time.Now().Before(end) && len(w.judge.wrongs) == 0 {
		step := time.Duration(1+w.pick(14)) * time.Minute
		if hour := time.Now().In(w.cfg.Zone).Hour(); hour >= 20 || hour < 6 {
			step = time.Duration(10+w.pick(50)) * time.Minute
		}
		<-time.After(step)
		if err := s.closeDays(ctx); err != nil {
			return err
		}
		s.ail()
		if err := s.handAround(ctx); err != nil {
			return err
		}
		if err := s.show(ctx); err != nil {
			return err
		}
		if w.chance(0.1) { // somebody looks at the scheduler's alarms
			if err := s.fenceLost(ctx); err != nil {
				return err
			}
		}
		if err := s.act(ctx); err != nil {
			return err
		}
	}
	return s.finale(ctx)
}

// ail has the totems' printers run out of paper, and somebody come. It draws from a source of its own, so that what else a
// seed plays stays as it is.
func (s *script) ail() {
	if s.ails == nil {
		s.ails = mathrand.New(mathrand.NewPCG(s.world.cfg.Seed, 11))
	}
	for _, t := range s.world.totems {
		if s.ails.IntN(3) == 0 {
			t.becomes([...]paper.Status{0, paper.NearEnd, paper.PaperEnd, paper.PaperEnd | paper.CoverOpen}[s.ails.IntN(4)])
		}
	}
}

// closeDays lets every totem close what is over, some of them late.
func (s *script) closeDays(ctx context.Context) error {
	now := time.Now()
	today := booking.DayOf(now, s.world.cfg.Zone)
	if booking.ClockOf(now, s.world.cfg.Zone) < 20 || s.closed == today {
		return nil
	}
	s.closed = today
	for _, t := range s.world.totems {
		if err := t.store.CloseDays(ctx, today); err != nil {
			return err
		}
		t.tell()
	}
	return nil
}

func (s *script) act(ctx context.Context) error {
	w := s.world
	t := w.totems[w.pick(len(w.totems))]
	hour := time.Now().In(w.cfg.Zone).Hour()
	switch n := w.pick(100); {
	case w.cfg.Broken == BytesForNumbers && hour == 14:
		return s.breakOff(ctx, t)
	case w.cfg.Broken == BytesForNumbers && hour >= 15:
		return nil // until the day is closed
	case w.cfg.Broken == PurgeOfAll && hour == 13, hour == 16 && n < 8: // and in the night there is still something to fold
		w.central().stream.rest(time.Duration(8+w.pick(4)+16-hour) * time.Hour)
	case hour >= 18 && n < 85: // nobody is in the office: what is broken stays so until the day is closed
		return nil
	case n < 45:
		if w.cfg.Broken == AnswerBeforeCommit && n < 5 {
			return t.visitLost(ctx)
		}
		return t.visit(ctx)
	case n < 63:
		return s.web(ctx)
	case n < 68, n < 85 && hour == 17: // and in the night that follows the day is closed
		return s.breakOff(ctx, t)
	case n < 73:
		t.radio.set(!t.radio.isUp())
		s.sinceHeard[t.name] = time.Now()
	case n < 78:
		return t.restart()
	case n < 81:
		c := w.central()
		c.end()
		return w.begin(c.memory, c.keys, c.stream)
	case n < 83:
		return t.update()
	case n < 85:
		w.central().stream.rest(time.Duration(w.pick(600)) * time.Minute)
	case n < 90 && s.setBacks > 0:
		return s.setBack()
	case (n < 92 || w.cfg.Broken == SettleOfLimbo && hour >= 9) && s.fences > 0:
		s.fences--
		return s.fence(ctx, t)
	case w.cfg.Broken == LeaseOfGrants:
		return s.takeBack(ctx)
	}
	return nil
}

// breakOff is a visit, and a link that breaks in the middle of telling it: often the fact is accepted and its
// acknowledgement lost. Sometimes another message comes behind what was told last.
func (s *script) breakOff(ctx context.Context, t *totem) error {
	w := s.world
	sure := w.cfg.Broken == BytesForNumbers
	if sure || w.chance(0.8) {
		t.radio.deafen()
	}
	if err := t.visit(ctx); err != nil {
		return err
	}
	wait := time.Duration(w.pick(1500)) * time.Millisecond
	if sure {
		wait += 3 * time.Second
	}
	<-time.After(wait)
	t.radio.set(false)
	s.sinceHeard[t.name] = time.Now()
	if sure || w.chance(0.8) {
		w.central().stream.litter(t.name)
	}
	return nil
}

// web is a booking by the web channel.
func (s *script) web(ctx context.Context) error {
	w := s.world
	now := time.Now()
	queue := w.plan.Queues[w.pick(len(w.plan.Queues))].ID
	code, err := booking.NewCode(rand.Reader)
	if err != nil {
		return err
	}
	key := booking.SheetKey{Office: w.plan.Office.ID, Queue: queue, Day: booking.DayOf(now, w.cfg.Zone).AddDays(w.pick(2))}
	slot, err := w.service().Book(ctx, key.Office, key.Queue, key.Day, ledger.Want{From: now}, code)
	if err != nil {
		return nil // nothing left, or not to be sold now
	}
	w.judge.promise(promise{key: key, number: slot.Number, code: code})
	return nil
}

// fence replaces a totem's disk, and tells the scheduler.
func (s *script) fence(ctx context.Context, t *totem) error {
	s.disturbed = true
	if s.world.cfg.Broken == SettleOfLimbo || s.world.chance(0.5) {
		if err := s.isolate(ctx, t); err != nil {
			return err
		}
	}
	if err := t.replace(ctx); err != nil {
		return err
	}
	return s.tellFence(ctx, t)
}

// tellFence is a person's word to the scheduler, who is told to come again while something is not folded.
func (s *script) tellFence(ctx context.Context, t *totem) error {
	s.world.judge.hearFence(t.name.totem)
	_, err := s.world.service().Fence(ctx, t.name.office, t.name.totem)
	if errors.Is(err, scheduler.ErrUnfolded) {
		return nil
	}
	if err == nil && s.world.cfg.Broken == SettleOfLimbo {
		err = s.settleLimbo(ctx)
	}
	return errors.Join(err, s.enrol(ctx))
}

// setBack takes a snapshot of the scheduler's machine, or goes back to the one that was taken.
func (s *script) setBack() error {
	w, c := s.world, s.world.central()
	if s.saved == nil {
		s.saved = &snapshot{c.memory.Copy(), c.keys.copy(), c.stream.copy(), w.judge.count()}
		return nil
	}
	c.end()
	saved := s.saved
	s.saved, s.disturbed, s.setBacks = nil, true, s.setBacks-1
	w.judge.forget(saved.promises, w.alive())
	for _, t := range w.totems {
		m, err := saved.memory.Member(context.Background(), t.name.office, t.name.totem)
		if err != nil {
			return err
		}
		if !m.Incarnation.IsZero() && m.Incarnation != t.store.Incarnation() {
			w.judge.estrange(t.store.Incarnation())
		}
	}
	for _, t := range w.totems { // the machine was away for a while
		t.radio.set(false)
	}
	if err := w.begin(saved.memory, saved.keys, saved.stream); err != nil {
		return err
	}
	for _, t := range w.totems {
		t.radio.set(true)
	}
	return nil
}

// finale heals everything, waits until all is told, and has the judge speak.
func (s *script) finale(ctx context.Context) error {
	w := s.world
	w.mu.Lock()
	w.calm = true
	w.mu.Unlock()
	w.central().stream.rest(0)
	for _, t := range w.totems {
		if err := t.update(); err != nil {
			return err
		}
	}
	for range 60 {
		<-time.After(2 * time.Minute)
		if err := errors.Join(s.fenceLost(ctx), s.enrol(ctx), w.compare(ctx)); err != nil {
			return err
		}
		if done, err := s.settled(ctx); err != nil || done {
			w.judge.verdict(ctx, w.central(), booking.DayOf(time.Now(), w.cfg.Zone), !s.disturbed)
			return err
		}
	}
	w.judge.wrong("two hours after everything was healed, something still waits: %s", s.waiting(ctx))
	return nil
}

// fenceLost fences the stores that a set-back brought back to the roster, though their disks are no more.
func (s *script) fenceLost(ctx context.Context) error {
	c := s.world.central()
	for _, t := range s.world.totems {
		m, err := c.memory.Member(ctx, t.name.office, t.name.totem)
		if err != nil {
			return err
		}
		if m.Incarnation.IsZero() || m.Incarnation == t.store.Incarnation() {
			continue
		}
		if err := s.tellFence(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// waiting says what is not as it should be in the end.
func (s *script) waiting(ctx context.Context) string {
	c := s.world.central()
	epoch, err := c.memory.Epoch(ctx)
	limbo, lost := c.inLimbo(ctx, s.world.plan.Office.ID)
	text := fmt.Sprintf("%d facts are not folded, %d slots are in limbo, epoch %d, %v", c.stream.unread(), limbo, epoch, errors.Join(err, lost))
	for _, t := range s.world.totems {
		standing, err := t.store.Standing(ctx)
		m, missing := c.memory.Member(ctx, t.name.office, t.name.totem)
		told, ward := c.memory.Health(ctx, t.name.office, t.name.totem)
		text += fmt.Sprintf("; %s is %s, told %+v, %v", t.name.totem, t.health.now().Printer, told, ward)
		text += fmt.Sprintf("; %s stands at %+v, %v, is known as %s, folded %d, sequence %d, merged %d, fenced %v, %v; last %+v", t.name.totem, standing, err,
			m.Incarnation, m.Folded, m.Sequence, m.Merged, m.Fenced, missing, c.stream.last(t.name))
	}
	return text
}

// settled reports whether everything was told and folded, and every store is in step.
func (s *script) settled(ctx context.Context) (bool, error) {
	c := s.world.central()
	epoch, err := c.memory.Epoch(ctx)
	if err != nil || c.stream.unread() > 0 {
		return false, err
	}
	if n, err := c.inLimbo(ctx, s.world.plan.Office.ID); err != nil || n > 0 {
		return false, err
	}
	for _, t := range s.world.totems {
		waits, err := t.waits(ctx)
		if err != nil || waits {
			return false, err
		}
		m, err := c.memory.Member(ctx, t.name.office, t.name.totem)
		if err != nil || m.Merged != epoch || m.Incarnation != t.store.Incarnation() {
			return false, err
		}
		if known, err := t.isKnown(ctx); err != nil || !known {
			return false, err
		}
	}
	return true, nil
}
