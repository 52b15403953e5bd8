package scheduler

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// limbos keep what each office has in limbo, and which of its totems have told since that was seen. They are in memory alone: a
// service that begins anew asks the totems anew.
type limbos struct {
	sync.Mutex
	offices map[booking.OfficeID]*limbo
}

// limbo is what an office has in limbo. A slot is there because a lost totem held it, which may have passed it on to another one
// that has committed that, and not told yet; or because, when the ledger began anew, another totem was seen to hold it. So it is
// nobody's until every store that a name is bound to has shown by a pull that it has the slot in limbo on its sheet, from when on it
// takes it from nobody, and the facts it had committed by then are folded: one that was passed the slot has told so by then.
type limbo struct {
	slots  map[limboSlot]int                     // their Hands
	since  map[booking.SheetKey]booking.Revision // of each of their sheets, when they were seen there
	pulled map[booking.TotemID]pulledAt
	fenced int           // how many stores of the office were fenced when it was looked for limbo last
	look   time.Duration // of running: until then every sheet is looked at, for a fence goes through them one by one
}

type limboSlot struct {
	sheet  booking.SheetKey
	number booking.Number
}

// pulledAt is a store's first pull by which it has the slots in limbo.
type pulledAt struct {
	store booking.Incarnation
	n     uint64 // its facts by then
}

// lookFor is for how long a round looks at all sheets of an office after a store was fenced.
const lookFor = 5 * time.Minute

func (l *limbos) of(id booking.OfficeID) *limbo {
	if l.offices == nil {
		l.offices = make(map[booking.OfficeID]*limbo)
	}
	if l.offices[id] == nil {
		l.offices[id] = &limbo{fenced: -1}
	}
	return l.offices[id]
}

// pull notes that a totem's store pulls.
func (l *limbos) pull(key totemKey, p wire.Pull) {
	l.Lock()
	defer l.Unlock()
	o := l.offices[key.office]
	if o == nil || len(o.slots) == 0 || o.pulled[key.totem].store == p.Incarnation || !o.isOn(key.office, p.Have) {
		return
	}
	o.pulled[key.totem] = pulledAt{p.Incarnation, p.N}
}

// isOn reports whether a store that has sheets in these revisions has all slots in limbo. Of a sheet that it has not, it can be
// passed nothing.
func (o *limbo) isOn(id booking.OfficeID, have []wire.Have) bool {
	return !slices.ContainsFunc(have, func(h wire.Have) bool {
		since, ok := o.since[booking.SheetKey{Office: id, Queue: h.Queue, Day: h.Day}]
		return ok && since.Newer(h.Revision)
	})
}

// looksAround reports whether sheets beyond those of every round are to be looked at: a store was fenced a moment ago, or this is the
// first round.
func (l *limbos) looksAround(id booking.OfficeID, members []ledger.Member, running time.Duration) bool {
	fenced := 0
	for _, m := range members {
		fenced += len(m.Fenced)
	}
	l.Lock()
	defer l.Unlock()
	o := l.of(id)
	if o.fenced != fenced {
		o.fenced, o.look = fenced, running+lookFor
	}
	return fenced > 0 && running <= o.look
}

// sheets returns the sheets that had slots in limbo.
func (l *limbos) sheets(id booking.OfficeID) (keys []booking.SheetKey) {
	l.Lock()
	defer l.Unlock()
	for at := range l.of(id).slots {
		if !slices.Contains(keys, at.sheet) {
			keys = append(keys, at.sheet)
		}
	}
	return keys
}

// see notes what is in limbo now, and the revisions of the sheets. With a slot that was not, or with other Hands, all totems are
// asked anew.
func (l *limbos) see(id booking.OfficeID, now map[limboSlot]int, revisions map[booking.SheetKey]booking.Revision) {
	l.Lock()
	defer l.Unlock()
	o := l.of(id)
	for at, hands := range now {
		if before, ok := o.slots[at]; !ok || before != hands {
			o.pulled, o.since = make(map[booking.TotemID]pulledAt), revisions
			break
		}
	}
	o.slots = now
}

// clear returns the slots that nobody holds: those seen, if every store has told.
func (l *limbos) clear(id booking.OfficeID, members []ledger.Member) map[limboSlot]int {
	l.Lock()
	defer l.Unlock()
	o := l.of(id)
	for _, m := range members {
		if !hasStore(m) {
			continue
		}
		p, ok := o.pulled[m.Totem]
		if !ok || p.store != m.Incarnation || m.Folded < p.n {
			return nil
		}
	}
	return o.slots
}

// limboOf adds the slots of a sheet that are in limbo.
func limboOf(sheet booking.Sheet, to map[limboSlot]int) {
	for _, slot := range sheet.Slots {
		if slot.State == booking.Free && slot.Holder == booking.Limbo {
			to[limboSlot{sheet.SheetKey, slot.Number}] = slot.Hands
		}
	}
}

// settleSheet returns the sheet without limbo if all that it has there is clear.
func settleSheet(sheet booking.Sheet, clear map[limboSlot]int, planned func(booking.Number) booking.Holder) booking.Sheet {
	own := make(map[limboSlot]int)
	limboOf(sheet, own)
	for at, hands := range own {
		if known, ok := clear[at]; !ok || known != hands {
			return sheet
		}
	}
	return sheet.Settle(planned)
}

// strand returns the sheet with what came to a name in limbo whose store was fenced: by a transfer that it may have passed on, or
// by a grant that it never heard of. A name that never had a store is left alone.
func (s *Service) strand(ctx context.Context, sheet booking.Sheet, members []ledger.Member) (booking.Sheet, error) {
	for _, m := range members {
		if !isGone(m) || countFree(sheet, booking.HeldBy(m.Totem)) == 0 {
			continue
		}
		// A new store may have taken the name since.
		now, err := s.roster.Member(ctx, m.Office, m.Totem)
		if err != nil {
			return sheet, err
		}
		if isGone(now) {
			sheet = sheet.Orphan(m.Totem)
		}
	}
	return sheet, nil
}

func isGone(m ledger.Member) bool { return !hasStore(m) && len(m.Fenced) > 0 }

// limboSheets returns further sheets than the given ones that a round must look at, for they may have slots in limbo.
func (s *Service) limboSheets(o office, given []booking.SheetKey, members []ledger.Member, now time.Time) []booking.SheetKey {
	var keys []booking.SheetKey
	add := func(all []booking.SheetKey) {
		for _, key := range all {
			if !slices.Contains(given, key) && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	add(s.limbos.sheets(o.Office.ID))
	if s.limbos.looksAround(o.Office.ID, members, s.running()) {
		add(agenda.Days(o.Plan, booking.DayOf(now, o.Zone)))
	}
	return keys
}

// seeLimbo looks what an office has in limbo, and returns what of it nobody holds.
func (s *Service) seeLimbo(ctx context.Context, o office, keys []booking.SheetKey, members []ledger.Member) (clear map[limboSlot]int, err error) {
	found, revisions := make(map[limboSlot]int), make(map[booking.SheetKey]booking.Revision)
	for _, key := range keys {
		sheet, ok, err := s.look(ctx, key)
		if err != nil {
			return nil, err
		}
		if ok {
			limboOf(sheet, found)
			revisions[key] = sheet.Revision
		}
	}
	s.limbos.see(o.Office.ID, found, revisions)
	return s.limbos.clear(o.Office.ID, members), nil
}

// look returns a sheet that may be a moment behind, ok false if there is none, or none that can be read.
func (s *Service) look(ctx context.Context, key booking.SheetKey) (sheet booking.Sheet, ok bool, err error) {
	if sheet, ok := s.book.Glance(key); ok {
		return sheet, true, nil
	}
	sheet, err = s.book.Sheet(ctx, key)
	switch {
	case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed), errors.Is(err, ledger.ErrUnreadable):
		return booking.Sheet{}, false, nil
	}
	return sheet, err == nil, err
}
