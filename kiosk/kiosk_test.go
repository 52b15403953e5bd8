package kiosk_test

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/privacy"
)

const testCode booking.Code = "482917305566"

func both(it, en string) locale.Text { return locale.Text{locale.Italian: it, locale.English: en} }

func rome(t TB) *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// saturday is the office's day, at the given wall clock.
func saturday(zone *time.Location, h, m int) time.Time {
	return time.Date(2026, 11, 21, h, m, 0, 0, zone)
}

func valfiorita() booking.Office {
	weekday := []booking.Span{{From: 8*60 + 30, To: 13 * 60}}
	return booking.Office{
		ID: "anagrafe", Zone: "Europe/Rome",
		Name:       both("Anagrafe di Valfiorita", "Valfiorita Registry Office"),
		Place:      both("piazza del Municipio 1, piano terra", "piazza del Municipio 1, ground floor"),
		Waiting:    both("Sala d'attesa al piano terra", "Waiting room on the ground floor"),
		Emblem:     "CV",
		Languages:  []locale.Lang{locale.Italian, locale.English, "xx"},
		Controller: privacy.Controller{Name: "Comune di Valfiorita", DPO: "rpd@valfiorita.example"},
		Hours:      booking.Hours{Week: [7][]booking.Span{nil, weekday, weekday, weekday, weekday, weekday, weekday}},
		Lead:       5 * time.Minute,
		Queues: []booking.Queue{
			{ID: "carta", Prefix: "A", Label: both("Sportelli A", "Desks A"), Length: 10 * time.Minute},
			{ID: "civile", Prefix: "D", Label: both("Sportelli D", "Desks D"), Length: 10 * time.Minute},
			{ID: "elettorale", Prefix: "E", Label: both("Sportelli E", "Desks E"), Length: 10 * time.Minute},
		},
		Services: []booking.Service{
			{ID: "carta", Queue: "carta", Name: both("Carta d'identità", "Identity card"),
				Detail: both("rilascio e rinnovo", "new and renewed"),
				Bring:  both("vecchio documento, una fototessera, tessera sanitaria.", "old document, a photograph, health card.")},
			{ID: "civile", Queue: "civile", Name: both("Stato civile", "Civil status"), Detail: locale.Text{locale.Italian: "nascite, unioni"}},
			{ID: "sociale", Queue: "civile", Name: both("Sportello sociale", "Social desk"), Sensitive: true},
			{ID: "elettorale", Queue: "elettorale", Name: both("Elettorale", "Electoral roll")},
		},
	}
}

func key(q booking.QueueID, zone *time.Location) booking.SheetKey {
	return booking.SheetKey{Office: "anagrafe", Queue: q, Day: booking.DayOf(saturday(zone, 12, 0), zone)}
}

// offers are those of a Saturday morning: A has n times from 9:50 every ten minutes (10:10 gone to others), D two, E
// none.
func offers(zone *time.Location, n int) []kiosk.Offer {
	carta := kiosk.Offer{Key: key("carta", zone)}
	for i := range n {
		t := kiosk.Time{Start: saturday(zone, 9, 50+10*i), Number: booking.NewNumber("A", 12+i)}
		if i == 2 {
			t.Number = ""
		}
		carta.Times = append(carta.Times, t)
	}
	return []kiosk.Offer{carta,
		{Key: key("civile", zone), Times: []kiosk.Time{
			{Start: saturday(zone, 10, 20), Number: "D007", Places: 2},
			{Start: saturday(zone, 11, 0), Number: "D009"},
		}},
		{Key: key("elettorale", zone)},
	}
}

func ticket(zone *time.Location) kiosk.Ticket {
	return kiosk.Ticket{
		Job: 7, Key: key("carta", zone), Number: "A012", Start: saturday(zone, 9, 50), Code: testCode,
		Label: both("Carta d'identità", "Identity card"),
	}
}

// TB is what a test and a property have in common.
type TB interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// totem is a conversation under test, with what it asked of the totem.
type totem struct {
	t       TB
	zone    *time.Location
	now     time.Time
	state   kiosk.State
	effects []kiosk.Effect
}

// open returns a totem at 9:41 on a Saturday with everything in order.
func open(t TB) *totem { return openWith(t, kiosk.Config{}) }

func openWith(t TB, c kiosk.Config) *totem {
	k := &totem{t: t, zone: rome(t), state: kiosk.New(c)}
	k.send(kiosk.Tick{Now: saturday(k.zone, 9, 41)}, kiosk.OfficeKnown{Office: valfiorita(), Zone: k.zone},
		kiosk.LinkChanged{Up: true, AsOf: saturday(k.zone, 9, 40)}, kiosk.OffersChanged{Offers: offers(k.zone, 9)})
	return k
}

func (k *totem) send(messages ...kiosk.Msg) *totem {
	for _, m := range messages {
		if tick, ok := m.(kiosk.Tick); ok {
			k.now = tick.Now
		}
		var effects []kiosk.Effect
		k.state, effects = kiosk.Update(k.state, m)
		k.effects = append(k.effects, effects...)
	}
	return k
}

// tap touches the control with the given id, which must be on the screen.
func (k *totem) tap(ids ...string) *totem {
	k.t.Helper()
	for _, id := range ids {
		box, ok := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.ID == id && b.Tap != nil })
		if !ok {
			k.t.Fatalf("no control %q on:\n%s", id, outline(kiosk.View(k.state)))
		}
		k.send(box.Tap)
	}
	return k
}

// after lets d pass and sends the ticks that fall into it, asking Wake before each.
func (k *totem) after(d time.Duration) *totem {
	end := k.now.Add(d)
	for range 10_000 {
		at, ok := k.state.Wake()
		if !ok || at.After(end) {
			return k.send(kiosk.Tick{Now: end})
		}
		if at.Before(k.now) {
			at = k.now
		}
		k.send(kiosk.Tick{Now: at})
	}
	k.t.Fatalf("Wake asks for ticks without end on %q", k.screen())
	return k
}

func (k *totem) screen() string { return kiosk.View(k.state).Name }

func (k *totem) wantScreen(name string) *totem {
	k.t.Helper()
	if got := k.screen(); got != name {
		k.t.Fatalf("screen %q, want %q:\n%s", got, name, outline(kiosk.View(k.state)))
	}
	return k
}

func (k *totem) says(text string) bool { return says(kiosk.View(k.state).Root, text) }

// issued leads to the ticket's commit, printed to the slip.
func (k *totem) issued() *totem {
	return k.tap("service-carta", "take").send(kiosk.TicketMade{Ticket: ticket(k.zone)})
}

// loseClock takes the knowledge of the time away.
func (k *totem) loseClock() *totem {
	return k.send(kiosk.ClockChanged{Unknown: true, Day: booking.DayOf(saturday(k.zone, 12, 0), k.zone)})
}

// numbered leads to the commit of a ticket without a time.
func (k *totem) numbered() *totem {
	made := ticket(k.zone)
	made.Start = time.Time{}
	return k.tap("service-carta", "take").send(kiosk.TicketMade{Ticket: made})
}

func ended(o paper.Outcome, status paper.Status) kiosk.SlipEnded {
	return kiosk.SlipEnded{Job: 7, Result: paper.Result{Outcome: o, Status: status}}
}
