package kiosk_test

import (
	"testing"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/paper"
)

func TestQuietIsWarnedOfAndThenLeadsHome(t *testing.T) {
	k := open(t).tap("language-en", "service-carta").after(89 * time.Second).wantScreen("times")
	k.after(time.Second).wantScreen("still-here")
	if !k.says("The screen resets in 30 seconds") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.after(5 * time.Second); !k.says("in 25 seconds") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.after(24 * time.Second).wantScreen("still-here").after(time.Second).wantScreen("start")
	if s := kiosk.View(k.state); s.Lang != "it" {
		t.Fatal(outline(s))
	}
}

func TestAnyTouchGoesOnAsOftenAsWanted(t *testing.T) {
	k := open(t).tap("service-carta")
	for range 12 {
		k.after(100 * time.Second).wantScreen("still-here").send(kiosk.Touched{}).wantScreen("times")
	}
	k.after(100 * time.Second).tap("continue").wantScreen("times")
}

func TestATouchCountsFromItsOwnMomentNotFromTheLastMinute(t *testing.T) {
	k := open(t).after(45 * time.Second) // no tick is owed to an idle totem, so the state's clock may be old
	k.state, _ = kiosk.Update(k.state, kiosk.ChooseService{Service: "carta"})
	if at, ok := k.state.Wake(); !ok || at.After(k.now) {
		t.Fatalf("Wake after a touch: %v, %v", at, ok)
	}
	k.send(kiosk.Tick{Now: k.now.Add(40 * time.Second)}).after(89 * time.Second).wantScreen("times")
}

func TestTheLastScreenCountsThirtySeconds(t *testing.T) {
	k := open(t).issued().send(ended(paper.Printed, 0))
	if !k.says("Lo schermo si azzera fra 30 secondi") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.after(26 * time.Second); !k.says("fra 5 secondi") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.Touched{}).after(29 * time.Second).wantScreen("take").after(time.Second).wantScreen("start")
}

func TestTheCodeStaysInSightWhileTheWarningCounts(t *testing.T) {
	k := open(t).issued().send(ended(paper.NotPrinted, paper.PaperEnd)).after(91 * time.Second).wantScreen("paper-failed")
	if !k.says("1730") || !k.says("Lo schermo si azzera fra 30 secondi") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("continue").after(100 * time.Second).wantScreen("paper-failed").after(20 * time.Second).wantScreen("start")
}

func TestAnIdleTotemAsksForNoTicks(t *testing.T) {
	k := open(t)
	if at, ok := k.state.Wake(); ok {
		t.Fatalf("wakes at %v for nobody", at)
	}
	if _, ok := k.send(kiosk.Touched{}).state.Wake(); ok {
		t.Fatal("a touch that meets nothing engages the totem")
	}
}

func TestAClockPutBackDoesNotHoldAConversationForEver(t *testing.T) {
	k := open(t).tap("service-carta").after(time.Second)
	k.send(kiosk.Tick{Now: k.now.Add(-5 * time.Hour)}).after(2 * time.Minute)
	if k.screen() == "times" || k.screen() == "still-here" {
		t.Fatalf("still on %q", k.screen())
	}
}

func TestTouchesDoNotHoldUpAPrinterThatNeverAnswers(t *testing.T) {
	k := open(t).issued()
	for range 4 {
		k.after(20 * time.Second).send(kiosk.Touched{})
	}
	k.wantScreen("paper-unknown")
}

func TestWhoeverReadsIsWarnedEvenWhereTheScreenUnderneathEndsSoon(t *testing.T) {
	for _, aside := range []string{"key-help", "key-language"} {
		k := open(t).issued().send(ended(paper.Printed, 0)).tap(aside).after(89 * time.Second)
		if k.screen() == "still-here" || k.screen() == "start" {
			t.Fatalf("after 89 seconds of %s: %s", aside, k.screen())
		}
		k.after(2 * time.Second).wantScreen("still-here").tap("continue").tap(aside).wantScreen("take").after(30 * time.Second).wantScreen("start")
	}
}
