package proof_test

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/postsim"
	"example.org/totem/kiosk"
	"example.org/totem/privacy"
)

// anyOf returns random signs.
func anyOf(t testing.TB, signs string, n int) string {
	t.Helper()
	b := make([]byte, n)
	for i := range b {
		at, err := rand.Int(rand.Reader, big.NewInt(int64(len(signs))))
		must(t, err)
		b[i] = signs[at.Int64()]
	}
	return string(b)
}

// tale is a town with what must not be found in it.
type tale struct {
	*town
	scanner *scanner
	printed int            // slips before this citizen
	told    map[string]int // sessions by kind

	waiting []ticketed     // whose message is to go out today
	held    int            // contacts that the scheduler is to hold
	offline []booking.Code // of those who withdraw without a link

	moments, size int // how often was looked, and at how many bytes
}

func (w *tale) phone() string {
	w.t.Helper()
	n := "3" + anyOf(w.t, "0123456789", 9)
	w.scanner.contact(n)
	return n
}

func (w *tale) mail() string {
	w.t.Helper()
	m := anyOf(w.t, "abcdefghijklmnopqrstuvwxyz0123456789", 14) + "@" + anyOf(w.t, "abcdefghijklmnopqrstuvwxyz", 12) + ".example"
	w.scanner.contact(m)
	return m
}

// moment looks at every byte that was written so far.
func (w *tale) moment(when string) {
	w.t.Helper()
	found, size := w.scanner.below(w.t, w.totemDir, w.centralDir)
	w.moments++
	w.size += size
	for i, f := range found {
		if i < 10 {
			w.t.Errorf("%s, %s", when, f)
		}
	}
	log := w.logs.bytes()
	for _, f := range w.scanner.in(log) {
		w.t.Errorf("%s, the log holds %s", when, f)
	}
	if size < 100_000 || len(log) < 1000 {
		w.t.Errorf("%s, there were only %d bytes on disk and %d in the log", when, size, len(log))
	}
}

// slip returns the code of the ticket that was just given.
func (w *tale) slip() booking.Code {
	w.t.Helper()
	var code booking.Code
	w.awaits("the ticket is printed", func() bool {
		slips := w.paper.Slips()
		for _, s := range slips[min(w.printed, len(slips)):] {
			if b := typedCode.Find(s.Bytes); b != nil && !receipt.Match(s.Bytes) {
				var err error
				code, err = booking.ParseCode(string(b))
				must(w.t, err)
			}
		}
		return code != ""
	})
	return code
}

// ticketed is a ticket by what is printed on it in large letters.
type ticketed string

// awaitsMessage notes that the ticket on the screen is one whose citizen is to be reminded.
func (w *tale) awaitsMessage() {
	w.waiting = append(w.waiting, ticketed(numberOn(w.glass.must("take"))))
	w.held++
}

func (w *tale) sends(then ...string) kiosk.Screen {
	w.t.Helper()
	w.glass.touch(kiosk.Send{})
	return w.glass.must(then...)
}

// remembers asks to be reminded of the ticket on the screen and returns the ticket's code.
func (w *tale) remembers(channel privacy.Channel, contact string) booking.Code {
	w.t.Helper()
	w.glass.touch(kiosk.OpenReminder{})
	w.glass.gives(channel, contact)
	w.sends("reminder-kept")
	code := w.slip()
	w.glass.leaves()
	return code
}

// withdraws comes with a ticket and withdraws.
func (w *tale) withdraws(code booking.Code, end string) {
	w.t.Helper()
	w.glass.finds(code)
	w.glass.touch(kiosk.OpenReminder{})
	w.glass.must("reminder", "reminder-unreachable")
	w.glass.touch(kiosk.DropReminder{})
	w.glass.must(end)
	w.glass.leaves()
}

// kinds are what citizens do. Each begins and ends at the start.
func (w *tale) kinds() []struct {
	name string
	do   func(booking.ServiceID)
} {
	g := w.glass
	return []struct {
		name string
		do   func(booking.ServiceID)
	}{
		{"is reminded by phone", func(s booking.ServiceID) {
			g.takesLate(s)
			w.awaitsMessage()
			w.remembers(privacy.SMS, w.phone())
		}},
		{"is reminded by mail", func(s booking.ServiceID) {
			g.takesLate(s)
			w.awaitsMessage()
			w.remembers(privacy.Mail, w.mail())
		}},
		{"says no", func(s booking.ServiceID) {
			g.takesLate(s)
			g.touch(kiosk.OpenReminder{})
			g.touch(kiosk.Choose{})
			g.must("take")
			g.leaves()
		}},
		{"types a phone number and goes back", func(s booking.ServiceID) {
			g.takesLate(s)
			g.touch(kiosk.OpenReminder{})
			g.gives(privacy.SMS, w.phone())
			g.touch(kiosk.GoBack{})
			g.must("take")
			g.leaves()
		}},
		{"types a mail address and leaves", func(s booking.ServiceID) {
			g.takesLate(s)
			g.touch(kiosk.OpenReminder{})
			g.gives(privacy.Mail, w.mail())
			g.leaves()
		}},
		{"withdraws a phone number", func(s booking.ServiceID) {
			g.takesLate(s)
			w.withdraws(w.remembers(privacy.SMS, w.phone()), "reminder-dropped")
		}},
		{"withdraws a mail address without a link", func(s booking.ServiceID) {
			g.takesLate(s)
			w.offline = append(w.offline, w.remembers(privacy.Mail, w.mail()))
			w.held++
		}},
		{"gives a phone number for another day", func(s booking.ServiceID) {
			g.touch(kiosk.ChooseService{Service: s})
			g.touch(kiosk.OpenOtherDay{})
			g.gives(privacy.SMS, w.phone())
			w.sends("days")
			g.last("days", func(m kiosk.Msg) bool { _, ok := m.(kiosk.ChooseDay); return ok })
			g.touchOne("a place", func(m kiosk.Msg) bool { _, ok := m.(kiosk.TakeStart); return ok })
			g.sees("a kept contact", func(s kiosk.Screen) bool {
				_, ok := s.Root.Find(func(b kiosk.Box) bool { _, err := privacy.ParseReceipt(b.Text); return b.Text != "" && err == nil })
				return s.Name == "take" && ok
			})
			g.leaves()
			w.held++
		}},
		{"gives a mail address for another day and takes today", func(s booking.ServiceID) {
			g.touch(kiosk.ChooseService{Service: s})
			g.touch(kiosk.OpenOtherDay{})
			g.gives(privacy.Mail, w.mail())
			w.sends("days")
			g.touch(kiosk.GoBack{})
			g.takesLast()
			g.leaves()
		}},
		{"gives the ticket back", func(s booking.ServiceID) {
			g.takesLate(s)
			number := numberOn(g.must("take"))
			g.finds(w.remembers(privacy.SMS, w.phone()))
			g.touch(kiosk.GiveBack{})
			g.types(number)
			g.touch(kiosk.Confirm{Yes: true})
			g.must("cancelled")
			g.leaves()
		}},
		{"types a phone number and gives a mail address", func(s booking.ServiceID) {
			g.takesLate(s)
			w.awaitsMessage()
			g.touch(kiosk.OpenReminder{})
			g.gives(privacy.SMS, w.phone())
			g.say(kiosk.SetChannel{Channel: privacy.Mail})
			g.types(w.mail())
			w.sends("reminder-kept")
			g.leaves()
		}},
		{"comes back to give a phone number, and to withdraw it", func(s booking.ServiceID) {
			g.takesLate(s)
			code := w.slip()
			g.leaves()
			for range 2 {
				g.finds(code)
				g.touch(kiosk.OpenReminder{})
				if g.must("reminder", "reminder-none").Name == "reminder" {
					g.touch(kiosk.DropReminder{})
					g.must("reminder-dropped")
					g.leaves()
					continue
				}
				g.touch(kiosk.OpenReminder{})
				g.gives(privacy.SMS, w.phone())
				w.sends("reminder-kept")
				g.leaves()
			}
		}},
	}
}

func numberOn(s kiosk.Screen) string {
	box, _ := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleNumber })
	return box.Text
}

func TestNoContactIsInAnyFileOfTotemOrSchedulerOrInAnyLog(t *testing.T) {
	n := amount(t, "TOTEM_PROOF_SESSIONS", 12)
	w := &tale{town: newTown(t, crowded(readSample(t), n), n), scanner: newScanner(), told: make(map[string]int)}
	services := w.plan.Office.Services
	w.glass.must("start")
	kinds := w.kinds()
	for i := range n {
		kind := kinds[i%len(kinds)]
		w.printed = len(w.paper.Slips())
		kind.do(services[(i/len(kinds)+i)%len(services)].ID)
		w.told[kind.name]++
		if i == n/2 {
			w.moment("while some wait")
		}
	}
	w.vanish()
	w.moment("while all wait")
	w.awaits("the contacts of tickets that were given back are erased", func() bool { return w.kept() == w.held })
	keys := w.keys()

	w.withdrawOffline()
	w.moment("after the withdrawals")

	w.sendAll()
	w.moment("after the messages went out")
	w.closeDays()
	if left := w.kept(); left != 0 {
		t.Errorf("after the days were closed %d contacts are kept", left)
	}
	for i, key := range keys {
		w.scanner.secret(fmt.Sprint("the key of contact ", i), key)
	}
	w.moment("after the days were closed")
	w.stopTotem()
	must(t, w.central.Close())
	w.moment("after the end")
	w.openCentral()
	w.startTotem()
	w.glass.say()
	w.moment("after a restart")
	if len(w.told) != len(kinds) || len(keys) == 0 {
		t.Errorf("%d of %d kinds of sessions, %d contacts kept: too little happened for this test to mean anything", len(w.told), len(kinds), len(keys))
	}
	t.Logf("%d sessions of %d kinds, %d messages, %d needles, looked %d times at %d MB in all", n, len(w.told), len(w.post.Messages()), len(w.scanner.needles), w.moments, w.size>>20)
}

// vanish types contacts and says nothing any more until the totem has forgotten.
func (w *tale) vanish() {
	w.t.Helper()
	for range 3 {
		w.glass.takesLate(w.plan.Office.Services[0].ID)
		w.glass.touch(kiosk.OpenReminder{})
		w.glass.gives(privacy.Mail, w.mail())
		w.moment("while somebody types")
		w.passes(130 * time.Second)
		w.glass.must("start")
	}
}

// withdrawOffline has those withdraw who do it without a link, restarts both sides, and waits until it is told.
func (w *tale) withdrawOffline() {
	w.t.Helper()
	must(w.t, w.central.Close())
	for _, code := range w.offline {
		w.withdraws(code, "reminder-later")
	}
	w.moment("while the withdrawals wait")
	w.stopTotem()
	before := w.kept()
	w.openCentral()
	w.startTotem()
	w.awaits("the withdrawals are told", func() bool { return w.kept() == before-len(w.offline) })
	w.glass.must("start")
}

// sendAll lets the day pass and the messages of today go out, the first of them at the second try.
func (w *tale) sendAll() {
	w.t.Helper()
	w.post.Fail(postsim.Busy, postsim.Busy)
	starts := make(map[ticketed]time.Time)
	sheets, err := w.central.Sheets(w.ctx, w.plan.Office.ID, booking.DayOf(w.clock.Now(), w.plan.Zone))
	must(w.t, err)
	for _, s := range sheets {
		for _, slot := range s.Slots {
			starts[ticketed(slot.Number)] = slot.Start
		}
	}
	var dues []time.Time
	for _, n := range w.waiting {
		dues = append(dues, starts[n].Add(-w.plan.Office.Reminders.Before))
	}
	slices.SortFunc(dues, time.Time.Compare)
	for i, due := range dues {
		if i+1 < len(dues) && dues[i+1].Equal(due) {
			continue
		}
		w.passes(max(due.Sub(w.clock.Now()), 0) + time.Second)
		looks, tries := 0, w.post.Tries()
		w.awaits(fmt.Sprint(i+1, " messages went out"), func() bool {
			if looks++; w.post.Tries() != tries {
				looks, tries = 0, w.post.Tries()
			}
			if looks == 100 { // what was refused for now is tried again in half a minute
				looks = 0
				w.clock.Forward(31 * time.Second)
			}
			return len(w.post.Messages()) > i
		})
	}
	w.awaits("they are erased", func() bool { return w.kept() == w.held-len(w.offline)-len(w.waiting) })
}

// closeDays lets the days pass on which there are tickets, while the gateway takes nothing.
func (w *tale) closeDays() {
	w.t.Helper()
	w.post.FailAlways(postsim.Busy)
	for range 3 {
		today := booking.DayOf(w.clock.Now(), w.plan.Zone)
		w.passes(max(today.End(w.plan.Zone).Add(5*time.Minute).Sub(w.clock.Now()), 0))
		w.awaits("the day "+today.String()+" is closed", func() bool {
			w.clock.Forward(10 * time.Second)
			days, err := w.central.Ledger().Days(w.ctx)
			return err == nil && len(days) > 0 && days[0].Compare(today) > 0
		})
	}
}
