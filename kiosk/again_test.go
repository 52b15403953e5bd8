package kiosk_test

import (
	"testing"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

func TestATickIsAskedForWhenASlipBecomesSlow(t *testing.T) {
	k := open(t).issued().send(kiosk.Tick{Now: saturday(rome(t), 9, 42)})
	for _, news := range []time.Duration{0, 2 * time.Second} {
		k.send(status(paper.NearEnd), kiosk.Tick{Now: saturday(k.zone, 9, 42).Add(news)})
		if at, ok := k.state.Wake(); !ok || !at.Equal(k.now.Add(3*time.Second)) {
			t.Fatalf("wakes at %v, %v; the last news came at %v", at, ok, k.now)
		}
	}
	k.after(3 * time.Second)
	if at, ok := k.state.Wake(); !ok || !at.Equal(saturday(k.zone, 9, 43)) {
		t.Fatalf("wakes at %v, %v, want the end of the minute", at, ok)
	}
}

func TestASlowSlipIsSaidToBeSlowAfterThreeSecondsWithoutNews(t *testing.T) {
	k := open(t).issued().after(2999 * time.Millisecond)
	if !k.says("Stampiamo il biglietto…") || k.says("non ha ancora risposto") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.after(time.Millisecond).wantScreen("printing")
	if k.says("Stampiamo") || !k.says("La stampante non ha ancora risposto.") || !k.says("Il posto è già suo.") || !k.says("A012") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(status(paper.NearEnd))
	if !k.says("Stampiamo il biglietto…") {
		t.Fatal("news of the printer does not count")
	}
	if k.after(3 * time.Second); !k.says("La stampante non ha ancora risposto.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.after(54 * time.Second).wantScreen("paper-unknown")
}

func TestNothingIsCalledPrintingWhileThePrinterSaysThatItStands(t *testing.T) {
	for is, says := range map[paper.Status]string{
		paper.PaperEnd: "Ora manca la carta.", paper.CoverOpen: "Ora la stampante è aperta.", paper.Jam: "Ora la carta è inceppata.",
		paper.CutterFault: "Ora la taglierina è bloccata.", paper.HeadHot: "Ora la stampante è troppo calda.",
		paper.VoltageFault: "Ora la corrente della stampante non è stabile.", paper.Unrecoverable: "Ora la stampante è guasta.",
		paper.Silent: "Ora la stampante non risponde.", paper.Offline: "Ora la stampante non è pronta.",
		1 << 15: "Ora la stampante è ferma.",
	} {
		k := open(t).issued().send(status(is)).wantScreen("printing")
		if !k.says(says) || k.says("Stampiamo") {
			t.Errorf("%v: %s", is, outline(kiosk.View(k.state)))
		}
		k = open(t).send(status(is))
		if k.screen() == "refill" {
			k.tap("without-paper")
		}
		if k.tap("service-carta"); !k.says(says) {
			t.Errorf("%v before: %s", is, outline(kiosk.View(k.state)))
		}
		if k.tap("take").send(kiosk.TicketMade{Ticket: ticket(k.zone)}); !k.says(says) || k.says("Stampiamo") {
			t.Errorf("%v from before: %s", is, outline(kiosk.View(k.state)))
		}
		if k = open(t).issued().send(ended(paper.Unknown, is)); !k.says(says) {
			t.Errorf("%v, unknown: %s", is, outline(kiosk.View(k.state)))
		}
	}
}

func TestASlipThatWaitsToBeTakenIsSaidBeforeAnotherIsAskedFor(t *testing.T) {
	k := open(t).send(status(paper.TicketInMouth)).tap("service-carta")
	if !k.says("Prenda solo il biglietto con il suo numero.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestASlipThatDidNotComeOutIsPrintedOnRequestOnceThePrinterIsReady(t *testing.T) {
	k := open(t).issued().send(ended(paper.NotPrinted, paper.PaperEnd), status(paper.PaperEnd)).wantScreen("paper-failed")
	k.send(kiosk.PrintAgain{}).wantScreen("paper-failed").send(status(paper.PaperEnd | paper.CoverOpen)).wantScreen("paper-failed")
	if !k.says("La carta è finita, il suo posto no.") || k.says("Stampi il biglietto") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(status(0)).wantScreen("paper-failed")
	if k.says("La carta è finita") || !k.says("Ora la stampante è pronta") || !k.says("1730") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.effects = nil
	k.tap("print-again").wantScreen("reprinting").wantEffectOf(kiosk.Reprint{Ticket: ticket(k.zone), Lang: locale.Italian})
	if !k.says("1730") || !k.says("Stampiamo il biglietto…") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.after(3 * time.Second); !k.says("La stampante non ha ancora risposto.") || !k.says("1730") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(ended(paper.Printed, 0)).wantScreen("take")
	if k.says("1730") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("done").wantScreen("checking") // the roll was changed
}

// wantEffectOf fails unless exactly this reprint was asked for.
func (k *totem) wantEffectOf(want kiosk.Reprint) *totem {
	k.t.Helper()
	if len(k.effects) != 1 {
		k.t.Fatalf("asked %v", k.effects)
	}
	got, ok := k.effects[0].(kiosk.Reprint)
	if !ok || got.Ticket.Job != want.Ticket.Job || got.Ticket.Code != want.Ticket.Code || got.Lang != want.Lang {
		k.t.Fatalf("asked %+v, want %+v", k.effects[0], want)
	}
	return k
}

func TestASlipOfUnknownFateIsOfferedAsACopy(t *testing.T) {
	k := open(t).issued().send(ended(paper.Unknown, 0)).wantScreen("paper-unknown")
	if !k.says("Stampi una copia") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("print-again").wantScreen("reprinting").send(ended(paper.Unknown, paper.Silent)).wantScreen("paper-unknown")
	if k.says("Stampi una copia") || !k.says("1730") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestASlipThatMayStillBeOnItsWayIsNotOfferedAgain(t *testing.T) {
	k := open(t).issued().after(61 * time.Second).wantScreen("paper-unknown")
	if k.says("copia") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.send(kiosk.PrintAgain{}).wantScreen("paper-unknown"); len(k.effects) != 1 {
		t.Fatalf("asked %v", k.effects)
	}
	if k.send(ended(paper.Unknown, 0)); !k.says("Stampi una copia") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("print-again").after(61 * time.Second).wantScreen("paper-unknown")
	if k.says("copia") || !k.says("1730") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAReprintThatIsRefusedTakesNothingFromWhatIsKnown(t *testing.T) {
	for outcome, screen := range map[paper.Outcome]string{paper.NotPrinted: "paper-failed", paper.Unknown: "paper-unknown"} {
		k := open(t).issued().send(ended(outcome, 0)).wantScreen(screen)
		k.effects = nil
		refused, ok := k.tap("print-again").effects[0].(kiosk.Reprint)
		if !ok || refused.Known != outcome {
			t.Fatalf("asked %+v", k.effects)
		}
		k.send(ended(refused.Known, 0)).wantScreen(screen)
	}
}

func TestTheSlipIsStillOfferedWhileTheWarningCounts(t *testing.T) {
	k := open(t).issued().send(ended(paper.NotPrinted, 0)).after(91 * time.Second).tap("print-again").wantScreen("reprinting")
	k.send(ended(paper.NotPrinted, paper.Jam)).wantScreen("paper-failed").after(2 * time.Minute).wantScreen("start")
}
