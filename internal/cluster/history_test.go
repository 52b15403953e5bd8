package cluster_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"example.org/totem/booking"
)

// slotsOfSheet is such that the stream still keeps every revision of a sheet when all of it is booked.
const slotsOfSheet = 12

// content is what a sheet holds: for each slot the code of its ticket, 0 for none. Codes are small numbers here; each is
// drawn by one intent alone.
type content [slotsOfSheet]int

func contentOf(s booking.Sheet) (c content) {
	for i, slot := range s.Slots {
		h := slot.Ticket.Code
		c[i] = int(h[1])<<24 | int(h[2])<<16 | int(h[3])<<8 | int(h[4]) // as ledgertest.Code makes it
	}
	return c
}

// outcome is how an operation ended, as far as who asked for it knows.
type outcome string

const (
	unknown  outcome = ""         // no answer, or one that says nothing
	booked   outcome = "booked"   // the slot carries the code
	taken    outcome = "taken"    // the slot carries another's
	full     outcome = "full"     // no slot is free
	written  outcome = "written"  // a put was taken
	conflict outcome = "conflict" // a put was refused: the sheet is not the one that was read
)

// operation is one line of a history: a booking with all its attempts, or one put. A worker writes it when it begins and
// again when it has ended; of a worker that was killed in between there is the first line alone.
type operation struct {
	ID     string // unique
	Client int
	Sheet  int
	Call   int64 // nanoseconds of the machine's monotonic clock, the same for all processes
	Return int64 // 0 while it goes on

	Intent  int     // of a booking: who wants one slot, and no second one
	Code    int     // of a booking: its key
	Slot    int     // of a booking: from 1, 0 for any that is free; of one that is booked, which it is
	Put     bool    // it is a put
	Before  content // of a put: what was read
	Created bool    // of a put: there was no sheet before
	After   content // of a put: what was to be written

	Outcome outcome
}

// history is everything that was done, and what is there in the end.
type history struct {
	operations []operation
	final      map[int]content   // of each sheet
	revisions  map[int][]content // of each sheet, oldest first; nil when nobody kept them
}

// judge returns everything that is wrong, nothing for a ledger that keeps its promises.
func (h history) judge() []string {
	return slices.Concat(h.lost(), h.twice(), h.rewritten(), h.unordered())
}

// lost returns the bookings that were acknowledged and are not there, and the slots that nobody booked.
func (h history) lost() (wrong []string) {
	asked := make(map[int]bool)
	for _, o := range h.operations {
		asked[o.Code] = true
		if o.Outcome == booked && h.final[o.Sheet][o.Slot-1] != o.Code {
			wrong = append(wrong, fmt.Sprintf("sheet %d, slot %d: code %d was acknowledged, and %d is there", o.Sheet, o.Slot, o.Code, h.final[o.Sheet][o.Slot-1]))
		}
	}
	for sheet, c := range h.final {
		for i, code := range c {
			if code == 0 || !asked[code] {
				wrong = append(wrong, fmt.Sprintf("sheet %d, slot %d: code %d is there, for which nobody asked", sheet, i+1, code))
			}
		}
	}
	return wrong
}

// twice returns the slots with two winners, and the intents with two slots.
func (h history) twice() (wrong []string) {
	winners, places := make(map[string]int), make(map[int]string)
	intents := make(map[int]int) // of each code
	for _, o := range h.operations {
		if o.Put {
			continue
		}
		intents[o.Code] = o.Intent
		if o.Outcome != booked {
			continue
		}
		slot := fmt.Sprintf("sheet %d, slot %d", o.Sheet, o.Slot)
		if other, ok := winners[slot]; ok && other != o.Code {
			wrong = append(wrong, fmt.Sprintf("%s: codes %d and %d were acknowledged", slot, other, o.Code))
		}
		winners[slot] = o.Code
	}
	for sheet, c := range h.final {
		for i, code := range c {
			slot := fmt.Sprintf("sheet %d, slot %d", sheet, i+1)
			if other, ok := places[intents[code]]; ok && code != 0 {
				wrong = append(wrong, fmt.Sprintf("intent %d has %s and %s", intents[code], other, slot))
			}
			places[intents[code]] = slot
		}
	}
	return wrong
}

// rewritten returns what the revisions show that must not be: a slot with two codes, a booking that was written twice,
// a revision that is missing.
func (h history) rewritten() (wrong []string) {
	for sheet, revisions := range h.revisions {
		before := content{}
		for n, c := range revisions {
			news := 0
			for i := range c {
				switch {
				case c[i] == before[i]:
				case before[i] == 0:
					news++
				default:
					wrong = append(wrong, fmt.Sprintf("sheet %d, revision %d, slot %d: code %d instead of %d", sheet, n, i+1, c[i], before[i]))
				}
			}
			if want := min(n, 1); news != want {
				wrong = append(wrong, fmt.Sprintf("sheet %d, revision %d: %d new codes", sheet, n, news))
			}
			before = c
		}
		if before != h.final[sheet] || len(revisions) != slotsOfSheet+1 {
			wrong = append(wrong, fmt.Sprintf("sheet %d: %d revisions, the last %v, and there is %v", sheet, len(revisions), before, h.final[sheet]))
		}
	}
	return wrong
}

// checkWait is how long the search for an order may take. It takes milliseconds unless there is none.
const checkWait = 30 * time.Second

// unordered returns the sheets whose bookings, or whose puts, could not have happened one after another.
func (h history) unordered() (wrong []string) {
	for _, puts := range []bool{false, true} {
		for sheet, final := range h.final {
			result := porcupine.CheckOperationsTimeout(model(puts), h.of(sheet, puts, final), checkWait)
			if result != porcupine.Ok {
				wrong = append(wrong, fmt.Sprintf("sheet %d, puts %v: no order explains the answers: %s", sheet, puts, result))
			}
		}
	}
	return wrong
}

// of returns the operations on a sheet, and the read at the end of them all.
//
// An operation without an outcome goes on for ever: the ledger may have done it at any time since it was called, or not
// at all. What was not done, as the final sheet or its revisions show, is left out.
func (h history) of(sheet int, puts bool, final content) []porcupine.Operation {
	end := int64(0)
	var all []porcupine.Operation
	open := make(map[change]operation)
	for _, o := range h.operations {
		end = max(end, o.Call, o.Return)
		switch {
		case o.Sheet != sheet || o.Put != puts:
		case o.Outcome != unknown:
			all = append(all, porcupine.Operation{ClientId: o.Client, Input: o, Call: o.Call, Output: o.Outcome, Return: o.Return})
		case h.happened(&o, final):
			if other, ok := open[o.change()]; !ok || o.Call < other.Call {
				open[o.change()] = o
			}
		}
	}
	for _, o := range all {
		if o := o.Input.(operation); o.Put && o.Outcome == written {
			delete(open, o.change())
		}
	}
	for _, o := range open {
		all = append(all, porcupine.Operation{ClientId: o.Client, Input: o, Call: o.Call, Output: unknown, Return: math.MaxInt64})
	}
	return append(all, porcupine.Operation{Input: final, Call: end + 1, Return: end + 2})
}

// change is what an operation without an outcome does if it does anything. No content comes twice, so of several that
// are alike one was done at most: the earliest stands for them all.
type change struct {
	created       bool
	before, after content
	slot, code    int
}

func (o operation) change() change {
	return change{created: o.Created, before: o.Before, after: o.After, slot: o.Slot, code: o.Code}
}

// happened reports whether an operation without an outcome may have been done, and completes it.
func (h history) happened(o *operation, final content) bool {
	if o.Put {
		return h.revisions == nil || slices.Contains(h.revisions[o.Sheet], o.After)
	}
	if i := slices.Index(final[:], o.Code); o.Slot == 0 {
		o.Slot = i + 1
	}
	return o.Slot > 0 && final[o.Slot-1] == o.Code
}

// state is what the model holds.
type state struct {
	there bool // always, among bookings
	content
}

// model is a sheet as a register. Bookings change one slot of it; puts all of it, if it is still what was read.
func model(puts bool) porcupine.Model {
	step := stepOfBooking
	if puts {
		step = stepOfPut
	}
	return porcupine.Model{
		Init: func() any { return state{there: !puts} },
		Step: func(s, input, output any) (bool, any) {
			if final, ok := input.(content); ok {
				return s.(state).content == final, s
			}
			return step(s.(state), input.(operation))
		},
		DescribeOperation: func(input, _ any) string { return fmt.Sprintf("%+v", input) },
		DescribeState:     func(s any) string { return s.(state).String() },
	}
}

func stepOfBooking(s state, o operation) (bool, any) {
	if o.Outcome == full {
		return !slices.Contains(s.content[:], 0) && !slices.Contains(s.content[:], o.Code), s
	}
	there := s.content[o.Slot-1]
	switch o.Outcome {
	case taken:
		return there != 0 && there != o.Code, s
	case booked:
		if there != 0 {
			return there == o.Code, s // told again
		}
	default:
		if there != 0 {
			return true, s // done before, or never: it goes on to the end
		}
	}
	s.content[o.Slot-1] = o.Code
	return true, s
}

func stepOfPut(s state, o operation) (bool, any) {
	fits := s.there == !o.Created && s.content == o.Before
	switch {
	case o.Outcome == conflict:
		return !fits, s
	case !fits:
		return o.Outcome == unknown, s
	}
	return true, state{there: true, content: o.After}
}

// String returns the codes in the order of the slots.
func (s state) String() string {
	if !s.there {
		return "no sheet"
	}
	var codes []string
	for _, c := range s.content {
		codes = append(codes, strconv.Itoa(c))
	}
	return strings.Join(codes, " ")
}
