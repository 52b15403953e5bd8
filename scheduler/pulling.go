package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/allocation"
	"example.org/totem/sync/wire"
)

// pileDays bounds the days that are looked into for one totem, whatever it says that it has.
const pileDays = 64

// pulledSheets bounds the sheets of one answer, so that none comes near the longest message.
const pulledSheets = 64

// Pull answers which sheets have changed: those of the days that the totem is granted slots of, and of further days those
// that it has, where they are newer than what it has, with those days' keys, and the office where it changed. It answers the store that the totem's name
// is bound to and no other. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Pull(ctx context.Context, id booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error) {
	raw, err := s.PullRaw(ctx, id, totem, p)
	if err != nil {
		return wire.Pulled{}, err
	}
	return raw.Decode()
}

// PullRaw is Pull with the sheets as the ledger has them encoded. Where the ledger has them at hand, it asks one thing
// of it, whose the totem's name is; and the first time for an office, who its totems are.
func (s *Service) PullRaw(ctx context.Context, id booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.PulledRaw, error) {
	o, err := s.officeOf(id, totem)
	if err != nil {
		return wire.PulledRaw{}, s.refuse(id, totem, err)
	}
	days := allocation.Cover(o.Office.Hours, booking.DayOf(s.now(), o.Zone))
	read, err := s.readPile(ctx, id, days, p.Have)
	if err != nil {
		return wire.PulledRaw{}, err
	}
	// Only after the sheets were read is it sure that they are this store's to hear: meanwhile it may have been fenced, and
	// another one granted what they say. That they may be behind does no harm: the next pull, or a push, brings the rest.
	if err := s.answersTo(ctx, id, totem, p.Incarnation); err != nil {
		return wire.PulledRaw{}, err
	}
	if err := s.checkRevisions(ctx, id, totem, read.ahead); err != nil {
		return wire.PulledRaw{}, err
	}
	key := totemKey{id, totem}
	s.ears.hear(key, s.running())
	s.limbos.pull(key, p)
	answer := wire.PulledRaw{Keys: make(map[booking.Day]booking.DayKey, len(days)), Digest: o.digest,
		Sheets: make([]wire.RawSheet, 0, len(o.Queues)), Peers: s.neighboursOf(ctx, id, totem)}
	if p.Office != o.digest {
		office := o.Office
		answer.Office = &office
	}
	for i, d := range read.days {
		switch {
		case !p.Closed.IsZero() && d.day.Compare(p.Closed) < 0:
			continue // the store takes nothing of a day that it has closed
		case i < len(days):
		case d.day.Compare(days[0]) < 0:
			continue
		default:
			d = d.had() // it was granted slots of that day on request
		}
		if err := s.pullDay(ctx, &answer, id, totem, d); err != nil {
			return wire.PulledRaw{}, err
		}
	}
	return answer, nil
}

// pile is an office's sheets of some days, perhaps behind, beside what a totem has of them.
type pile struct {
	days  []pileDay
	ahead []wire.Have // of which the totem has a later revision than the pile, or of a later epoch than the ledger
}

type pileDay struct {
	day    booking.Day
	sheets []ledger.RawSheet  // in order of queue
	has    []booking.Revision // of each of sheets, zero for none
}

// had returns d with only those sheets that the totem has.
func (d pileDay) had() pileDay {
	own := pileDay{day: d.day}
	for i, r := range d.has {
		if r != (booking.Revision{}) {
			own.sheets, own.has = append(own.sheets, d.sheets[i]), append(own.has, r)
		}
	}
	return own
}

func (p pile) has(day booking.Day) bool {
	return slices.ContainsFunc(p.days, func(d pileDay) bool { return d.day == day })
}

// readPile reads the sheets of the given days, and then of others that the totem has sheets of.
func (s *Service) readPile(ctx context.Context, id booking.OfficeID, days []booking.Day, have []wire.Have) (pile, error) {
	p := pile{days: make([]pileDay, 0, len(days))}
	epoch, err := s.epochNow(ctx)
	if err != nil {
		return pile{}, err
	}
	for _, day := range days {
		if _, err := s.addDay(ctx, &p, id, day); err != nil {
			return pile{}, err
		}
	}
	for _, h := range have {
		if len(p.days) >= pileDays && !p.has(h.Day) {
			continue
		}
		d, err := s.addDay(ctx, &p, id, h.Day)
		if err != nil {
			return pile{}, err
		}
		i, found := slices.BinarySearchFunc(d.sheets, h.Queue, func(r ledger.RawSheet, q booking.QueueID) int { return strings.Compare(string(r.Queue), string(q)) })
		if found {
			d.has[i] = h.Revision
		}
		if h.Revision.Epoch > epoch || found && h.Revision.Newer(d.sheets[i].Revision) {
			p.ahead = append(p.ahead, h)
		}
	}
	return p, nil
}

// addDay returns a day of the pile, read if it is not in it.
func (s *Service) addDay(ctx context.Context, p *pile, id booking.OfficeID, day booking.Day) (*pileDay, error) {
	for i := range p.days {
		if p.days[i].day == day {
			return &p.days[i], nil
		}
	}
	over := len(p.days) > 0 && day.Compare(p.days[0].day) < 0
	var sheets []ledger.RawSheet
	if !over || !s.isBare(officeDay{id, day}) {
		var err error
		if sheets, err = s.book.Raw(ctx, id, day); err != nil {
			return nil, err
		}
		if over && len(sheets) == 0 {
			s.noteBare(officeDay{id, day})
		}
	}
	p.days = append(p.days, pileDay{day, sheets, make([]booking.Revision, len(sheets))})
	return &p.days[len(p.days)-1], nil
}

// A totem that was away has sheets of many days that the ledger has closed. The ledger is not asked for them again and
// again.
func (s *Service) isBare(od officeDay) bool {
	s.bare.Lock()
	defer s.bare.Unlock()
	return s.bare.days[od]
}

func (s *Service) noteBare(od officeDay) {
	s.bare.Lock()
	defer s.bare.Unlock()
	if s.bare.days == nil {
		s.bare.days = make(map[officeDay]bool)
	}
	s.bare.days[od] = true
}

func (s *Service) forgetBare() {
	s.bare.Lock()
	defer s.bare.Unlock()
	s.bare.days = nil
}

// pullDay adds the news of one day to the answer.
func (s *Service) pullDay(ctx context.Context, answer *wire.PulledRaw, id booking.OfficeID, totem booking.TotemID, d pileDay) error {
	if len(d.sheets) == 0 {
		return nil
	}
	key, err := s.DayKey(ctx, id, d.day)
	if errors.Is(err, errKeyToCome) {
		return nil
	}
	if err != nil {
		// Without its key a day is of no use to the totem, and the others must not wait for it.
		event.Log(s.log, event.CentralFault, append(fault.Attrs(err), totemAttr(id, totem), slog.String("day", d.day.String()))...)
		return nil
	}
	answer.Keys[d.day] = key
	for i, sheet := range d.sheets {
		switch {
		case !sheet.Revision.Newer(d.has[i]):
		case len(answer.Sheets) == pulledSheets:
			answer.More = true
		default:
			answer.Sheets = append(answer.Sheets, wire.RawSheet{Sequence: sheet.Revision.Sequence, Message: sheet.Message})
		}
	}
	return nil
}
