package kiosk_test

import (
	"testing"
	"time"

	"example.org/totem/kiosk"
)

func TestAnAnswerThatComesTooLateIsNotShownToWhoeverAsksNext(t *testing.T) {
	k := open(t).tap("own-ticket").types(string(testCode)).after(11*time.Second).tap("back", "own-ticket").types(string(otherCode))
	late, own := held(k.zone), held(k.zone)
	own.Slot.Number = numberOf(otherCode)
	k.wantScreen("finding").send(kiosk.TicketFound{Record: late})
	if k.says("A012") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.send(kiosk.TicketFound{Record: own}); !k.says("D077") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}
