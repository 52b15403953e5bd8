package main

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

//go:embed office.toml
var officeText string

// queues is how many queues an office of the measurements has.
const queues = 8

// newPlan returns the n-th office of the measurements.
func newPlan(n int) (agenda.Plan, error) {
	text := strings.Replace(officeText, "OFFICE", fmt.Sprintf("office-%04d", n), 1)
	for q := range queues {
		text += fmt.Sprintf("\n[[queue]]\nid = %q\nprefix = %q\nslot_minutes = 10\nhorizon_days = 1\nlabel.it = \"Sportello %d\"\n"+
			"counters = [{ days = \"mon-fri\", hours = \"8:30-12:30\", open = 1 }]\n", queueID(q), string(rune('A'+q)), q+1)
	}
	for q := range queues {
		text += fmt.Sprintf("\n[[service]]\nid = \"service-%d\"\nqueue = %q\nname.it = \"Pratica allo sportello %d\"\n", q, queueID(q), q+1)
	}
	return agenda.Read("office.toml", []byte(text))
}

func queueID(q int) booking.QueueID { return booking.QueueID(fmt.Sprintf("queue-%d", q)) }

// now is the hour at which all measurements play: a Tuesday morning before the office opens.
func now() time.Time { return time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC) }

func today() booking.Day { return booking.DayOf(now(), time.UTC) }

const (
	totemID = booking.TotemID("ingresso")
	epoch   = 1
)

// sheet returns a sheet of n slots, a minute apart, all of one holder and free.
func sheet(office booking.OfficeID, queue booking.QueueID, day booking.Day, n int, holder booking.Holder) booking.Sheet {
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: office, Queue: queue, Day: day}, Revision: booking.Revision{Epoch: epoch, Sequence: 1}, Prefix: "A"}
	for i := range n {
		s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), Start: day.At(booking.Clock(8*60+i), time.UTC),
			Holder: holder, State: booking.Free})
	}
	return s
}

// pulled returns sheets as a scheduler answers, with a key for each of their days.
func pulled(sheets ...booking.Sheet) wire.Pulled {
	p := wire.Pulled{Sheets: sheets, Keys: make(map[booking.Day]booking.DayKey)}
	for _, s := range sheets {
		p.Keys[s.Day] = booking.DayKey{1}
	}
	return p
}

// order returns the order of the ticket of slot i, with the slip that the office would print.
func order(office booking.Office, s booking.Sheet, i int) (store.Order, error) {
	code, err := booking.NewCode(rand.Reader)
	if err != nil {
		return store.Order{}, err
	}
	slot := s.Slots[i]
	slip, err := ticket.Compose(ticket.Input{Office: office, Lang: locale.Italian, Number: slot.Number, Start: slot.Start, Day: s.Day,
		Label: office.Services[0].Name, Code: code})
	return store.Order{Key: s.SheetKey, Number: slot.Number, Start: slot.Start, Code: code, Slip: slip}, err
}

func randomHash() (h booking.CodeHash) {
	_, _ = rand.Read(h[:]) // it never fails
	return h
}
