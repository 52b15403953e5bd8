package kiosk_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/privacy"
)

// homes are the screens on which nobody is.
var homes = []string{"start", "nothing-left", "closed", "waiting", "out-of-service", "refill", "touch-silent", "touch-stuck"}

// coded are the screens on which a ticket's code is, and no others.
var coded = []string{"paper-failed", "paper-unknown", "reprinting"}

// statuses are what a printer may say of itself.
var statuses = []paper.Status{0, 0, paper.PaperEnd, paper.CoverOpen, paper.CoverOpen | paper.PaperEnd | paper.Offline, paper.Jam,
	paper.Silent, paper.HeadHot, paper.NearEnd | paper.TicketInMouth}

var outcomes = []paper.Outcome{paper.Unknown, paper.Printed, paper.NotPrinted}

// play is a totem that random messages reach, beside one that was told the same and met nobody.
type play struct {
	*totem
	fresh  *totem
	lost   bool           // the clock is unknown
	asked  []kiosk.Effect // not yet answered, in order
	sought booking.Code   // the last code that a citizen asked about
	jobs   kiosk.JobID
	linked bool         // the link is up
	is     paper.Status // what the printer said last
}

func (p *play) tell(m kiosk.Msg) {
	if m, ok := m.(kiosk.PrinterChanged); ok {
		p.is = m.Status
	}
	if m, ok := m.(kiosk.LinkChanged); ok {
		p.linked = m.Up
	}
	p.send(m)
	p.fresh.send(m)
}

// gather takes up what the totem was asked for.
func (p *play) gather(t *rapid.T) {
	for _, e := range p.effects {
		switch e := e.(type) {
		case kiosk.Issue, kiosk.CheckIn, kiosk.CancelTicket, kiosk.KeepContact, kiosk.AskReminder, kiosk.Withdraw, kiosk.AskDays, kiosk.Book:
			p.asked = append(p.asked, e)
		case kiosk.FindTicket:
			p.asked, p.sought = append(p.asked, e), e.Code
		case kiosk.Reprint:
			if e.Ticket.Code != testCode || e.Ticket.Job == 0 {
				t.Fatalf("a slip without its code is asked for: %+v", e)
			}
		case kiosk.Print, kiosk.Leave, kiosk.Check, kiosk.PrintReceipt:
		}
	}
	p.effects, p.fresh.effects = nil, nil
}

// step does one random thing.
func (p *play) step(t *rapid.T) {
	switch rapid.IntRange(0, 17).Draw(t, "what") {
	case 0, 1, 2, 3:
		if taps := controls(kiosk.View(p.state).Root); len(taps) > 0 {
			p.send(rapid.SampledFrom(taps).Draw(t, "control").Tap)
		}
	case 4:
		p.send(rapid.SampledFrom(strayTouches()).Draw(t, "stray"))
	case 5:
		p.answer(t)
	case 6, 7:
		p.send(kiosk.SlipEnded{Job: kiosk.JobID(rapid.Int64Range(0, int64(p.jobs)).Draw(t, "job")), Result: result(t)})
	case 8:
		p.news(t)
	case 9:
		d := time.Duration(rapid.IntRange(1, 70).Draw(t, "seconds")) * time.Second
		p.after(d)
		p.fresh.after(d)
	case 10:
		p.tell(kiosk.PrinterChanged{Status: rapid.SampledFrom(statuses).Draw(t, "printer")})
	case 11:
		p.send(kiosk.PaperChecked{Result: result(t)})
	case 12:
		p.types(t)
	case 13:
		p.answer(t)
	case 14, 15:
		p.send(kiosk.PressKey{Key: rapid.SampledFrom(keys()).Draw(t, "key")})
	case 16:
		p.hands(t)
	case 17:
		p.send(kiosk.Scanned{Code: rapid.SampledFrom([]booking.Code{"", testCode, otherCode, "482917305656"}).Draw(t, "read")})
	}
	p.gather(t)
}

func result(t *rapid.T) paper.Result {
	return paper.Result{
		Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"),
		Status:  rapid.SampledFrom(statuses).Draw(t, "status"),
	}
}

func strayTouches() []kiosk.Msg {
	return []kiosk.Msg{kiosk.Touched{}, kiosk.GoBack{}, kiosk.TurnPage{To: 1}, kiosk.TurnPage{To: -1}, kiosk.TakeTime{Number: "A013"}, kiosk.TakeTime{},
		kiosk.ChooseTime{Number: "A099"}, kiosk.ChooseService{Service: "civile"}, kiosk.ChooseService{Service: "zz"},
		kiosk.PrintFound{}, kiosk.LeaveFound{}, kiosk.SetLanguage{Lang: "xx"}, kiosk.Finish{}, kiosk.PrintAgain{},
		kiosk.CheckPaper{}, kiosk.StripSeen{}, kiosk.WithoutPaper{}, kiosk.TurnPage{To: 1 << 40}, kiosk.ChangeTheme{},
		kiosk.ChangeText{}, kiosk.ToggleReach{}, kiosk.OpenHelp{}, kiosk.OpenLanguages{}, kiosk.OpenPrivacy{},
		kiosk.OpenLayer{Layer: kiosk.LayerKept}, kiosk.OpenLayer{Layer: "zz"}, kiosk.OpenTicket{}, kiosk.Type{Sign: '7'},
		kiosk.Type{Sign: 'A'}, kiosk.Type{}, kiosk.Type{Sign: 'ع'}, kiosk.Erase{}, kiosk.CheckInNow{}, kiosk.GiveBack{},
		kiosk.Confirm{}, kiosk.Confirm{Yes: true}, kiosk.ShowRecord{},
		kiosk.OpenVoice{}, kiosk.StopVoice{}, kiosk.PauseVoice{}, kiosk.HearAgain{}, kiosk.ChangeRate{Steps: 1},
		kiosk.ChangeRate{Steps: -1 << 63}, kiosk.ChangeLevel{Steps: 1<<63 - 1}, kiosk.ChangeLevel{Steps: -1},
		kiosk.PressKey{}, kiosk.PressKey{Key: 255},
		kiosk.OpenReminder{}, kiosk.Choose{}, kiosk.OpenNotice{}, kiosk.SetChannel{Channel: privacy.Mail}, kiosk.SetChannel{Channel: "zz"},
		kiosk.Send{}, kiosk.DropReminder{}, kiosk.OpenOtherDay{}, kiosk.ChooseDay{}, kiosk.ChooseStart{}, kiosk.TakeStart{}}
}

func keys() []kiosk.Key {
	return []kiosk.Key{kiosk.KeyPrevious, kiosk.KeyNext, kiosk.KeyNext, kiosk.KeySelect, kiosk.KeySelect, kiosk.KeySelect, kiosk.KeyBack,
		kiosk.KeyRepeat, kiosk.KeyLouder, kiosk.KeySofter, kiosk.KeyFaster, kiosk.KeySlower, kiosk.KeyDigit + 7}
}

// hands changes by what the totem can be used. A sentence that was spoken is told to nobody else.
func (p *play) hands(t *rapid.T) {
	switch rapid.IntRange(0, 5).Draw(t, "hands") {
	case 0, 1:
		p.tell(kiosk.HeadsetChanged{In: rapid.Bool().Draw(t, "in")})
	case 2:
		p.tell(kiosk.TouchChanged{Touch: kiosk.Touch(rapid.IntRange(0, 2).Draw(t, "touch"))})
	case 3:
		p.tell(kiosk.KeypadChanged{There: rapid.Bool().Draw(t, "there")})
	case 4, 5:
		p.send(kiosk.Spoken{})
	}
}

// answer gives the totem's answer to what was asked first. It may come late, when whoever asked has left.
func (p *play) answer(t *rapid.T) {
	if len(p.asked) == 0 {
		return
	}
	asked := p.asked[0]
	p.asked = p.asked[1:]
	refusal := kiosk.Refusal(rapid.IntRange(0, 6).Draw(t, "refusal"))
	refused := refusal > 0 && refusal <= kiosk.RefusedService || refusal == kiosk.RefusedPace
	switch asked := asked.(type) {
	case kiosk.Issue:
		if refused {
			p.send(kiosk.TicketRefused{Why: refusal, Until: p.now.Add(90 * time.Second)})
			return
		}
		p.send(kiosk.TicketMade{Ticket: p.made(asked)})
	case kiosk.FindTicket:
		if refused {
			p.send(kiosk.TicketUnknown{Failed: refusal == kiosk.RefusedStorage})
			return
		}
		r := held(p.zone)
		r.Slot.Number = numberOf(asked.Code)
		r.Slot.State = booking.State(rapid.IntRange(int(booking.Issued), int(booking.Moved)).Draw(t, "state"))
		p.send(kiosk.TicketFound{Record: r})
	case kiosk.CheckIn, kiosk.CancelTicket:
		if refused {
			p.send(kiosk.ChangeRefused{Why: refusal})
			return
		}
		p.send(kiosk.TicketChanged{State: rapid.SampledFrom([]booking.State{booking.Arrived, booking.Cancelled}).Draw(t, "state")})
	default:
		answers := errandAnswers(p.zone, asked)
		p.send(rapid.SampledFrom(answers).Draw(t, "of errand"))
	}
}

func (p *play) made(issue kiosk.Issue) kiosk.Ticket {
	p.jobs++
	made := ticket(p.zone)
	made.Job, made.Key, made.Number = p.jobs, issue.Key, issue.Number
	if issue.NoTime {
		made.Start = time.Time{}
	}
	return made
}

// otherCode is of another citizen's ticket.
const otherCode booking.Code = "703155264416"

// numberOf is the number of the ticket of a code.
func numberOf(c booking.Code) booking.Number {
	if c == otherCode {
		return "D077"
	}
	return "A012"
}

// types has a citizen type a code, or the number that the screen asks for, or a part of it.
func (p *play) types(t *rapid.T) {
	if p.screen() == "start" {
		p.send(kiosk.OpenTicket{})
	}
	signs := string(rapid.SampledFrom([]booking.Code{testCode, otherCode}).Draw(t, "code"))
	switch p.screen() {
	case "give-back":
		signs = string(numberOf(p.sought))
	case "contact":
		signs = typedPhone
	}
	if rapid.IntRange(0, 3).Draw(t, "stops") == 0 {
		signs = signs[:rapid.IntRange(1, len(signs)).Draw(t, "signs")]
	}
	for _, sign := range signs {
		p.send(kiosk.Type{Sign: sign})
	}
}

func (p *play) news(t *rapid.T) {
	switch rapid.IntRange(0, 8).Draw(t, "news") {
	case 7:
		p.tell(kiosk.OffersChanged{Offers: opened(p.zone, rapid.IntRange(0, 9).Draw(t, "open"))})
	case 8:
		until := p.now.Add(time.Duration(rapid.IntRange(-1, 300).Draw(t, "paced")) * time.Second)
		p.tell(kiosk.OffersChanged{Offers: offers(p.zone, 9), Paced: []kiosk.Paced{{Queue: "carta", Until: until}}})
	case 0:
		p.tell(kiosk.OffersChanged{Offers: offers(p.zone, rapid.IntRange(0, 14).Draw(t, "times"))})
	case 1:
		p.tell(kiosk.PrinterChanged{Status: rapid.SampledFrom(statuses).Draw(t, "printer")})
	case 2:
		p.tell(kiosk.LinkChanged{Up: rapid.Bool().Draw(t, "up"), AsOf: p.now})
	case 3:
		p.tell(kiosk.OutOfService{Code: rapid.SampledFrom([]string{"", "", "T202"}).Draw(t, "code")})
	case 4:
		office := valfiorita()
		if rapid.IntRange(0, 2).Draw(t, "asks") > 0 {
			office = inviting()
			office.Advance = rapid.SampledFrom([]privacy.Advance{privacy.AdvanceOpen, privacy.AdvanceConsent}).Draw(t, "advance")
		}
		office.Services = office.Services[rapid.IntRange(0, 2).Draw(t, "services"):]
		p.tell(kiosk.OfficeKnown{Office: office, Zone: p.zone})
	case 6:
		p.lost = rapid.Bool().Draw(t, "clock unknown")
		p.tell(kiosk.ClockChanged{Unknown: p.lost, Day: booking.DayOf(saturday(p.zone, 12, 0), p.zone)})
	case 5:
		p.jobs++
		found := ticket(p.zone)
		found.Job = p.jobs
		p.send(kiosk.SlipFound{Ticket: found})
	}
}

func (p *play) check(t *rapid.T) {
	screen := kiosk.View(p.state)
	fail := func(why string) { t.Fatalf("%s:\n%s", why, outline(screen)) }
	seen := map[string]bool{}
	spoken := screen.Name == "take" && screen.Voice.Headset // the code is on the slip, which whoever listens may not read
	for b := range screen.Root.All() {
		switch {
		case b.ID != "" && seen[b.ID]:
			fail("two boxes named " + b.ID)
		case b.Tap != nil && (b.ID == "" || b.Off):
			fail("a control without a name, or one that cannot be had")
		case len(b.Children) == 0 && b.Text == "" && b.Role != kiosk.RoleHeader:
			fail("an empty " + string(b.Role))
		case b.Role == kiosk.RoleProgress && !p.is.Ready() && (screen.Name == "printing" || screen.Name == "checking"):
			fail("called under way by a printer that stands")
		case b.Role == kiosk.RoleProof && !slices.Contains(coded, screen.Name) && !spoken:
			fail("a code on " + screen.Name)
		case screen.Name == "paced" && takes(b.Tap):
			fail("a ticket of a queue that is paced")
		case takesOpen(b.Tap) && (p.lost || !p.linked) && screen.Name == "times":
			fail("a time of which nobody can ask the office")
		case p.lost && (b.Role == kiosk.RoleClock || b.Role == kiosk.RoleHour):
			fail("an hour that nobody knows")
		}
		seen[b.ID] = true
	}
	if !seen[screen.Focus] && screen.Focus != "" {
		fail("the focus is at what is not there")
	}
	for _, number := range []booking.Number{numberOf(testCode), numberOf(otherCode)} {
		if screen.Name == "own" && number != numberOf(p.sought) && says(screen.Root, string(number)) {
			fail("the ticket of another citizen than of code " + string(p.sought))
		}
	}
	_, paged := screen.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RolePage })
	if shown := says(screen.Root, string(testCode)) && !spoken; shown != slices.Contains(coded, screen.Name) && (shown || !paged) {
		fail("code and trouble do not come together")
	}
	if _, ok := p.state.Wake(); !ok && !slices.Contains(homes, screen.Name) {
		fail("nothing ends this screen")
	}
	if _, ok := screen.Root.Find(func(b kiosk.Box) bool { return b.Tap == kiosk.WithoutPaper{} }); !ok && screen.Name == "refill" {
		fail("no way past the open cover")
	}
}

// takes reports whether a control asks for a ticket, takesOpen whether the office has to grant it.
func takes(m kiosk.Msg) bool { _, own := m.(kiosk.TakeTime); return own || takesOpen(m) }

func takesOpen(m kiosk.Msg) bool { _, open := m.(kiosk.TakeStart); return open }

// isFresh fails unless the conversation is as if nobody had ever been there.
func (p *play) isFresh(t *rapid.T) {
	if !reflect.DeepEqual(p.state, p.fresh.state) {
		t.Fatalf("something of a citizen stays:\n%+v\nwithout anybody:\n%+v", p.state, p.fresh.state)
	}
}

func TestWhateverHappensEveryScreenHasAWayOnAndNothingOfACitizenStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rooms := []kiosk.Room{nil, shelf{kiosk.RoleService: 2}, shelf{kiosk.RoleService: 3, kiosk.RoleHour: 4}, moody{}, moody{7}}
		c := kiosk.Config{Room: rapid.SampledFrom(rooms).Draw(t, "room"), Reach: true,
			Sound: kiosk.Sound(rapid.IntRange(0, 2).Draw(t, "sound")), Keys: rapid.Bool().Draw(t, "keys"), Scanner: true}
		p := &play{totem: openWith(t, c), fresh: openWith(t, c), linked: true}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			p.step(t)
			p.check(t)
		}
		for len(p.asked) > 0 {
			p.answer(t)
			p.gather(t)
		}
		p.tell(kiosk.OutOfService{})
		p.tell(kiosk.TouchChanged{}) // a slip that was found is asked about once somebody can answer
		// Whether another roll was tried since it was put in depends on whether somebody was there, and whether its strip
		// can be read; a cover that is opened and closed ends that.
		p.tell(kiosk.PrinterChanged{Status: paper.CoverOpen})
		for _, status := range []paper.Status{0, rapid.SampledFrom(statuses).Draw(t, "at last")} {
			p.tell(kiosk.PrinterChanged{Status: status})
			p.after(15 * time.Minute)
			p.fresh.after(15 * time.Minute)
			if !slices.Contains(homes, p.screen()) {
				t.Fatalf("quiet does not lead home but to %q", p.screen())
			}
			p.isFresh(t)
		}
	})
}

func TestDoneForgetsAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := kiosk.Config{Room: shelf{kiosk.RoleService: 2}}
		p := &play{totem: openWith(t, c), fresh: openWith(t, c)}
		p.send(kiosk.SetLanguage{Lang: rapid.SampledFrom(locale.Languages()).Draw(t, "language")})
		if rapid.Bool().Draw(t, "contrast") {
			p.send(kiosk.ChangeTheme{})
		}
		service := "service-carta"
		if rapid.Bool().Draw(t, "second page") {
			p.tap("more")
			service = "service-sociale"
		}
		p.tap(service, "take")
		made := p.effects[len(p.effects)-1].(kiosk.Issue)
		given := ticket(p.zone)
		given.Key, given.Number = made.Key, made.Number
		p.send(kiosk.TicketMade{Ticket: given})
		outcome := rapid.SampledFrom(outcomes).Draw(t, "outcome")
		if p.send(ended(outcome, 0)); outcome != paper.Printed && rapid.Bool().Draw(t, "again") {
			p.tap("print-again").send(ended(outcome, paper.Silent))
		}
		p.tap("done")
		p.isFresh(t)
	})
}
