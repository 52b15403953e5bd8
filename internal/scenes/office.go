package scenes

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

func both(it, en string) locale.Text { return locale.Text{locale.Italian: it, locale.English: en} }

// Office returns the office of all scenes. It is invented.
func Office() booking.Office {
	morning := []booking.Span{{From: 8*60 + 30, To: 13 * 60}}
	queue := func(id booking.QueueID, prefix string) booking.Queue {
		return booking.Queue{ID: id, Prefix: prefix, Label: both("Sportelli "+prefix, "Desks "+prefix), Length: 10 * time.Minute}
	}
	return booking.Office{
		ID: "registry", Zone: "Europe/Rome",
		Name:       both("Anagrafe di Valfiorita", "Valfiorita registry office"),
		Place:      both("piazza del Municipio 1, piano terra", "piazza del Municipio 1, ground floor"),
		Waiting:    both("sala d'attesa al piano terra", "waiting room on the ground floor"),
		Emblem:     "CV",
		Languages:  []locale.Lang{locale.Italian, locale.English},
		Controller: booking.Controller{Name: "Comune di Valfiorita", DPO: "rpd@valfiorita.example"},
		Hours:      booking.Hours{Week: [7][]booking.Span{nil, morning, morning, morning, morning, morning, morning}},
		Lead:       4 * time.Minute,
		Queues: []booking.Queue{
			queue("identity", "A"), queue("papers", "B"), queue("residence", "C"), queue("status", "D"), queue("votes", "E"),
		},
		Services: []booking.Service{
			{ID: "identity", Queue: "identity", Name: both("Carta d'identità", "Identity card"),
				Detail: both("rilascio e rinnovo", "new and renewed"),
				Bring:  both("vecchio documento, una fototessera, tessera sanitaria", "old document, a photograph, health card")},
			{ID: "papers", Queue: "papers", Name: both("Certificati", "Certificates"),
				Detail: both("anagrafici e di stato civile", "of registry and civil status")},
			{ID: "residence", Queue: "residence", Name: both("Cambio di residenza", "Change of residence"),
				Detail: both("iscrizioni e cambi di indirizzo", "registration and changes of address")},
			{ID: "status", Queue: "status", Name: both("Stato civile, sociale", "Civil status, social"),
				Detail: both("nascite, unioni, sportello sociale", "births, unions, social desk")},
			{ID: "votes", Queue: "votes", Name: both("Elettorale", "Electoral roll"), Detail: both("tessere e liste", "cards and lists")},
		},
	}
}

// offers are those of the morning: the first queue has so many times, some of them gone to others; the last has none.
func (p *play) offers(times int) []kiosk.Offer {
	row := func(q booking.QueueID, prefix string, first, n, places int, from time.Time, gone ...int) kiosk.Offer {
		o := kiosk.Offer{Key: booking.SheetKey{Office: "registry", Queue: q, Day: booking.DayOf(from, p.zone)}}
		for i := range n {
			t := kiosk.Time{
				Start: from.Add(time.Duration(i) * 10 * time.Minute), Number: booking.NewNumber(prefix, first+i), Places: places,
			}
			for _, g := range gone {
				if g == i {
					t.Number, t.Places = "", 0
				}
			}
			o.Times = append(o.Times, t)
		}
		return o
	}
	return []kiosk.Offer{
		row("identity", "A", 12, times, 1, p.at(9, 50), 2, 5),
		row("papers", "B", 20, 11, 2, p.at(9, 45)),
		row("residence", "C", 4, 3, 1, p.at(11, 10)),
		row("status", "D", 7, 6, 1, p.at(10, 20)),
		row("votes", "E", 1, 0, 0, p.at(9, 0)),
	}
}

// ticket is what the citizen was given: without a time where the clock is unknown.
func (p *play) ticket() kiosk.Ticket {
	t := p.timed()
	if p.noClock {
		t.Start = time.Time{}
	}
	return t
}

func (p *play) timed() kiosk.Ticket {
	return kiosk.Ticket{
		Job: 7, Key: booking.SheetKey{Office: "registry", Queue: "identity", Day: booking.DayOf(p.now, p.zone)},
		Number: "A012", Start: p.at(9, 50), Code: "482917305560", Label: both("Carta d'identità", "Identity card"),
	}
}
