package kiosk_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
)

// TestNothingOfAContactStaysOnceItIsSentOrTheCitizenHasLeft ends conversations about one in every way there is.
func TestNothingOfAContactStaysOnceItIsSentOrTheCitizenHasLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom([]string{"take", "own", "times"}).Draw(t, "from")
		o := occasions()[from]
		k := o.lead(invite(t, heard)).tap(o.open, "yes")
		typed := typedPhone
		if rapid.Bool().Draw(t, "mail") {
			k.tap("channel-email")
			typed = typedMail
		}
		k.types(typed)
		if !k.keeps(typed) {
			t.Fatal("the test does not see what was typed")
		}
		end := rapid.IntRange(0, 6).Draw(t, "end")
		switch end {
		case 0:
			k.send(kiosk.Finish{})
		case 1:
			k.after(3 * time.Minute)
		case 2:
			k.tap("back")
		case 3:
			k.send(kiosk.OutOfService{Code: "T202"}).after(3 * time.Minute)
		case 4:
			k.loseClock().after(3 * time.Minute)
		default:
			if k.tap("send"); from == "times" { // a day, a time, and its ticket
				day := booking.DayOf(k.now.AddDate(0, 0, 2), k.zone)
				start := k.now.AddDate(0, 0, 2)
				k.send(kiosk.DaysKnown{Errand: k.last().(kiosk.AskDays).Errand, Days: []kiosk.FreeDay{{Day: day, Starts: []time.Time{start}}}})
				k.tap("day-"+day.String(), "take")
				book := k.last().(kiosk.Book)
				made := later(k.zone)
				made.Key, made.Start = book.Key, book.Start
				if end == 5 {
					k.send(kiosk.TicketMade{Ticket: made})
				} else {
					k.send(kiosk.TicketRefused{Why: rapid.SampledFrom([]kiosk.Refusal{kiosk.RefusedLink, kiosk.RefusedStorage}).Draw(t, "why")})
				}
			}
		}
		if k.keeps(typed) || k.keeps(sentPhone) {
			t.Fatalf("it stays on %s: %+v", k.screen(), k.state)
		}
		if kept, ok := k.last().(kiosk.KeepContact); (end == 5) != ok && !(end == 6 && ok && from != "times") {
			t.Fatalf("end %d asked for %+v", end, kept)
		}
	})
}

// TestWhatWasShownHasTheSameDigestForEverybodyWhoWasAskedTheSame and another one where something else was asked.
func TestWhatWasShownHasTheSameDigestForEverybodyWhoWasAskedTheSame(t *testing.T) {
	shown := func(change func(*totem)) string {
		k := invite(t, heard)
		change(k)
		k.taken().tap("reminder", "yes").types(typedPhone).tap("send")
		return fmt.Sprintf("%x", k.last().(kiosk.KeepContact).Shown)
	}
	plain := shown(func(*totem) {})
	for how, change := range map[string]func(*totem){
		"large and dark": func(k *totem) { k.tap("key-text", "key-text", "key-theme") },
		"by ear":         func(k *totem) { k.send(kiosk.HeadsetChanged{In: true}) },
	} {
		if shown(change) != plain {
			t.Errorf("%s it is another one", how)
		}
	}
	k := invite(t, heard).without().tap("reminder", "yes").types(typedPhone).tap("send")
	if got := fmt.Sprintf("%x", k.last().(kiosk.KeepContact).Shown); got != plain {
		t.Error("of another ticket it is another one")
	}
	other := inviting()
	other.Reminders.NoFirst = true
	for how, change := range map[string]func(*totem){
		"in English":         func(k *totem) { k.tap("language-en") },
		"the no comes first": func(k *totem) { k.send(kiosk.OfficeKnown{Office: other, Zone: k.zone}) },
	} {
		if shown(change) == plain {
			t.Errorf("%s it is the same", how)
		}
	}
}
