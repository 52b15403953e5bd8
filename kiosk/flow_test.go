package kiosk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

func TestTwoTapsLeadToTheFirstFreeSlotAndThreeToAnother(t *testing.T) {
	k := open(t)
	k.tap("service-carta").wantScreen("times").tap("take").wantScreen("issuing")
	want := []kiosk.Effect{kiosk.Issue{Service: "carta", Key: key("carta", k.zone), Number: "A012", Lang: locale.Italian}}
	if !slices.Equal(want, k.effects) {
		t.Fatalf("asked %v, want %v", k.effects, want)
	}
	k = open(t)
	k.tap("service-carta", "hour-A015").wantScreen("times").tap("take").wantScreen("issuing")
	if got := k.effects[0].(kiosk.Issue).Number; got != "A015" {
		t.Fatalf("took %s", got)
	}
}

func TestASlipInHandEndsTheConversation(t *testing.T) {
	k := open(t).issued().wantScreen("printing").send(ended(paper.Printed, 0)).wantScreen("take")
	if !k.says("A012") || !k.says("oggi alle 9:50") || k.says("4829") || k.says("482917305566") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("done").wantScreen("start")
}

func TestTheCodeIsForgottenOnceItIsOnPaper(t *testing.T) {
	k := open(t).issued()
	if !strings.Contains(fmt.Sprintf("%+v", k.state), string(testCode)) {
		t.Fatal("this test looks in the wrong place")
	}
	if k.send(ended(paper.Printed, 0)); strings.Contains(fmt.Sprintf("%+v", k.state), string(testCode)) {
		t.Fatal("the code outlives its use")
	}
}

func TestASecondTapWhileIssuingDoesNothing(t *testing.T) {
	k := open(t).tap("service-carta", "take").send(kiosk.TakeTime{Number: "A012"}, kiosk.TakeTime{Number: "A013"},
		kiosk.Finish{}, kiosk.GoBack{}, kiosk.ChooseService{Service: "civile"}).wantScreen("issuing")
	if len(k.effects) != 1 {
		t.Fatalf("asked %v", k.effects)
	}
}

func TestASensitiveServiceSharesTheQueueAndNothingElse(t *testing.T) {
	k := open(t).tap("service-sociale", "take")
	if got := k.effects[0].(kiosk.Issue); got.Key != key("civile", k.zone) || got.Number != "D007" {
		t.Fatalf("asked %v", got)
	}
}

func TestWithoutPaperTheCodeIsShownAndForgottenWithTheCitizen(t *testing.T) {
	for _, test := range []struct {
		status paper.Status
		says   string
	}{
		{paper.PaperEnd, "La carta è finita, il suo posto no."},
		{paper.CoverOpen | paper.Offline, "La stampante è aperta, il suo posto resta."},
		{paper.CutterFault | paper.Offline, "La taglierina è bloccata, il suo posto resta."},
		{paper.Jam, "La carta è inceppata, il suo posto resta."},
		{paper.HeadHot | paper.Offline, "La stampante è troppo calda, il suo posto resta."},
		{paper.VoltageFault, "La corrente della stampante non è stabile, il suo posto resta."},
		{paper.Unrecoverable, "La stampante è guasta, il suo posto resta."},
		{paper.Offline, "La stampante non è pronta, il suo posto resta."},
		{paper.Silent, "La stampante non risponde, il suo posto resta."},
		{0, "Il biglietto non è uscito, il suo posto resta."},
	} {
		k := open(t).issued().send(ended(paper.NotPrinted, test.status)).wantScreen("paper-failed")
		if !k.says(test.says) || !k.says("482917305566") || !k.says("1730") {
			t.Errorf("%v: %s", test.status, outline(kiosk.View(k.state)))
		}
		if k.tap("done").wantScreen("start"); k.says("1730") {
			t.Errorf("%v: the code stays", test.status)
		}
	}
}

func TestAnUnknownSlipIsNeverCalledPrinted(t *testing.T) {
	k := open(t).issued().send(ended(paper.Unknown, 0)).wantScreen("paper-unknown")
	if !k.says("Non sappiamo se il biglietto è uscito.") || !k.says("1730") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAPrinterThatNeverAnswersLeadsToTheCodeAndMayStillCorrectIt(t *testing.T) {
	k := open(t).issued().after(61 * time.Second).wantScreen("paper-unknown")
	k.send(ended(paper.Printed, 0)).wantScreen("take")
}

func TestMissingPaperIsToldBeforeAnythingIsTaken(t *testing.T) {
	k := open(t).send(kiosk.PrinterChanged{Status: paper.PaperEnd}).tap("service-carta")
	if !k.says("Ora manca la carta.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("take").wantScreen("issuing")
}

func TestASlotThatHasGoneIsSaidAndNotOfferedAgain(t *testing.T) {
	k := open(t).tap("service-carta", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedGone}).wantScreen("times")
	if !k.says("Quel posto non è più libero.") || !k.says("10:00") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.TakeTime{Number: "A012"}).wantScreen("times").tap("take")
	if got := k.effects[1].(kiosk.Issue).Number; got != "A013" {
		t.Fatalf("took %s", got)
	}
}

func TestARefusalForOtherReasonsIsATrueSentence(t *testing.T) {
	for _, why := range []kiosk.Refusal{kiosk.RefusedStorage, kiosk.RefusedService} {
		k := open(t).tap("service-carta", "take").send(kiosk.TicketRefused{Why: why}).wantScreen("not-given")
		if !k.says("Il posto non è stato dato.") {
			t.Error(outline(kiosk.View(k.state)))
		}
		k.tap("back").wantScreen("start")
	}
}

func TestOffersThatGoWhileSomebodyChoosesLeaveATrueScreen(t *testing.T) {
	k := open(t).tap("service-carta", "hour-A015").send(kiosk.OffersChanged{Offers: offers(rome(t), 3)})
	if k.wantScreen("times"); !k.says("Quel posto non è più libero.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.OffersChanged{}).wantScreen("nothing-left").tap("back").wantScreen("nothing-left")
	k.send(kiosk.OffersChanged{Offers: offers(k.zone, 9)}).wantScreen("start")
}

func TestTheChosenTimeStaysWhenItsNumberChanges(t *testing.T) {
	k := open(t).tap("service-carta", "hour-A015")
	changed := offers(k.zone, 9)
	changed[0].Times[3].Number = "A003"
	k.send(kiosk.OffersChanged{Offers: changed})
	if k.says("Quel posto non è più libero.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("take")
	if got := k.effects[0].(kiosk.Issue).Number; got != "A003" {
		t.Fatalf("took %s", got)
	}
}

func TestAStartInsideTheLeadIsNotOffered(t *testing.T) {
	k := open(t).send(kiosk.Tick{Now: saturday(rome(t), 9, 46)}).tap("service-carta")
	if k.says("9:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.send(kiosk.TakeTime{Number: "A012"}); len(k.effects) != 0 {
		t.Fatalf("asked %v", k.effects)
	}
}

func TestPagesOfTimesComeRound(t *testing.T) {
	k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleHour: 12}}).send(kiosk.OffersChanged{Offers: offers(rome(t), 13)}).tap("service-carta")
	if k.says("11:50") {
		t.Fatal("the thirteenth time is on the first page")
	}
	if k.tap("more"); !k.says("11:50") || k.says("10:30") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.tap("more"); k.says("11:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestPlacesAreCountedNotStarts(t *testing.T) {
	k := open(t)
	if !k.says("8 posti oggi") || !k.says("3 posti oggi") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAFinishedServiceSaysWhenTheOfficeOpensNext(t *testing.T) {
	k := open(t)
	if !k.says("finiti per oggi · lunedì 8:30") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.OffersChanged{Offers: offers(k.zone, 9)[:2]})
	if k.says("finiti per oggi") || !k.says("ora nessun posto · lunedì 8:30") {
		t.Fatal("a queue of which nothing was told is called finished")
	}
}

func TestOutsideOpeningHoursItSaysWhenItOpens(t *testing.T) {
	k := open(t).send(kiosk.OffersChanged{Offers: []kiosk.Offer{}}).wantScreen("nothing-left")
	k.send(kiosk.Tick{Now: saturday(k.zone, 13, 0)}).wantScreen("closed")
	if !k.says("Apre lunedì 23 novembre alle 8:30.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.Tick{Now: saturday(k.zone, 7, 0)}).wantScreen("closed")
	if !k.says("Apre oggi alle 8:30.") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestOffersOfAnotherDayAreNotTodays(t *testing.T) {
	open(t).send(kiosk.Tick{Now: saturday(rome(t), 9, 41).AddDate(0, 0, 2)}).wantScreen("nothing-left")
}

func TestAFoundSlipIsPrintedOnlyOnRequest(t *testing.T) {
	k := open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}).wantScreen("found")
	if k.says("1730") || !k.says("A012") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("print").wantScreen("printing").send(ended(paper.Printed, 0)).wantScreen("take").tap("done").wantScreen("start")
	k = open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}).tap("leave").wantScreen("start")
	if !slices.Equal([]kiosk.Effect{kiosk.Leave{Job: 7}}, k.effects) {
		t.Fatalf("asked %v", k.effects)
	}
	open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}).after(2 * time.Minute).wantScreen("start")
	open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}, kiosk.SlipGone{Job: 9}).wantScreen("found").send(kiosk.SlipGone{Job: 7}).wantScreen("start")
}

func TestATicketThatComesTooLateIsNotShownToTheNextCitizenAsTheirs(t *testing.T) {
	k := open(t).tap("service-carta", "take").after(time.Minute).wantScreen("unclear").tap("done").tap("service-civile")
	k.send(kiosk.TicketMade{Ticket: ticket(k.zone)}).wantScreen("times").tap("back").wantScreen("found")
	k.send(ended(paper.Printed, 0)).wantScreen("start")
}

func TestALateAnswerStillReachesWhoeverWaits(t *testing.T) {
	k := open(t).tap("service-carta", "take").after(time.Minute).wantScreen("unclear")
	k.send(kiosk.TicketMade{Ticket: ticket(k.zone)}).wantScreen("printing")
}

func TestOutOfServiceIsSaidWithItsCodeAndEnds(t *testing.T) {
	k := open(t).tap("service-carta").send(kiosk.OutOfService{Code: "T202"}).wantScreen("out-of-service")
	if !k.says("T202") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.OutOfService{}).wantScreen("start")
	k.issued().send(kiosk.OutOfService{Code: "T202"}).wantScreen("printing")
	k.send(ended(paper.Printed, 0)).wantScreen("take").tap("done").wantScreen("out-of-service")
}

func TestNothingIsSaidBeforeAnythingIsKnown(t *testing.T) {
	k := &totem{t: t, zone: rome(t), state: kiosk.New(kiosk.Config{})}
	k.wantScreen("waiting").send(kiosk.Tick{Now: saturday(k.zone, 9, 41)}).wantScreen("waiting")
	k.send(kiosk.OfficeKnown{Office: valfiorita()}).wantScreen("waiting")
	k.send(kiosk.OffersChanged{Offers: offers(k.zone, 9)}).wantScreen("start")
	if k.says("9:41") || !k.says("8:41") {
		t.Fatal("without a zone the clock shows UTC")
	}
}

func TestTheAgeOfTheDataIsSaidOnlyWhileTheLinkIsDown(t *testing.T) {
	k := open(t).send(kiosk.LinkChanged{AsOf: saturday(rome(t), 9, 40)})
	if !k.says("Dati delle ore 9:40") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.LinkChanged{AsOf: saturday(k.zone, 9, 40).AddDate(0, 0, -1)})
	if !k.says("Dati di venerdì 20 novembre alle 9:40") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.send(kiosk.LinkChanged{}); k.says("Dati di") {
		t.Fatal("claims to know when it was never told")
	}
}

func TestLanguageAndContrastHoldUntilTheCitizenLeaves(t *testing.T) {
	k := open(t).tap("language-en", "key-theme", "service-carta", "take")
	if got := k.effects[0].(kiosk.Issue).Lang; got != locale.English {
		t.Fatalf("slip in %q", got)
	}
	k.send(kiosk.TicketMade{Ticket: ticket(k.zone)}, ended(paper.Printed, 0)).wantScreen("take")
	if s := kiosk.View(k.state); s.Lang != locale.English || s.Theme != kiosk.HighContrast || !k.says("today at 9:50") {
		t.Fatal(outline(s))
	}
	k.tap("done")
	if s := kiosk.View(k.state); s.Lang != locale.Italian || s.Look != (kiosk.Look{}) {
		t.Fatal(outline(s))
	}
}

func TestAnAsideReturnsToWhereItWasOpened(t *testing.T) {
	k := open(t).tap("service-carta", "key-help").wantScreen("help").tap("key-language").wantScreen("languages")
	k.tap("language-en").wantScreen("times").tap("key-help", "back").wantScreen("times")
	k.tap("key-help", "key-help").wantScreen("times").tap("key-language", "key-language").wantScreen("times")
	k.tap("take", "key-help").wantScreen("help").send(kiosk.TicketMade{Ticket: ticket(k.zone)}).wantScreen("printing")
}

func TestAnOfficeWithOneLanguageHasNoKeyThatDoesNothing(t *testing.T) {
	office := valfiorita()
	office.Languages = []locale.Lang{locale.Italian}
	k := open(t).send(kiosk.OfficeKnown{Office: office, Zone: rome(t)})
	if _, ok := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.ID == "key-language" }); ok {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAnOfficeMayChangeWhileSomebodyChooses(t *testing.T) {
	office := valfiorita()
	office.Services = office.Services[1:]
	office.Languages = nil
	open(t).tap("service-carta").send(kiosk.OfficeKnown{Office: office, Zone: rome(t)}).wantScreen("start")
}

func TestUpdateLeavesTheOldStateAsItWas(t *testing.T) {
	k := open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))})
	before, screen := k.state, outline(kiosk.View(k.state))
	other := ticket(k.zone)
	other.Job, other.Number = 8, booking.NewNumber("A", 99)
	k.send(kiosk.SlipFound{Ticket: other}, kiosk.LeaveFound{}, kiosk.LeaveFound{})
	if got := outline(kiosk.View(before)); got != screen {
		t.Fatal(cmp.Diff(screen, got))
	}
}

func TestAFoundSlipIsForgottenWithItsDay(t *testing.T) {
	k := open(t).send(kiosk.OutOfService{Code: "T202"}, kiosk.SlipFound{Ticket: ticket(rome(t))})
	k.send(kiosk.Tick{Now: k.now.AddDate(0, 0, 1)}, kiosk.OutOfService{})
	if strings.Contains(fmt.Sprintf("%+v", k.state), string(testCode)) {
		t.Fatal("a code outlives its day")
	}
}

func TestALongWaitIsSaidInHoursAndMinutes(t *testing.T) {
	k := open(t).send(kiosk.Tick{Now: saturday(rome(t), 8, 50)}).tap("service-carta")
	for id, want := range map[string]string{"hour-A012": "fra 1 ora · ", "hour-A013": "fra 1 ora e 10 minuti · "} {
		if k.tap(id); !k.says(want) {
			t.Errorf("want %q on:\n%s", want, outline(kiosk.View(k.state)))
		}
	}
}

func TestWhatToBringEndsInOneFullStopInEveryScript(t *testing.T) {
	for lang, bring := range map[locale.Lang]string{
		locale.Italian: "una fototessera.", locale.Bengali: "একটি ছবি।", locale.Chinese: "一张照片。", locale.Arabic: "صورة شخصية.",
	} {
		k := open(t)
		office := valfiorita()
		office.Languages = []locale.Lang{lang}
		for i := range office.Services {
			office.Services[i].Bring = locale.Text{lang: bring}
		}
		office.Waiting = locale.Text{lang: bring}
		k.send(kiosk.OfficeKnown{Office: office, Zone: k.zone}).tap("service-carta")
		want := locale.Say(lang, locale.TimesBring, locale.Word("what", strings.TrimRight(bring, ".।。")))
		if !k.says(want) || k.says(want[:len(want)-1]+bring) {
			t.Errorf("want %q:\n%s", want, outline(kiosk.View(k.state)))
		}
		k.tap("back").shows(held(k.zone)).tap("check-in").send(kiosk.TicketChanged{State: booking.Arrived})
		if want := locale.Say(lang, locale.ArrivedWait, locale.Word("where", strings.TrimRight(bring, ".।。"))); !k.says(want) {
			t.Errorf("want %q:\n%s", want, outline(kiosk.View(k.state)))
		}
	}
}
