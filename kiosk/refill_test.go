package kiosk_test

import (
	"slices"
	"testing"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

func status(p paper.Status) kiosk.PrinterChanged { return kiosk.PrinterChanged{Status: p} }

func checked(o paper.Outcome, p paper.Status) kiosk.PaperChecked {
	return kiosk.PaperChecked{Result: paper.Result{Outcome: o, Status: p}}
}

// done returns which steps of the refill are ticked off.
func (k *totem) done() []bool {
	var done []bool
	for b := range kiosk.View(k.state).Root.All() {
		if b.Role == kiosk.RoleStep {
			done = append(done, b.Chosen)
		}
	}
	return done
}

func (k *totem) wantDone(want ...bool) *totem {
	k.t.Helper()
	if got := k.done(); !slices.Equal(want, got) {
		k.t.Fatalf("steps done: %v, want %v", got, want)
	}
	return k
}

func (k *totem) wantEffects(want ...kiosk.Effect) *totem {
	k.t.Helper()
	if !slices.Equal(want, k.effects) {
		k.t.Fatalf("asked %v, want %v", k.effects, want)
	}
	return k
}

func TestARollIsChangedWithoutATokenAndTheTotemGoesOn(t *testing.T) {
	k := open(t).send(status(paper.PaperEnd)).wantScreen("start")
	k.send(status(paper.PaperEnd|paper.CoverOpen)).wantScreen("refill").wantDone(true, false, false, false)
	k.send(status(paper.CoverOpen)).wantDone(true, true, false, false).wantEffects()
	k.send(status(0)).wantScreen("checking").wantEffects(kiosk.Check{Lang: locale.Italian})
	k.send(checked(paper.Printed, 0)).wantScreen("strip").tap("key-theme", "readable").wantScreen("start")
	if kiosk.View(k.state).Look != (kiosk.Look{}) {
		t.Fatal("the next citizen gets what the clerk chose")
	}
	k.send(status(paper.NearEnd)).wantScreen("start").wantEffects(kiosk.Check{Lang: locale.Italian})
}

func TestAnOpenedCoverTicksOffNoPaperThatWasThereAllAlong(t *testing.T) {
	open(t).send(status(paper.CoverOpen)).wantDone(true, false, false, false)
}

func TestWithoutPaperTicketsAreStillGiven(t *testing.T) {
	open(t).send(status(paper.PaperEnd)).tap("service-carta", "take").wantScreen("issuing")
	k := open(t).send(status(paper.PaperEnd | paper.CoverOpen)).wantScreen("refill").tap("without-paper").wantScreen("start")
	k.tap("service-carta", "back").wantScreen("start").tap("service-carta", "take").wantScreen("issuing")
	k.send(kiosk.TicketMade{Ticket: ticket(k.zone)}, ended(paper.NotPrinted, paper.PaperEnd|paper.CoverOpen))
	k.wantScreen("paper-failed").tap("done").wantScreen("refill")
}

func TestAnOpenCoverWaitsUntilTheConversationEnds(t *testing.T) {
	k := open(t).tap("service-carta").send(status(paper.CoverOpen)).wantScreen("times").tap("take").wantScreen("issuing")
	k.send(kiosk.TicketMade{Ticket: ticket(k.zone)}).wantScreen("printing")
	k.send(ended(paper.NotPrinted, paper.CoverOpen)).wantScreen("paper-failed").tap("done").wantScreen("refill")
	k = open(t).tap("service-carta").send(status(paper.CoverOpen), status(0)).wantScreen("times").wantEffects()
	k.tap("back").wantScreen("checking").wantEffects(kiosk.Check{Lang: locale.Italian})
}

func TestACoverLeftOpenKeepsItsScreenAndAsksForNoTicks(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen)).after(time.Hour).wantScreen("refill")
	if at, ok := k.state.Wake(); ok {
		t.Fatalf("wakes at %v for nobody", at)
	}
	k.tap("without-paper").wantScreen("start").after(91 * time.Second).wantScreen("still-here").after(30 * time.Second).wantScreen("refill")
	k.tap("key-language", "language-en").wantScreen("refill").after(119 * time.Second).wantScreen("refill").after(time.Second)
	if s := kiosk.View(k.state); s.Lang != locale.Italian || s.Name != "refill" {
		t.Fatal(outline(s))
	}
}

func TestPaperThatComesBackWithoutACoverIsCheckedToo(t *testing.T) {
	open(t).send(status(paper.PaperEnd), status(paper.Silent), status(0)).wantScreen("checking")
}

func TestASensorThatFlickersDoesNotUseUpTheRollOnStrips(t *testing.T) {
	k := open(t)
	flickers := func() (strips int) {
		k.effects = nil
		for range 5 {
			k.send(status(paper.PaperEnd), status(0), checked(paper.Printed, 0)).after(30 * time.Second)
		}
		return len(k.effects)
	}
	if n := flickers(); n != 1 {
		t.Fatalf("%d strips for nobody", n)
	}
	k.issued().send(ended(paper.Printed, 0)).tap("done").wantScreen("start")
	if n := flickers(); n != 1 {
		t.Fatalf("%d strips after a ticket", n)
	}
	k.send(status(paper.CoverOpen), status(0)).wantScreen("checking")
}

func TestAStripThatNobodySpeaksOfIsTakenAsGood(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).after(19 * time.Second).wantScreen("strip")
	k.after(time.Second).wantScreen("start").after(time.Hour).wantEffects(kiosk.Check{Lang: locale.Italian})
}

func TestAPrinterThatCannotTellIsAskedAboutWithASentenceThatIsTrue(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen), status(0), checked(paper.Unknown, 0)).wantScreen("strip")
	if !k.says("Non sappiamo se è uscita.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestABlankStripTurnsTheRollOnceAndThenCallsForHelp(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).tap("unreadable").wantScreen("refill")
	if k.wantDone(false, false, false, false); !k.says("Giri il rullo.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(status(paper.CoverOpen|paper.PaperEnd)).wantDone(true, false, false, false).send(status(paper.CoverOpen)).wantDone(true, true, false, false)
	k.send(status(0), checked(paper.Printed, 0)).wantScreen("strip").tap("unreadable").wantScreen("check-failed")
	if !k.says("La striscia non si legge ancora.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("back").wantScreen("start")
}

// blank leads to a roll of which two strips could not be read.
func (k *totem) blank() *totem {
	k.send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).tap("unreadable")
	return k.send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).tap("unreadable").wantScreen("check-failed").after(2 * time.Minute)
}

func TestNobodyIsToldToTakeASlipThatCannotBeRead(t *testing.T) {
	k := open(t).blank().tap("service-carta")
	if !k.says("Ora i biglietti non si leggono.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("take").send(kiosk.TicketMade{Ticket: ticket(k.zone)}).wantScreen("printing")
	if k.says("Stampiamo") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(ended(paper.Printed, 0)).wantScreen("paper-failed")
	if !k.says("I biglietti non si leggono, il suo posto resta.") || !k.says("1730") || k.says("Stampi il biglietto") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(status(paper.CoverOpen), status(0)).tap("print-again").wantScreen("reprinting").send(ended(paper.Printed, 0)).wantScreen("take")
}

func TestAPaperIsReadableAgainOnceAnotherRollIsInOrAStripWasRead(t *testing.T) {
	for name, mend := range map[string]func(k *totem){
		"a cover opened": func(k *totem) {
			k.send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).after(20 * time.Second)
		},
		"a paper ended": func(k *totem) {
			k.send(status(paper.PaperEnd), status(0), checked(paper.Printed, 0)).after(20 * time.Second)
		},
		"a strip read": func(k *totem) {
			k.send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).tap("unreadable", "check-paper")
			k.send(checked(paper.Printed, 0)).tap("unreadable", "check-paper").send(checked(paper.Printed, 0)).tap("readable")
		},
	} {
		k := open(t).blank()
		mend(k)
		if k.wantScreen("start").issued().send(ended(paper.Printed, 0)); k.screen() != "take" {
			t.Errorf("%s: %s", name, outline(kiosk.View(k.state)))
		}
	}
}

func TestAStripThatNobodyReadProvesNothingAboutABlankRoll(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).tap("unreadable", "check-paper")
	k.send(checked(paper.Printed, 0)).tap("unreadable", "check-paper").send(checked(paper.Printed, 0)).after(20 * time.Second)
	k.wantScreen("start").issued().send(ended(paper.Printed, 0)).wantScreen("paper-failed")
}

func TestAPrinterWithoutASensorInItsCoverIsCheckedByTouch(t *testing.T) {
	k := open(t).send(status(paper.PaperEnd), status(0), checked(paper.Printed, 0)).tap("unreadable", "check-paper").wantScreen("checking")
	k.wantEffects(kiosk.Check{Lang: locale.Italian}, kiosk.Check{Lang: locale.Italian})
}

func TestACoverClosedOnTroubleSaysWhichAndLeadsOn(t *testing.T) {
	for is, says := range map[paper.Status]string{
		paper.PaperEnd: "La stampante non vede la carta.", paper.CutterFault: "Ora la taglierina è bloccata.",
		paper.Silent: "Ora la stampante non risponde.",
	} {
		k := open(t).send(status(paper.CoverOpen), status(is)).wantScreen("refill")
		if !k.says(says) {
			t.Error(outline(kiosk.View(k.state)))
		}
		k.after(2 * time.Minute).wantScreen("start")
		open(t).send(status(paper.CoverOpen), status(is), status(0)).wantScreen("checking")
		open(t).send(status(paper.CoverOpen), status(is)).tap("without-paper").wantScreen("start")
	}
}

func TestACheckThatFailsSaysWhyAndMayBeTriedAgain(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen), status(0), checked(paper.NotPrinted, paper.HeadHot), status(paper.HeadHot))
	k.wantScreen("check-failed")
	if !k.says("Ora la stampante è troppo calda.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(status(0)).wantScreen("check-failed").tap("check-paper").wantScreen("checking")
	k.after(3 * time.Second)
	if !k.says("La stampante non ha ancora risposto.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.after(27 * time.Second).wantScreen("check-failed").send(checked(paper.Printed, 0)).wantScreen("check-failed")
	k.after(2 * time.Minute).wantScreen("start")
}

func TestACoverOpenedDuringTheCheckLeadsBackToTheSteps(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen), status(0), status(paper.CoverOpen)).wantScreen("checking")
	if !k.says("Ora la stampante è aperta.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(checked(paper.NotPrinted, paper.CoverOpen)).wantScreen("refill").send(status(0)).wantScreen("checking")
	open(t).send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0), status(paper.CoverOpen)).wantScreen("refill")
}

func TestATotemOutOfServiceShowsThatFirst(t *testing.T) {
	k := open(t).send(status(paper.CoverOpen), kiosk.OutOfService{Code: "T202"}).wantScreen("out-of-service")
	k.send(kiosk.OutOfService{}).wantScreen("refill")
}

func TestAFoundSlipWaitsForThePaper(t *testing.T) {
	k := open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}, status(paper.CoverOpen)).wantScreen("refill")
	k.after(10*time.Minute).send(status(0), checked(paper.Printed, 0)).tap("readable").wantScreen("found")
}
