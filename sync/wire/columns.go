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
}

func (c columns) sheet() (booking.Sheet, error) {
	slots, err := c.slots()
	if err != nil {
		return booking.Sheet{}, err
	}
	s := booking.Sheet{SheetKey: c.key, Revision: booking.Revision{Epoch: c.epoch}, Prefix: c.prefix, Slots: slots}
	if err := checkSheet(s); err != nil {
		return booking.Sheet{}, err
	}
	return s, nil
}

func (c columns) slots() ([]booking.Slot, error) {
	n := len(c.states)
	if n > maxSlots {
		return nil, fmt.Errorf(`member "states": %d slots, more than %d`, n, maxSlots)
	}
	if (n > 0) == c.base.IsZero() {
		return nil, errors.New(`member "base": want it if, and only if, there are slots`)
	}
	slots := make([]booking.Slot, n)
	err := spread("starts", c.starts, n, maxOffset, 0, func(i, offset int) {
		slots[i].Start = c.base.Add(time.Duration(offset) * time.Minute)
	})
	if err == nil {
		err = spread("numbers", c.numbers, n, maxNumber, 1, func(i, number int) { slots[i].Number = booking.NewNumber(c.prefix, number) })
	}
	if err == nil {
		err = c.addHolders(slots)
	}
	if err != nil || n == 0 {
		return nil, err
	}
	return slots, c.addTickets(slots)
}

// spread sets the n values that runs stand for: those of a run grow by step. None may be above limit.
func spread(name string, runs [][2]int, n, limit, step int, set func(i, value int)) error {
	next := 0
	for _, run := range runs {
		first, count := run[0], run[1]
		if count < 1 || count > n-next || first < step || first > limit-step*count {
			return fmt.Errorf("member %q: the run [%d,%d] does not fit %d slots", name, first, count, n)
		}
		for i := range count {
			set(next+i, first+step*i)
		}
		next += count
	}
	if next != n {
		return fmt.Errorf("member %q: %d values for %d slots", name, next, n)
	}
	return nil
}

func (c columns) addHolders(slots []booking.Slot) error {
	if len(c.holders) != len(slots) {
		return fmt.Errorf(`member "holders": %d characters for %d slots`, len(c.holders), len(slots))
	}
	if len(c.totems) > maxTotems {
		return fmt.Errorf(`member "totems": more than %d`, maxTotems)
	}
	for i, t := range c.totems {
		if err := booking.CheckTotemID(string(t)); err != nil {
			return fmt.Errorf(`member "totems": %w`, err)
		}
		if slices.Contains(c.totems[:i], t) || bytes.IndexByte(c.holders, 'a'+byte(i)) < 0 {
			return fmt.Errorf(`member "totems": %s stands twice or holds nothing`, t)
		}
	}
	for i, letter := range c.holders {
		switch {
		case letter == poolLetter:
			slots[i].Holder = booking.Pool
		case letter == reserveLetter:
			slots[i].Holder = booking.Reserve
		case letter >= 'a' && int(letter-'a') < len(c.totems):
			slots[i].Holder = booking.HeldBy(c.totems[letter-'a'])
		default:
			return fmt.Errorf(`member "holders": %q at %d`, letter, i)
		}
	}
	return nil
}

func (c columns) addTickets(slots []booking.Slot) error {
	booked := 0
	for i, letter := range c.states {
		state := strings.IndexByte(stateLetters, letter)
		if state < 0 {
			return fmt.Errorf(`member "states": %q at %d`, letter, i)
		}
		slots[i].State = booking.Free + booking.State(state)
		if slots[i].State.HasTicket() {
			booked++
		}
	}
	if len(c.tickets) != booked*hashLength || len(c.returns) != booked || len(c.paper) != booked {
		return fmt.Errorf(`members "tickets", "returns" and "paper": %d, %d and %d characters for %d booked slots`,
			len(c.tickets), len(c.returns), len(c.paper), booked)
	}
	next := 0
	for i := range slots {
		if !slots[i].State.HasTicket() {
			continue
		}
		returns, paper := c.returns[next], strings.IndexByte(paperLetters, c.paper[next])
		if returns < '0' || returns > '9' || paper < 0 {
			return fmt.Errorf(`members "returns" and "paper": %q and %q at %d`, returns, c.paper[next], next)
		}
		t := &slots[i].Ticket
		if err := t.Code.UnmarshalText(c.tickets[next*hashLength : (next+1)*hashLength]); err != nil {
			return fmt.Errorf(`member "tickets", ticket %d: %w`, next, err)
		}
		t.Returns, t.Paper = int(returns-'0'), booking.Paper(paper)
		next++
	}
	return nil
}
