package wire

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/booking"
)

// sheetBody is a sheet as it travels: columns, so that 144 booked slots stay within 4 KiB. The slots are in calling
// order; every column speaks of them in that order. The sequence of the revision travels beside the sheet.
//
//	member   form                   meaning
//	office   identifier
//	queue    identifier
//	day      date                   "2026-11-21"
//	epoch    integer                of the revision
//	prefix   one capital letter     of every number
//	base     UTC minute             start of the first slot; left out when there are no slots
//	starts   [[minutes, slots], …]  the next slots start that many minutes after base
//	numbers  [[first, slots], …]    the next slots are numbered first, first+1, …
//	totems   identifiers            of the totems that hold slots: a is the first, b the second, …, z the 26th
//	holders  a character a slot     P pool, R reserve, a to z a totem
//	states   a character a slot     f free, i issued, a arrived, c called, s served, n absent, x cancelled,
//	                                m moved, v void
//	tickets  11 characters a ticket code hashes in base64url; a slot has a ticket unless its state is f or v
//	returns  a digit a ticket       same-day returns left
//	paper    a character a ticket   - untold, p printed, n not printed, u unknown
//
// Since version 2, and each left out when it says nothing of any slot:
//
//	hands    a character a slot     how often it has changed hands: A to Z 0 to 25, a to z 26 to 51, 0 to 9 52 to 61,
//	                                - 62, _ 63
//	asks     a character a slot     asked of the totem that holds it: - nothing, b to give it back, v the same: nobody
//	                                will serve it
//	moved    [[slot, minutes], …]   the office cannot keep the time of the ticket on that slot, the first being 0; its
//	                                bearer is expected that many minutes after base, -1: that is not known yet
type sheetBody struct {
	Office  booking.OfficeID  `json:"office"`
	Queue   booking.QueueID   `json:"queue"`
	Day     booking.Day       `json:"day"`
	Epoch   *uint64           `json:"epoch"`
	Prefix  string            `json:"prefix"`
	Base    *minute           `json:"base,omitzero"`
	Starts  [][2]int          `json:"starts"`
	Numbers [][2]int          `json:"numbers"`
	Totems  []booking.TotemID `json:"totems"`
	Holders *string           `json:"holders"`
	States  *string           `json:"states"`
	Tickets *string           `json:"tickets"`
	Returns *string           `json:"returns"`
	Paper   *string           `json:"paper"`
	Hands   *string           `json:"hands,omitzero" since:"2,optional"`
	Asks    *string           `json:"asks,omitzero" since:"2,optional"`
	Moved   [][2]int          `json:"moved,omitzero" since:"2,optional"`
}

const (
	maxSlots  = 4096     // of a sheet
	maxOffset = 3 * 1440 // minutes from the first start to the last
	maxTotems = 26       // holding slots of one sheet
	maxNumber = 999_999

	hashLength = 11 // characters of a code hash

	poolLetter    = 'P'
	reserveLetter = 'R'
	stateLetters  = "fiacsnxmv" // in the order of booking.State, from Free
	paperLetters  = "-pnu"      // in the order of booking.Paper
)

// EncodeSheet returns s in its envelope, without the sequence of its revision, in a version that all who are to read it
// speak. It refuses a sheet that does not pass its Check.
func EncodeSheet(version int, s booking.Sheet) ([]byte, error) {
	s.Revision.Sequence = 0
	b, err := sheetOf(s)
	if err != nil {
		return nil, fmt.Errorf("encode sheet message: %w", err)
	}
	data, err := spellSheet(version, b)
	return spelt(kindSheet, data, err)
}

// DecodeSheet reads a sheet. Its Revision has an epoch and no sequence: that travels beside the message. With an error
// the sheet is zero.
func DecodeSheet(data []byte) (booking.Sheet, error) {
	if s, ok := scanned(data, kindSheet, (*scan).sheet); ok {
		return s, nil
	}
	return read(data, kindSheet, false, sheetBody.message)
}

func sheetOf(s booking.Sheet) (sheetBody, error) {
	if err := checkSheet(s); err != nil {
		return sheetBody{}, err
	}
	b := sheetBody{
		Office: s.Office, Queue: s.Queue, Day: s.Day, Epoch: &s.Revision.Epoch, Prefix: s.Prefix,
		Starts: [][2]int{}, Numbers: [][2]int{}, Totems: []booking.TotemID{},
	}
	var holders, states, tickets, returns, papers strings.Builder
	for _, slot := range s.Slots {
		if b.Base == nil {
			b.Base = present(minute(slot.Start.UTC()))
		}
		b.Starts = addStart(b.Starts, int(slot.Start.Sub(time.Time(*b.Base))/time.Minute))
		_, number, _ := slot.Number.Split()
		b.Numbers = addNumber(b.Numbers, number)
		letter, err := b.letter(slot.Holder)
		if err != nil {
			return sheetBody{}, err
		}
		holders.WriteByte(letter)
		states.WriteByte(stateLetters[slot.State-booking.Free])
		if slot.State.HasTicket() {
			tickets.WriteString(slot.Ticket.Code.String())
			returns.WriteByte('0' + byte(slot.Ticket.Returns))
			papers.WriteByte(paperLetters[slot.Ticket.Paper])
		}
	}
	b.Holders, b.States = present(holders.String()), present(states.String())
	b.Tickets, b.Returns, b.Paper = present(tickets.String()), present(returns.String()), present(papers.String())
	b.handsOf(s)
	return b, nil
}

// checkSheet reports what cannot travel.
func checkSheet(s booking.Sheet) error {
	if err := errors.Join(booking.CheckID(string(s.Office)), booking.CheckID(string(s.Queue)), checkDay(s.Day),
		booking.CheckPrefix(s.Prefix), s.Check()); err != nil {
		return err
	}
	if len(s.Slots) > maxSlots {
		return fmt.Errorf("sheet %s: %d slots, more than %d", s.SheetKey, len(s.Slots), maxSlots)
	}
	for i := range s.Slots {
		slot := &s.Slots[i]
		_, number, _ := slot.Number.Split()
		switch t := slot.Ticket; {
		case slot.Start.Sub(s.Slots[0].Start) > maxOffset*time.Minute:
			return fmt.Errorf("sheet %s, slot %s: starts too long after the first", s.SheetKey, slot.Number)
		case number > maxNumber:
			return fmt.Errorf("sheet %s, slot %s: a number too high", s.SheetKey, slot.Number)
		case t.Returns < 0 || t.Returns > 9 || int(t.Paper) >= len(paperLetters):
			return fmt.Errorf("sheet %s, slot %s: its ticket has %d returns and %s", s.SheetKey, slot.Number, t.Returns, t.Paper)
		case !slot.State.HasTicket() && t != booking.Ticket{}:
			return fmt.Errorf("sheet %s, slot %s: a ticket where none can be", s.SheetKey, slot.Number)
		}
		if err := checkHands(s, slot); err != nil {
			return err
		}
	}
	return nil
}

func addStart(runs [][2]int, offset int) [][2]int {
	if n := len(runs); n > 0 && runs[n-1][0] == offset {
		runs[n-1][1]++
		return runs
	}
	return append(runs, [2]int{offset, 1})
}

func addNumber(runs [][2]int, number int) [][2]int {
	if n := len(runs); n > 0 && runs[n-1][0]+runs[n-1][1] == number {
		runs[n-1][1]++
		return runs
	}
	return append(runs, [2]int{number, 1})
}

// letter returns the letter of holder h, and adds a totem that is not listed yet. Limbo is listed as one.
func (b *sheetBody) letter(h booking.Holder) (byte, error) {
	switch h {
	case booking.Pool:
		return poolLetter, nil
	case booking.Reserve:
		return reserveLetter, nil
	}
	t := booking.TotemID(h)
	i := slices.Index(b.Totems, t)
	if i < 0 {
		if err := checkHolder(t); err != nil {
			return 0, err
		}
		if i = len(b.Totems); i == maxTotems {
			return 0, fmt.Errorf("more than %d totems hold slots", maxTotems)
		}
		b.Totems = append(b.Totems, t)
	}
	return 'a' + byte(i), nil
}

func (b sheetBody) message() (booking.Sheet, error) {
	c := columns{
		key:   booking.SheetKey{Office: b.Office, Queue: b.Queue, Day: b.Day},
		epoch: orZero(b.Epoch), prefix: b.Prefix, base: time.Time(orZero(b.Base)),
		starts: b.Starts, numbers: b.Numbers, totems: b.Totems, holders: []byte(*b.Holders), states: []byte(*b.States),
		tickets: []byte(*b.Tickets), returns: []byte(*b.Returns), paper: []byte(*b.Paper),
		hands: []byte(orZero(b.Hands)), asks: []byte(orZero(b.Asks)), moved: b.Moved,
	}
	return c.sheet()
}
