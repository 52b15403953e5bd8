package kiosk_test

import (
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// asking are the screens on which a code reader is heard, and no others.
var asking = []string{"start", "nothing-left", "closed", "touch-silent", "touch-stuck", "help", "languages", "privacy", "privacy-contacts",
	"privacy-kept", "notice", "voice", "still-here", "code", "own", "no-ticket", "arrived", "cancelled", "change-gone", "change-late", "change-failed"}

// TestAScannedCodeIsAskedAboutWhereATicketMayBeAndIsNothingAnywhereElse scans on every screen.
func TestAScannedCodeIsAskedAboutWhereATicketMayBeAndIsNothingAnywhereElse(t *testing.T) {
	for _, s := range scenes.All() {
		k := stateOf(t, s, scenes.Setting{})
		name, before := k.screen(), bodyOf(k)
		switch k.send(kiosk.Scanned{Code: testCode}); {
		case k.screen() == "finding" && slices.Equal(k.effects, []kiosk.Effect{kiosk.FindTicket{Code: testCode}}):
			if !slices.Contains(asking, name) {
				t.Errorf("heard on %s (%s)", name, s.Name)
			}
		case len(k.effects) > 0 || bodyOf(k) != before:
			t.Errorf("%s: asked for %v, shows\n%s", s.Name, k.effects, bodyOf(k))
		case name == "start" || name == "closed" || slices.Contains(asking[13:], name):
			t.Errorf("not heard on %s (%s)", name, s.Name)
		}
		if says(kiosk.View(k.state).Root, string(testCode)) && name != "paper-failed" && name != "paper-unknown" && name != "reprinting" {
			t.Errorf("%s shows the code", s.Name)
		}
	}
}

func TestAScannedCodeIsNeverTypedIntoAnything(t *testing.T) {
	k := openWith(t, heard).shows(held(rome(t))).tap("give-back").send(kiosk.Scanned{Code: testCode}).wantScreen("give-back")
	if !k.says("····") || len(k.effects) > 1 {
		t.Error(outline(kiosk.View(k.state)))
	}
	k = openWith(t, heard).tap("own-ticket", "pad-4", "pad-8").send(kiosk.Scanned{Code: testCode}).wantScreen("finding")
	k.send(kiosk.TicketUnknown{}).tap("again").wantScreen("code")
	if !k.says("····") {
		t.Error("what was typed is still there:", outline(kiosk.View(k.state)))
	}
}

func TestWhatIsNoTicketsCodeIsSaidWhereACodeIsAskedForAndOpensNothingElsewhere(t *testing.T) {
	for _, read := range []booking.Code{"", "482917305656", "4829 1730 5566 1", "http://x"} {
		k := openWith(t, heard).tap("own-ticket", "pad-4").send(kiosk.Scanned{Code: read}).wantScreen("code")
		if !k.says(it(locale.ScanUnread)) || !k.says("4···") || len(k.effects) > 0 {
			t.Fatal(outline(kiosk.View(k.state)))
		}
		for _, digit := range string(testCode)[1:] {
			k.send(kiosk.Type{Sign: digit})
		}
		k.wantScreen("finding").send(kiosk.TicketUnknown{}, kiosk.Scanned{Code: read}).wantScreen("code")
		if !k.says(it(locale.ScanUnread)) {
			t.Error(outline(kiosk.View(k.state)))
		}
		openWith(t, heard).send(kiosk.Scanned{Code: read}).wantScreen("start")
		openWith(t, heard).shows(held(rome(t))).send(kiosk.Scanned{Code: read}).wantScreen("own")
		openWith(t, heard).issued().send(ended(paper.NotPrinted, paper.PaperEnd), kiosk.Scanned{Code: read}).wantScreen("paper-failed")
	}
}

func TestWhatLiesBeforeTheReaderHoldsNoConversation(t *testing.T) {
	k := openWith(t, heard).tap("own-ticket")
	for range 30 {
		k.send(kiosk.Scanned{}).after(5 * time.Second)
	}
	k.wantScreen("start")
}

// TestAFloodOfScansLeavesFewQuestionsOpen has a totem that never answers.
func TestAFloodOfScansLeavesFewQuestionsOpen(t *testing.T) {
	k := openWith(t, heard)
	for range 200 {
		k.send(kiosk.Scanned{Code: testCode}, kiosk.Scanned{Code: otherCode}).after(time.Second)
	}
	if len(k.effects) > 2 {
		t.Fatalf("%d questions are open", len(k.effects))
	}
	k.send(kiosk.TicketFound{Record: held(k.zone)}, kiosk.TicketFound{Record: held(k.zone)}) // of those who have left
	k.after(5 * time.Minute).wantScreen("start").send(kiosk.Scanned{Code: testCode}).wantScreen("finding")
	k.send(kiosk.TicketFound{Record: held(k.zone)}).wantScreen("own")
}

func TestTheCodeCanBeScannedWhereThereIsAReader(t *testing.T) {
	for _, reader := range []bool{false, true} {
		k := openWith(t, kiosk.Config{Scanner: reader}).tap("own-ticket")
		if k.says(it(locale.OwnScan)) != reader {
			t.Errorf("a reader: %t\n%s", reader, outline(kiosk.View(k.state)))
		}
	}
}
