package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/sync/wire"
)

// Trouble is what is wrong with a totem, the worst of it; "" is nothing.
type Trouble string

// The troubles, the worst first.
const (
	TroubleSilent  Trouble = "silent"    // nothing was heard of it for a while
	TroubleTouch   Trouble = "touch"     // nobody has been able to touch its screen for a while
	TroublePrinter Trouble = "printer"   // its printer has taken no slip for a while
	TroubleDisk    Trouble = "disk"      // its data partition is nearly full, or has errors
	TroubleKeypad  Trouble = "keypad"    // nobody has been able to use its keypad for a while
	TroubleSound   Trouble = "sound"     // nobody has been able to hear its screen for a while
	TroublePaper   Trouble = "paper-low" // its paper will be used up soon
	TroublePower   Trouble = "power"     // its board is too warm, or its supply too low
	TroubleDoor    Trouble = "door"      // its door has stood open for a while
	TroubleCard    Trouble = "card"      // its card says that it nears its end
)

// Rank orders troubles, the worst first and none last.
func (t Trouble) Rank() int {
	all := []Trouble{TroubleSilent, TroubleTouch, TroublePrinter, TroubleDisk, TroubleKeypad, TroubleSound, TroublePaper, TroublePower, TroubleDoor, TroubleCard}
	if i := slices.Index(all, t); i >= 0 {
		return i
	}
	return len(all)
}

// Patience says when a totem is in trouble.
type Patience struct {
	Unready time.Duration // a printer, touch panel, keypad or sound that nobody could use for so long is trouble; 0 means 5 minutes
	Silent  time.Duration // so is a totem of which nothing was heard for so long; 0 means 30 minutes
	Slips   int           // and a roll that is good for no more slips than so many; 0 means 25
}

const (
	unready = 5 * time.Minute
	silent  = 30 * time.Minute
	few     = 25 // slips
)

func (p Patience) complete() Patience {
	if p.Unready == 0 {
		p.Unready = unready
	}
	if p.Silent == 0 {
		p.Silent = silent
	}
	if p.Slips == 0 {
		p.Slips = few
	}
	return p
}

// Trouble returns what is wrong at an instant with a totem that is on the roster, by what it told last. A totem that has no
// store, or whose release does not tell how it is, is in none.
func (p Patience) Trouble(m ledger.Member, h ledger.Health, now time.Time) Trouble {
	p = p.complete()
	if m.Incarnation.IsZero() || m.Speaks < versionOfHealth {
		return ""
	}
	if h.Told.Incarnation != m.Incarnation { // that was another store
		h = ledger.Health{}
	}
	long := func(since time.Time) bool { return !since.IsZero() && now.Sub(since) >= p.Unready }
	wrong := func(any wire.Board) bool { return h.Told.Board&any != 0 }
	switch left := h.Told.Paper; {
	case now.Sub(h.Heard) >= p.Silent:
		return TroubleSilent
	case long(h.Down.Touch):
		return TroubleTouch
	case long(h.Unready):
		return TroublePrinter
	case wrong(wire.BoardDiskLow | wire.BoardDiskFull | wire.BoardDiskErrors):
		return TroubleDisk
	case long(h.Down.Keypad):
		return TroubleKeypad
	case long(h.Down.Sound):
		return TroubleSound
	case left.Known && left.Slips <= p.Slips, !left.Known && h.Told.Printer.Has(paper.NearEnd):
		return TroublePaper
	case wrong(wire.BoardHot | wire.BoardPowerLow):
		return TroublePower
	case wrong(wire.BoardDoorOpen):
		return TroubleDoor
	case wrong(wire.BoardCardWorn):
		return TroubleCard
	}
	return ""
}

// visit looks how all totems are, and tells once when one comes into trouble or out of it.
func (s *Service) visit(ctx context.Context, now time.Time) error {
	if s.ward == nil {
		return nil
	}
	failed := s.sweep(ctx)
	for _, id := range s.order {
		members, err := s.roster.Members(ctx, id)
		if err != nil && !errors.Is(err, ledger.ErrUnreadable) { // which grant has told
			failed = gather(failed, err)
			continue
		}
		for _, m := range members {
			failed = gather(failed, s.visitOne(ctx, m, now))
		}
		s.meetAll(id, members)
	}
	return failed
}

// visitOne looks how one totem is. What this service has not heard itself, another one may have, or an earlier run: so
// the ward is asked before anything is told, and while there is trouble.
func (s *Service) visitOne(ctx context.Context, m ledger.Member, now time.Time) error {
	h, told, silence := s.patients.look(m, s.running())
	judge := func() Trouble { return s.patience.Trouble(m, heardAt(h, m, now.Add(-silence)), now) }
	trouble := judge()
	tells := !m.Incarnation.IsZero() && m.Speaks >= versionOfHealth
	if tells && (trouble != told || trouble != "" || silence >= freshness || h.Told.Incarnation != m.Incarnation) {
		fresh, err := s.ward.Health(ctx, m.Office, m.Totem)
		switch {
		case errors.Is(err, ledger.ErrUnreadable): // its next message takes the record's place
		case err != nil:
			return err
		default:
			h = fresh
			s.patients.learn(h)
			trouble = judge()
		}
	}
	switch news := s.patients.tell(m, trouble); {
	case !news:
	case trouble == "":
		event.Log(s.log, event.TotemWell, totemAttr(m.Office, m.Totem))
	default:
		told := h.Told
		event.Log(s.log, event.TotemTrouble, totemAttr(m.Office, m.Totem), slog.String("trouble", string(trouble)),
			slog.String("printer", told.Printer.String()), slog.String("touch", told.Touch.String()),
			slog.String("keypad", told.Keypad.String()), slog.String("sound", told.Sound.String()),
			slog.String("board", told.Board.String()))
	}
	return nil
}

// heardAt returns h, heard at that moment at least. What another store told is left out.
func heardAt(h ledger.Health, m ledger.Member, moment time.Time) ledger.Health {
	if h.Told.Incarnation != m.Incarnation {
		h = ledger.Health{Told: wire.Health{Incarnation: m.Incarnation}}
	}
	if h.Heard.Before(moment) {
		h.Heard = moment
	}
	return h
}

// look returns what is known of a totem, which trouble was told of, and for how long this service has not heard of its store
// or, if it never did, for how long it could have.
func (p *patients) look(m ledger.Member, running time.Duration) (h ledger.Health, told Trouble, silence time.Duration) {
	p.Lock()
	defer p.Unlock()
	k := p.of(m.Office, m.Totem)
	if k.store.Incarnation != m.Incarnation {
		k.store = heardStore{m.Incarnation, running}
	}
	return k.Health, k.told, running - k.store.at
}

// learn takes in what the ward has, unless something newer is known.
func (p *patients) learn(h ledger.Health) {
	p.Lock()
	defer p.Unlock()
	if k := p.of(h.Office, h.Totem); h.Revision > k.Revision {
		k.Health, k.n = h, h.Told.N
	}
}

// tell notes that a totem is in a trouble, and reports whether that is news. That a fenced totem is in none is no news.
func (p *patients) tell(m ledger.Member, now Trouble) (news bool) {
	p.Lock()
	defer p.Unlock()
	k := p.of(m.Office, m.Totem)
	before := k.told
	k.told = now
	return now != before && !(now == "" && m.Incarnation.IsZero())
}

// sweep erases, once, what is kept of totems that no office file names any more.
func (s *Service) sweep(ctx context.Context) error {
	s.patients.Lock()
	swept := s.patients.swept
	s.patients.Unlock()
	if swept {
		return nil
	}
	for _, id := range s.order {
		healths, err := s.ward.Healths(ctx, id)
		if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
			return err
		}
		for _, h := range healths {
			if slices.Contains(s.offices[id].Totems, h.Totem) {
				continue
			}
			if err := s.ward.DropHealth(ctx, id, h.Totem); err != nil {
				return err
			}
		}
	}
	s.patients.Lock()
	defer s.patients.Unlock()
	s.patients.swept = true
	return nil
}
