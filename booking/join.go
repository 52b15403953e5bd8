package booking

import "slices"

// Join returns s with what the store of totem from reports of the same sheet: what a ledger that began anew takes over
// from those that kept working. It never frees a slot, unsells one or takes one from a totem that may be selling it:
//
//   - A ticket stays. One that s lacks is added, and wins over whatever s says of a slot without a ticket.
//   - Of a slot without a ticket the sheet with more Hands is right: see [Slot]. With as many, a slot that the reporter
//     holds itself becomes the reporter's.
//   - What the reporter has heard of another totem's slot is no proof that it holds it still, under the same store: where
//     s knows less, the slot waits in limbo until that totem reports it itself, or all have reported.
//   - A ticket on a slot of the reporter is as the reporter says, code and slip; of another's ticket only what s does
//     not know is taken.
//   - Whatever is on both sheets goes forward only: free, void, issued and so on. That a slot is to be void is not
//     forgotten: it is void where the pool or the reserve has it, and a ticket that was given for it is moved.
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
		told = told.heardBy(HeldBy(from))
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

// heardBy returns what the reporter can vouch for of a slot: that it holds it itself, but of no other totem that it does.
func (s Slot) heardBy(reporter Holder) Slot {
	if _, claimed := s.Holder.Totem(); claimed && s.State == Free && s.Holder != reporter {
		s.Holder = Limbo
	}
	return s
}

// joinSlot joins what the reporter tells of a slot; fits is false if both cannot be true.
func joinSlot(known, told Slot, reporter Holder) (joined Slot, fits bool) {
	switch {
	case known.State.HasTicket() && told.State.HasTicket():
		joined, fits = joinTickets(known, told, reporter)
	case known.State.HasTicket():
		// The reporter has not heard of the ticket; but of a slot of its own it should have.
		joined, fits = known, told.Holder != reporter || told.State == Void || told.Hands < known.Hands
	case told.State.HasTicket():
		_, claimed := known.Holder.Totem()
		joined, fits = told, known.State != Void && (!claimed || known.Holder == told.Holder || told.Hands > known.Hands)
	default:
		return joinUnsold(known, told, reporter)
	}
	joined.Hands = max(known.Hands, told.Hands)
	if known.Ask == AskVoid || told.Ask == AskVoid {
		joined.Ticket.Moved = true
	}
	return joined, fits
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
	if told.Ticket.Moved && joined.Ticket.Expected.IsZero() {
		joined.Ticket.Moved, joined.Ticket.Expected = true, told.Ticket.Expected
	}
	return joined, true
}

func joinUnsold(known, told Slot, reporter Holder) (joined Slot, fits bool) {
	own := told.Holder == reporter
	joined, fits = known, true
	switch {
	case told.Hands > known.Hands, told.Hands == known.Hands && own:
		_, claimed := known.Holder.Totem()
		fits = told.Hands > known.Hands || !claimed || known.Holder == reporter
		joined.Start = told.Start // as the reporter would print it
		joined.Holder, joined.Hands = told.Holder, told.Hands
	case told.Hands == known.Hands && told.Holder == Limbo && known.atHand():
		joined.Holder = Limbo // another totem was seen to hold it
	default:
		fits = !own || known.Holder == reporter // whoever has given it away should know
	}
	if told.State == Void {
		joined.State = Void
	}
	if joined.State == Void {
		joined.Ask = AskNothing
		return joined, fits
	}
	joined.Ask = max(known.asked(told.Hands), told.asked(known.Hands))
	return joined.passed(joined.Holder, joined.Hands), fits
}

// asked returns what is asked of the slot, as far as it still counts where others know it after that many Hands.
func (s Slot) asked(hands int) Ask {
	if s.Hands < hands && s.Ask != AskVoid {
		return AskNothing
	}
	return s.Ask
}
