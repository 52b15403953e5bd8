package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/allocation"
	"example.org/totem/sync/wire"
)

// unsoldMost bounds how many slots of one sheet a totem may hold that it asked for and gave no tickets for: beside the walk-ins'
// on a day that rounds grant nothing of, else in a round. It holds one where a grant's answer was lost; many are a totem that does not
// work as it should.
const unsoldMost = 8

// wishes count what totems were granted on request since the last round, of the days that rounds look after: these take back what
// is too much, from who gives it back.
type wishes struct {
	sync.Mutex
	granted map[wish]int
}

type wish struct {
	sheet booking.SheetKey
	totem booking.TotemID
}

func (w *wishes) count(k wish, n int) int {
	w.Lock()
	defer w.Unlock()
	if w.granted == nil {
		w.granted = make(map[wish]int)
	}
	w.granted[k] += n
	return w.granted[k]
}

func (w *wishes) forget() {
	w.Lock()
	defer w.Unlock()
	w.granted = nil
}

// Want grants the totem a slot that starts when it says, and answers the sheet with its day's key. Told again, it answers the
// same slot until the totem has given a ticket for it. The error is a *wire.Refusal, or trouble that may pass.
//
// On a day after today it is one of the pool, for who books ahead; what is kept for walk-ins is not granted so. Today it is one of the
// pool or else of the reserve, for who stands there: no sooner than the office's Lead allows. What is granted and not sold
// serves whoever comes to that totem on its day, or is given back.
func (s *Service) Want(ctx context.Context, id booking.OfficeID, totem booking.TotemID, w wire.Want) (wire.Granted, error) {
	o, q, err := s.asked(ctx, id, totem, w.Incarnation, w.Queue)
	if err != nil {
		return wire.Granted{}, err
	}
	now := s.now()
	today := booking.DayOf(now, o.Zone)
	grant := booking.PoolGrant{Start: w.Start, Totem: totem, WalkIn: o.plannedForWalkIns}
	switch {
	case w.Day == today && !w.Start.Before(now.Add(o.Office.Lead)):
		grant.WalkIn, grant.Reserve = nil, true
		if lost, err := s.losesHands(ctx, id); err != nil {
			return wire.Granted{}, err
		} else if lost && w.Start.Before(now.Add(o.Office.Release+time.Minute)) {
			return wire.Granted{}, gone() // whoever gave it back takes the sheet for one of before, and could not give it
		}
	case w.Day.Compare(today) <= 0, w.Day.Compare(today.AddDays(q.Horizon)) > 0:
		return wire.Granted{}, gone()
	default:
		if o, _, err = s.bookAhead(ctx, id, totem, w.Incarnation, w.Queue); err != nil {
			return wire.Granted{}, err
		}
		if len(o.Office.Hours.On(w.Day)) == 0 { // today is as it is: an edit may have opened it
			return wire.Granted{}, gone()
		}
	}
	key, err := s.DayKey(ctx, id, w.Day)
	if errors.Is(err, errKeyToCome) {
		err = officeWaits(id)
	}
	if err != nil {
		return wire.Granted{}, err
	}
	sheet, err := s.grantWanted(ctx, o, w, grant)
	if err != nil {
		return wire.Granted{}, err
	}
	// Meanwhile the store may have been fenced. Then another one may answer to the name, which is told of the slot by its pulls.
	if err := s.answersTo(ctx, id, totem, w.Incarnation); err != nil {
		return wire.Granted{}, err
	}
	return wire.Granted{Sheet: sheet, Key: key}, nil
}

// losesHands reports whether an office has a totem for whom its sheets are written without the slots' Hands.
func (s *Service) losesHands(ctx context.Context, id booking.OfficeID) (bool, error) {
	t, err := s.standing(ctx, id)
	return t.speaks < versionOfHands, err
}

func (s *Service) grantWanted(ctx context.Context, o office, w wire.Want, grant booking.PoolGrant) (booking.Sheet, error) {
	key := booking.SheetKey{Office: o.Office.ID, Queue: w.Queue, Day: w.Day}
	grant.Most = unsoldMost
	if slices.Contains(allocation.Cover(o.Office.Hours, booking.DayOf(s.now(), o.Zone)), w.Day) {
		grant.Most = 0 // most of what it holds there rounds have granted
	}
	before, _, err := s.look(ctx, key)
	if err != nil {
		return booking.Sheet{}, err
	}
	var sheet booking.Sheet
	if err = booking.ErrEnough; grant.Most != 0 || !s.hoards(before, grant.Totem) {
		sheet, err = ledger.GrantSlot(ctx, s.book, key, grant)
	}
	if err == nil && sheet.Revision != before.Revision {
		s.wishes.count(wish{key, grant.Totem}, 1)
	}
	switch {
	case err == nil:
		event.Log(s.log, event.SheetGranted, sheetAttr(key), slog.Int("slots", 1))
		return sheet, nil
	case errors.Is(err, booking.ErrEnough):
		return booking.Sheet{}, s.refuse(o.Office.ID, grant.Totem, &wire.Refusal{
			Code:     wire.RefusedGone,
			Sentence: fmt.Sprintf("totem %s holds %d slots of %s that it asked for and gave no tickets for", grant.Totem, unsoldMost, key),
			Remedy:   "report it with the logs of the totem; the slots serve who comes in person on their day",
		})
	case errors.Is(err, booking.ErrNoneFree), errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed):
		return booking.Sheet{}, gone()
	}
	return booking.Sheet{}, unreadable(err)
}

// hoards reports whether a totem has asked for many slots of a sheet since the last round, or gives none back of many that it is
// asked for.
func (s *Service) hoards(sheet booking.Sheet, totem booking.TotemID) bool {
	now, kept := s.now(), 0
	for _, slot := range sheet.Slots {
		if slot.State == booking.Free && slot.Holder == booking.HeldBy(totem) && slot.Ask == booking.AskBack && slot.Start.After(now) {
			kept++
		}
	}
	return kept > unsoldMost || s.wishes.count(wish{sheet.SheetKey, totem}, 0) >= unsoldMost
}

// asked returns the office and the queue of which a totem asks for a slot, or a refusal.
func (s *Service) asked(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation,
	queue booking.QueueID) (office, agenda.QueuePlan, error) {
	o, err := s.officeOf(id, totem)
	if err != nil {
		return office{}, agenda.QueuePlan{}, s.refuse(id, totem, err)
	}
	if err := s.answersTo(ctx, id, totem, store); err != nil {
		return office{}, agenda.QueuePlan{}, err
	}
	s.ears.hear(totemKey{id, totem}, s.running())
	q, ok := o.Queue(queue)
	if !ok {
		return office{}, agenda.QueuePlan{}, gone() // the totem has an older office, and hears of the new one by its next pull
	}
	t, err := s.standing(ctx, id)
	if err == nil && !t.whole() {
		err = officeWaits(id)
	}
	return o, q, err
}

// gone says that there is nothing to be had. It is no trouble, so it is not logged.
func gone() *wire.Refusal {
	return &wire.Refusal{Code: wire.RefusedGone, Sentence: "there is no such slot to be granted", Remedy: "none: the totem offers others"}
}

func officeWaits(id booking.OfficeID) *wire.Refusal {
	return &wire.Refusal{
		Code:     wire.RefusedTrouble,
		Sentence: fmt.Sprintf("the ledger began anew, and office %s waits for totems that have not told yet what they hold", id),
		Remedy:   "none: the totem asks again. If it lasts, scheduler totems names those that are waited for",
	}
}
