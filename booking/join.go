package booking

import "slices"

// Join returns s with what the store of totem from reports of the same sheet: what a ledger that began anew takes over
// from those that kept working. It never frees a slot, unsells one or takes one from a totem that may be selling it:
//
//   - A ticket stays. One that s lacks is added, and wins over whatever s says of a slot without a ticket.
//   - A slot that the reporter holds itself becomes the reporter's, whoever s says holds it. Only a person's fence
//     takes a slot from one totem and lets another have it, so s is older than that fence.
//   - A slot that the reporter has seen another totem hold becomes that totem's where s knows of no totem; where s
//     knows of one it stays that one's.
//   - A ticket on a slot of the reporter is as the reporter says, code and slip; of another's ticket only what s does
//     not know is taken.
//   - Whatever is on both sheets goes forward only: free, void, issued and so on.
//   - Slots that s lacks are added.
//
// conflicts counts the slots of which both cannot be true; if nobody was fenced wrongly and both sheets are of one
// history there are none, and a person should hear of any. Told again, Join changes nothing, and in whatever order the
// totems report, the same slots are sold. A report of another sheet changes nothing.
func (s Sheet) Join(report Sheet, from TotemID) (joined Sheet, conflicts int) {
	if report.SheetKey != s.SheetKey {
		return s, 0
	}
	joined = s.Clone()
	for _, told := range report.Slots {
		if report.Prefix != s.Prefix || s.checkSlot(told) != nil {
			conflicts++
			continue
		}
		i, ok := joined.Find(told.Number)
		if !ok {
			joined.Slots = append(joined.Slots, told)
			continue
		}
		slot, fits := joinSlot(joined.Slots[i], told, HeldBy(from))
		joined.Slots[i] = slot
		if !fits {
			conflicts++
		}
	}
	slices.SortFunc(joined.Slots, compareSlots)
	return joined, conflicts
}

// joinSlot joins what the reporter tells of a slot; fits is false if both cannot be true.
func joinSlot(known, told Slot, reporter Holder) (joined Slot, fits bool) {
	switch {
	case known.State.HasTicket() && told.State.HasTicket():
		return joinTickets(known, told, reporter)
	case known.State.HasTicket():
		// The reporter has not heard of the ticket; but of a slot of its own it should have.
		return known, told.Holder != reporter || told.State == Void
	case told.State.HasTicket():
		_, claimed := known.Holder.Totem()
		return told, known.State != Void && (!claimed || known.Holder == told.Holder)
	}
	return joinUnsold(known, told, reporter)
}

func joinTickets(known, told Slot, reporter Holder) (joined Slot, fits bool) {
	own := told.Holder == reporter
	if known.Ticket.Code != told.Ticket.Code {
		if own && known.Holder == reporter {
			return told, false
		}
		return known, false
	}
	joined = known
	if own {
		joined.Holder, joined.Start = told.Holder, told.Start
	}
	joined.State = max(known.State, told.State)
	joined.Ticket.Returns = min(known.Ticket.Returns, told.Ticket.Returns)
	if p := told.Ticket.Paper; p != PaperUntold && (own || known.Ticket.Paper == PaperUntold) {
		joined.Ticket.Paper = p
	}
	return joined, true
}

func joinUnsold(known, told Slot, reporter Holder) (joined Slot, fits bool) {
	joined, fits = known, true
	if told.State == Void {
		joined.State = Void
	}
	_, knownClaim := known.Holder.Totem()
	_, toldClaim := told.Holder.Totem()
	switch {
	case told.Holder == reporter && known.Holder != reporter:
		joined.Holder, joined.Start = told.Holder, told.Start
		fits = !knownClaim
	case told.Holder == reporter:
		joined.Start = told.Start // as the reporter would print it
	case toldClaim && !knownClaim:
		joined.Holder, joined.Start = told.Holder, told.Start
	}
	return joined, fits
}
