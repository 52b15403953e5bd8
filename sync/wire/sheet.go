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

// EncodeSheet returns s in its envelope, without the sequence of its revision. It refuses a sheet that does not pass
// its Check.
func EncodeSheet(s booking.Sheet) ([]byte, error) {
	s.Revision.Sequence = 0
	b, err := sheetOf(s)
	if err != nil {
		return nil, fmt.Errorf("encode sheet message: %w", err)
	}
	return seal(kindSheet, b)
}

// DecodeSheet reads a sheet. Its Revision has an epoch and no sequence: that travels beside the message. With an error
// the sheet is zero.
func DecodeSheet(data []byte) (booking.Sheet, error) {
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
	for _, slot := range s.Slots {
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

// letter returns the letter of holder h, and adds a totem that is not listed yet.
func (b *sheetBody) letter(h booking.Holder) (byte, error) {
	t, ok := h.Totem()
	switch {
	case !ok && h == booking.Pool:
		return poolLetter, nil
	case !ok:
		return reserveLetter, nil
	}
	i := slices.Index(b.Totems, t)
	if i < 0 {
		if err := booking.CheckTotemID(string(t)); err != nil {
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
	slots, err := b.slots()
	if err != nil {
		return booking.Sheet{}, err
	}
	s := booking.Sheet{
		SheetKey: booking.SheetKey{Office: b.Office, Queue: b.Queue, Day: b.Day},
		Revision: booking.Revision{Epoch: orZero(b.Epoch)},
		Prefix:   b.Prefix,
		Slots:    slots,
	}
	if err := checkSheet(s); err != nil {
		return booking.Sheet{}, err
	}
	return s, nil
}

func (b sheetBody) slots() ([]booking.Slot, error) {
	n := len(*b.States)
	if n > maxSlots {
		return nil, fmt.Errorf(`member "states": %d slots, more than %d`, n, maxSlots)
	}
	if (n > 0) != (b.Base != nil) {
		return nil, errors.New(`member "base": want it if, and only if, there are slots`)
	}
	offsets, err := spread("starts", b.Starts, n, maxOffset, 0)
	if err != nil {
		return nil, err
	}
	numbers, err := spread("numbers", b.Numbers, n, maxNumber, 1)
	if err != nil {
		return nil, err
	}
	holders, err := b.holders(n)
	if err != nil || n == 0 {
		return nil, err
	}
	slots := make([]booking.Slot, n)
	for i := range slots {
		slots[i] = booking.Slot{
			Number: booking.NewNumber(b.Prefix, numbers[i]),
			Start:  time.Time(*b.Base).Add(time.Duration(offsets[i]) * time.Minute),
			Holder: holders[i],
			State:  booking.Free + booking.State(strings.IndexByte(stateLetters, (*b.States)[i])),
		}
	}
	return slots, b.addTickets(slots)
}

// spread returns the n values that runs stand for: those of a run grow by step. None may be above limit.
func spread(name string, runs [][2]int, n, limit, step int) ([]int, error) {
	values := make([]int, 0, n)
	for _, run := range runs {
		first, count := run[0], run[1]
		if count < 1 || count > n-len(values) || first < step || first > limit-step*count {
			return nil, fmt.Errorf("member %q: the run [%d,%d] does not fit %d slots", name, first, count, n)
		}
		for i := range count {
			values = append(values, first+step*i)
		}
	}
	if len(values) != n {
		return nil, fmt.Errorf("member %q: %d values for %d slots", name, len(values), n)
	}
	return values, nil
}

func (b sheetBody) holders(n int) ([]booking.Holder, error) {
	if len(*b.Holders) != n {
		return nil, fmt.Errorf(`member "holders": %d characters for %d slots`, len(*b.Holders), n)
	}
	if len(b.Totems) > maxTotems {
		return nil, fmt.Errorf(`member "totems": more than %d`, maxTotems)
	}
	for i, t := range b.Totems {
		if err := booking.CheckTotemID(string(t)); err != nil {
			return nil, fmt.Errorf(`member "totems": %w`, err)
		}
		if slices.Contains(b.Totems[:i], t) || strings.IndexByte(*b.Holders, 'a'+byte(i)) < 0 {
			return nil, fmt.Errorf(`member "totems": %s stands twice or holds nothing`, t)
		}
	}
	holders := make([]booking.Holder, n)
	for i, letter := range []byte(*b.Holders) {
		switch {
		case letter == poolLetter:
			holders[i] = booking.Pool
		case letter == reserveLetter:
			holders[i] = booking.Reserve
		case letter >= 'a' && int(letter-'a') < len(b.Totems):
			holders[i] = booking.HeldBy(b.Totems[letter-'a'])
		default:
			return nil, fmt.Errorf(`member "holders": %q at %d`, letter, i)
		}
	}
	return holders, nil
}

func (b sheetBody) addTickets(slots []booking.Slot) error {
	booked := 0
	for i := range slots {
		if strings.IndexByte(stateLetters, (*b.States)[i]) < 0 {
			return fmt.Errorf(`member "states": %q at %d`, (*b.States)[i], i)
		}
		if slots[i].State.HasTicket() {
			booked++
		}
	}
	if len(*b.Tickets) != booked*hashLength || len(*b.Returns) != booked || len(*b.Paper) != booked {
		return fmt.Errorf(`members "tickets", "returns" and "paper": %d, %d and %d characters for %d booked slots`,
			len(*b.Tickets), len(*b.Returns), len(*b.Paper), booked)
	}
	tickets := []byte(*b.Tickets)
	next := 0
	for i := range slots {
		if !slots[i].State.HasTicket() {
			continue
		}
		returns, paper := (*b.Returns)[next], strings.IndexByte(paperLetters, (*b.Paper)[next])
		if returns < '0' || returns > '9' || paper < 0 {
			return fmt.Errorf(`members "returns" and "paper": %q and %q at %d`, returns, (*b.Paper)[next], next)
		}
		var code booking.CodeHash
		if err := code.UnmarshalText(tickets[next*hashLength : (next+1)*hashLength]); err != nil {
			return fmt.Errorf(`member "tickets", ticket %d: %w`, next, err)
		}
		slots[i].Ticket = booking.Ticket{Code: code, Returns: int(returns - '0'), Paper: booking.Paper(paper)}
		next++
	}
	return nil
}
