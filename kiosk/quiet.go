package kiosk

import (
	"time"

	"example.org/totem/paper"
)

// How long a conversation waits for somebody who says nothing.
const (
	quietLimit  = 120 * time.Second // then all is forgotten
	quietWarn   = 90 * time.Second  // then words say so; any touch goes on
	takeLimit   = 30 * time.Second  // with the slip in hand, counted in words from the start
	issueLimit  = 30 * time.Second  // for the commit, which takes milliseconds
	ownLimit    = 10 * time.Second  // for what is known of a ticket, or for the commit of a change of it
	printLimit  = 60 * time.Second  // for the slip
	checkLimit  = 30 * time.Second  // for the test strip
	stripLimit  = 20 * time.Second  // for the word whether it can be read, counted in words from the start
	newsLimit   = 3 * time.Second   // without news of a printer that is waited for: then words say so
	countedStep = 5 * time.Second   // of the words that count
	alertedLeft = 20 * time.Second  // of a time that is counted in words from the start, for whoever may not see them
	listenLimit = 10 * time.Minute  // of nothing but listening, which is longer than any screen lasts at the slowest pace
)

// limits returns when the present quiet is warned of and when it ends, ok false where it may last for ever.
func (s State) limits() (warn, end time.Duration, ok bool) {
	if s.talk.aside != noAside && !s.awaited() { // whoever reads has the time to
		return quietWarn, quietLimit, true
	}
	switch s.talk.stage {
	case atIssuing:
		if s.books() {
			return ownLimit, ownLimit, true
		}
		return issueLimit, issueLimit, true
	case atFinding, atChanging, atSending, atAskingReminder, atDropping, atAskingDays:
		return ownLimit, ownLimit, true
	case atPrinting:
		return printLimit, printLimit, true
	case atTake:
		return 0, takeLimit, true
	case atChecking:
		return checkLimit, checkLimit, true
	case atStrip:
		return 0, stripLimit, true
	case atChanged:
		if s.ownEnds() {
			return 0, takeLimit, true
		}
	case atRefill: // whoever changes the roll has no hand free to touch the glass
		return quietLimit, quietLimit, s.engaged()
	case atHome, atTimes, atNotGiven, atUnclear, atCheckFailed, atFailed, atUnknown,
		atCode, atOwn, atRecord, atNumber, atGiveBack,
		atConsent, atContact, atKept, atReminder, atDropped, atDays, atDay:
	}
	return quietWarn, quietLimit, s.engaged()
}

// engaged reports whether there is anything to forget.
func (s State) engaged() bool {
	t := s.talk
	rests := t.stage == atHome || t.stage == atRefill && s.printer.Has(paper.CoverOpen)
	return !rests || t.aside != noAside || t.lang != "" || t.look != Look{} || t.shelf != 0 || t.paperless ||
		t.voice != Voice{} || t.keys || t.past || t.replies != replies{} || s.asksFound()
}

// awaited reports whether it is the totem, and not the citizen, that is waited for.
func (s State) awaited() bool { return s.talk.stage == atIssuing || s.answers() || s.awaitsPrinter() }

// answers reports whether the totem is about to answer what was asked about a ticket, or over the link.
func (s State) answers() bool {
	switch s.talk.stage {
	case atFinding, atChanging, atSending, atAskingReminder, atDropping, atAskingDays:
		return true
	}
	return false
}

func (s State) awaitsPrinter() bool { return s.talk.stage == atPrinting || s.talk.stage == atChecking }

// late reports whether the printer has let whoever waits for it wait without any news.
func (s State) late() bool {
	return s.awaitsPrinter() && !s.talk.heard.IsZero() && s.now.Sub(s.talk.heard) >= newsLimit
}

// Wake returns the next instant at which a Tick must come, ok false when none is needed before the next full minute.
// An instant that has passed asks for a Tick at once: a touch tells no time, so the Tick after it does.
func (s State) Wake() (at time.Time, ok bool) {
	at, ok = s.wakeForQuiet()
	if turns, paced := s.paceTurns(); ok && paced {
		at = earlier(at, turns)
	}
	if late := s.talk.sent.Add(ownLimit); ok && s.runsErrand() && !s.errandLate() {
		return earlier(at, late), true
	}
	return at, ok
}

func (s State) wakeForQuiet() (at time.Time, ok bool) {
	warn, end, ok := s.limits()
	switch {
	case !ok:
		return time.Time{}, false
	case s.talk.quiet.IsZero(), s.awaitsPrinter() && s.talk.heard.IsZero():
		return s.now, true
	case s.awaitsPrinter() && !s.late():
		return earlier(s.talk.heard.Add(newsLimit), s.talk.quiet.Add(end)), true
	case s.now.Before(s.talk.quiet.Add(warn)):
		return s.talk.quiet.Add(warn), true
	}
	return s.talk.quiet.Add(end - (s.left() - countedStep)), true
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// left returns the time until the present quiet ends, in whole counted steps, at least one.
func (s State) left() time.Duration {
	_, end, _ := s.limits()
	left := end
	if !s.talk.quiet.IsZero() {
		left -= s.now.Sub(s.talk.quiet)
	}
	return max((left+countedStep-1)/countedStep*countedStep, countedStep)
}

// warned reports whether the quiet has lasted so long that words say so.
func (s State) warned() bool {
	warn, end, ok := s.limits()
	return ok && warn < end && (warn == 0 || !s.talk.quiet.IsZero() && s.now.Sub(s.talk.quiet) >= warn)
}

// alerted reports whether the time that runs out is to be heard too. Where words count it from the start, all is said and
// nothing is lost; only who may not see them is told.
func (s State) alerted() bool {
	warn, _, _ := s.limits()
	return s.warned() && (warn > 0 || (s.talk.voice.On || s.talk.keys) && s.left() <= alertedLeft)
}

// tick moves the time on. A clock that was put back begins the quiet anew.
func (s State) tick(now time.Time) State {
	s.now = now
	s = s.dropPast()
	if s.awaitsPrinter() && (s.talk.heard.IsZero() || now.Before(s.talk.heard)) {
		s.talk.heard = now
	}
	_, end, ok := s.limits()
	if s.talk.alone.IsZero() || now.Before(s.talk.alone) {
		s.talk.alone = now
	}
	switch {
	case !ok:
		s.talk.quiet, s.talk.alone = time.Time{}, time.Time{}
	case s.talk.quiet.IsZero(), now.Before(s.talk.quiet):
		s.talk.quiet = now
	case now.Sub(s.talk.quiet) >= end:
		return s.expire()
	}
	return s
}

// expire is what a quiet leads to that has lasted too long.
func (s State) expire() State {
	switch s.talk.stage {
	case atIssuing:
		return s.enter(atUnclear)
	case atFinding, atChanging:
		return s.ownLate()
	case atSending, atAskingReminder, atDropping, atAskingDays:
		return s.errandsLate()
	case atPrinting:
		return s.enter(atUnknown)
	case atChecking:
		s.talk.printer = s.printer
		return s.enter(atCheckFailed)
	case atHome, atTimes, atNotGiven, atUnclear, atRefill, atStrip, atCheckFailed, atTake, atFailed, atUnknown,
		atCode, atOwn, atRecord, atNumber, atGiveBack, atChanged,
		atConsent, atContact, atKept, atReminder, atDropped, atDays, atDay:
	}
	if s.asksFound() {
		s.found = nil
	}
	return s.forget()
}

// forget ends the conversation: nothing of the citizen stays.
func (s State) forget() State {
	s.talk = talk{}
	return s
}

// enter goes to a stage, whatever was shown aside, and lets the quiet begin anew. It shows its first page; times of which
// one was asked for and refused are shown where they were.
func (s State) enter(to stage) State {
	if to != atIssuing && s.talk.stage != atIssuing {
		s.talk.page = 0
	}
	s = s.closeAside()
	s.talk.stage, s.talk.quiet, s.talk.alone, s.talk.heard = to, time.Time{}, time.Time{}, time.Time{}
	return s
}
