package wire

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/booking"
)

// columns is what a sheetBody says, in whichever way it was read.
type columns struct {
	key                                      booking.SheetKey
	epoch                                    uint64
	prefix                                   string
	base                                     time.Time // zero when there are no slots
	starts, numbers                          [][2]int
	totems                                   []booking.TotemID
	holders, states, tickets, returns, paper []byte // never changed
	hands, asks                              []byte // none: the column is left out
	moved                                    [][2]int
}

func (c *columns) sheet() (booking.Sheet, error) {
	if err := c.checkNames(); err != nil {
		return booking.Sheet{}, err
	}
	slots, ordered, err := c.slots()
	if err != nil {
		return booking.Sheet{}, err
	}
	s := booking.Sheet{SheetKey: c.key, Revision: booking.Revision{Epoch: c.epoch}, Prefix: c.prefix, Slots: slots}
	// All that columns can say passes checkSheet but for the order of the slots.
	if !ordered {
		err = s.Check()
	}
	if err != nil {
		return booking.Sheet{}, err
	}
	return s, nil
}

func (c *columns) checkNames() error {
	return errors.Join(booking.CheckID(string(c.key.Office)), booking.CheckID(string(c.key.Queue)), checkDay(c.key.Day), booking.CheckPrefix(c.prefix))
}

// slots returns the slots; ordered is false where it is to be checked whether they are in order.
func (c *columns) slots() (slots []booking.Slot, ordered bool, err error) {
	n := len(c.states)
	if n > maxSlots {
		return nil, false, fmt.Errorf(`member "states": %d slots, more than %d`, n, maxSlots)
	}
	if (n > 0) == c.base.IsZero() {
		return nil, false, errors.New(`member "base": want it if, and only if, there are slots`)
	}
	if err = checkRuns("starts", c.starts, n, maxOffset, 0); err == nil {
		err = checkRuns("numbers", c.numbers, n, maxNumber, 1)
	}
	if err == nil {
		err = c.checkHolders(n)
	}
	if err == nil && n > 0 {
		err = c.checkTickets()
	}
	if err != nil || n == 0 && len(c.hands)+len(c.asks)+len(c.moved) == 0 {
		return nil, true, err
	}
	if slots, ordered, err = c.fill(make([]booking.Slot, n)); err != nil {
		return nil, false, err
	}
	if err = c.fillHands(slots); err != nil {
		return nil, false, err
	}
	return slots, ordered, nil
}

// fill fills in the slots from columns that are as long as they must be.
func (c *columns) fill(slots []booking.Slot) (_ []booking.Slot, ordered bool, err error) {
	texts := c.numberTexts(len(slots))
	starts, numbers := cursor{runs: c.starts}, cursor{runs: c.numbers, step: 1}
	before, highest, ticket := 0, 0, 0
	ordered = true
	for i := range slots {
		slot := &slots[i]
		offset, number := starts.next(), numbers.next()
		ordered = ordered && offset >= before && number > highest
		before, highest = offset, number
		end := 1
		for end < len(texts) && texts[end] <= '9' {
			end++
		}
		slot.Number, texts = booking.Number(texts[:end]), texts[end:]
		slot.Start = c.base.Add(time.Duration(offset) * time.Minute)
		if slot.Holder = c.holder(c.holders[i]); slot.Holder == "" {
			return nil, false, fmt.Errorf(`member "holders": %q at %d`, c.holders[i], i)
		}
		slot.State = stateOf(c.states[i])
		if slot.State.HasTicket() {
			if slot.Ticket, err = c.ticket(ticket); err != nil {
				return nil, false, err
			}
			ticket++
		}
	}
	return slots, ordered, nil
}

// numberTexts returns the numbers one after the other, for slots to have pieces of: there are many, of some four
// characters each. Every number begins with the prefix, a letter, and goes on with digits.
func (c *columns) numberTexts(n int) string {
	var room [512]byte
	texts := room[:0]
	numbers := cursor{runs: c.numbers, step: 1}
	for range n {
		texts = booking.AppendNumber(texts, c.prefix, numbers.next())
	}
	return string(texts)
}

// cursor walks through the values that runs stand for: those of a run grow by step.
type cursor struct {
	runs              [][2]int
	step, value, left int
}

func (c *cursor) next() int {
	if c.left == 0 {
		c.value, c.left = c.runs[0][0], c.runs[0][1]
		c.runs = c.runs[1:]
	} else {
		c.value += c.step
	}
	c.left--
	return c.value
}

// checkRuns reports runs that do not stand for n values, or for one above limit.
func checkRuns(name string, runs [][2]int, n, limit, step int) error {
	sum := 0
	for _, run := range runs {
		first, count := run[0], run[1]
		if count < 1 || count > n-sum || first < step || first > limit-step*count {
			return fmt.Errorf("member %q: the run [%d,%d] does not fit %d slots", name, first, count, n)
		}
		sum += count
	}
	if sum != n {
		return fmt.Errorf("member %q: %d values for %d slots", name, sum, n)
	}
	return nil
}

func (c *columns) checkHolders(n int) error {
	if len(c.holders) != n {
		return fmt.Errorf(`member "holders": %d characters for %d slots`, len(c.holders), n)
	}
	if len(c.totems) > maxTotems {
		return fmt.Errorf(`member "totems": more than %d`, maxTotems)
	}
	for i, t := range c.totems {
		if err := checkHolder(t); err != nil {
			return fmt.Errorf(`member "totems": %w`, err)
		}
		if slices.Contains(c.totems[:i], t) || bytes.IndexByte(c.holders, 'a'+byte(i)) < 0 {
			return fmt.Errorf(`member "totems": %s stands twice or holds nothing`, t)
		}
	}
	return nil
}

// checkHolder reports what cannot stand among the totems of a sheet: limbo can, and nowhere else.
func checkHolder(t booking.TotemID) error {
	if booking.Holder(t) == booking.Limbo {
		return nil
	}
	return booking.CheckTotemID(string(t))
}

// holder returns the holder that a letter stands for, "" for none.
func (c *columns) holder(letter byte) booking.Holder {
	switch {
	case letter == poolLetter:
		return booking.Pool
	case letter == reserveLetter:
		return booking.Reserve
	case letter >= 'a' && int(letter-'a') < len(c.totems):
		return booking.HeldBy(c.totems[letter-'a'])
	}
	return ""
}

// stateOf returns the state that a letter stands for, 0 for none.
func stateOf(letter byte) booking.State {
	if i := strings.IndexByte(stateLetters, letter); i >= 0 {
		return booking.Free + booking.State(i)
	}
	return 0
}

func (c *columns) checkTickets() error {
	booked := 0
	for i, letter := range c.states {
		state := stateOf(letter)
		if state == 0 {
			return fmt.Errorf(`member "states": %q at %d`, letter, i)
		}
		if state.HasTicket() {
			booked++
		}
	}
	if len(c.tickets) != booked*hashLength || len(c.returns) != booked || len(c.paper) != booked {
		return fmt.Errorf(`members "tickets", "returns" and "paper": %d, %d and %d characters for %d booked slots`,
			len(c.tickets), len(c.returns), len(c.paper), booked)
	}
	return nil
}

// ticket returns the i-th ticket.
func (c *columns) ticket(i int) (t booking.Ticket, err error) {
	returns, paper := c.returns[i], strings.IndexByte(paperLetters, c.paper[i])
	if returns < '0' || returns > '9' || paper < 0 {
		return t, fmt.Errorf(`members "returns" and "paper": %q and %q at %d`, returns, c.paper[i], i)
	}
	t.Returns, t.Paper = int(returns-'0'), booking.Paper(paper)
	if err := t.Code.UnmarshalText(c.tickets[i*hashLength : (i+1)*hashLength]); err != nil {
		return t, fmt.Errorf(`member "tickets", ticket %d: %w`, i, err)
	}
	if t.Code.IsZero() {
		return t, fmt.Errorf(`member "tickets", ticket %d: none`, i)
	}
	return t, nil
}
