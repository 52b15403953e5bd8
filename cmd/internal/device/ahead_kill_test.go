package device_test

import (
	"context"
	"fmt"
	mathrand "math/rand/v2"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
)

// citizensAhead are citizens of whom each takes the first time of the last day that is shown, and prints day and number as soon as
// the glass shows the number.
func citizensAhead(ctx context.Context, g *glass) {
	var day booking.Day
	var last string
	for {
		s, _ := g.await(ctx, "start", "times", "days", "no-days", "day", "printing", "take", "paper-failed", "paper-unknown", "not-given", "found")
		switch s.Name {
		case "start":
			g.tap(ctx, s, control(kiosk.RoleService))
		case "times":
			if !g.tap(ctx, s, named("other-day")) {
				g.taps <- kiosk.Finish{} // the link is not there yet
			}
		case "days":
			day = lastDay(s)
			g.tap(ctx, s, func(b kiosk.Box) bool { return b.Tap == kiosk.ChooseDay{Day: day} })
		case "day":
			g.tap(ctx, s, named("take"))
		case "found":
			last = text(s, kiosk.RoleNumber) // told before the kill, or never
			g.tap(ctx, s, func(b kiosk.Box) bool { return b.Tap == kiosk.PrintFound{} })
		case "printing", "take", "paper-failed", "paper-unknown":
			if number := text(s, kiosk.RoleNumber); number != last {
				last = number
				fmt.Println("issued", day, number)
			}
			if s.Name != "printing" {
				g.taps <- kiosk.Finish{}
			}
		default:
			g.taps <- kiosk.Finish{}
		}
		if !g.leaves(ctx, s) {
			return
		}
	}
}

func TestKillingATotemThatBooksAheadLosesNoTicketAndDoublesNone(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := mathrand.New(mathrand.NewPCG(seed, 0))
	now, address, data := atOpening(t), freeAddress(t), folder(t, "totem")
	c := openPlanned(t, folder(t, "scheduler"), address, now, bookable)
	paper := openPaper(t, papersim.Config{})
	cfg := provisioned(t, c, config(t, data, paper.Path, "nats://"+address))
	const kills = 3
	told := make(map[string]bool)
	for range kills {
		d := startPart(t, "totem ahead", clockVariable+"="+time.Until(now()).String(), addressVariable+"="+address, dataVariable+"="+data,
			printerVariable+"="+paper.Path)
		if _, ok := d.out.await(waiting(t), "issued", 1+random.IntN(4)); !ok {
			t.Fatal("the totem gives no tickets of another day")
		}
		d.kill()
		all, _ := d.out.await(t.Context(), "issued", 0)
		for _, one := range all {
			if told[one] {
				t.Errorf("%s was given twice", one)
			}
			told[one] = true
		}
	}
	startTotem(t, cfg, now).must("start", "found")
	for one := range told {
		var text string
		var number booking.Number
		if _, err := fmt.Sscan(one, &text, &number); err != nil {
			t.Fatal(err)
		}
		day, err := booking.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		awaits(t, one+" is in the ledger", func() bool {
			unsold := 0
			for _, slot := range held(t, c, day) {
				if slot.State == booking.Free {
					unsold++
				}
				if slot.Number == number && slot.State == booking.Issued {
					return unsold <= kills
				}
			}
			return false
		})
	}
}
