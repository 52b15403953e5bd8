package kiosk

import (
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// Update answers a message: the state after it, and what the totem is asked to do, in order. A message that makes no
// sense in s changes nothing. Update keeps what m refers to, so the caller must not change it afterwards.
func Update(s State, m Msg) (State, []Effect) {
	next, asked, told := s.errandTold(m)
	if !told {
		next, told = s.told(m)
	}
	if !told {
		next, asked = s.said(m)
		next = next.owe(asked)
	}
	next, follows := next.follow()
	next, more := next.tendPaper()
	return next, slices.Concat(asked, follows, more)
}

// said answers a citizen, by whatever means.
func (s State) said(m Msg) (State, []Effect) {
	read, scan := m.(Scanned)
	if scan && !s.scans(read.Code) {
		return s, nil
	}
	still := s.asksStill()
	if !s.awaited() { // where the totem is waited for, no touch hurries it
		s.talk.quiet, s.talk.alone = time.Time{}, time.Time{}
	}
	if _, chooses := m.(Choose); chooses && still { // it answers what is not on the screen
		return s, nil
	}
	key, pressed := m.(PressKey)
	s.talk.repeated = s.talk.repeated && key.Key == KeyRepeat
	switch {
	case scan:
		return s.scanned(read.Code)
	case pressed && still: // whoever is still here needs no more than a key to say so
		s.talk.voice.Paused = false
		return s, nil
	case pressed:
		return s.pressed(key.Key)
	}
	s = s.goesOn()
	s.talk.keys, s.talk.focus = false, focus{}
	return s.touched(m)
}

// touched answers what a control says, whether a finger or a key touched it. A pause of the voice lasts until then.
func (s State) touched(m Msg) (State, []Effect) {
	switch m.(type) {
	case PauseVoice, Touched:
	default:
		s.talk.voice.Paused = false
	}
	if next, asked, ok := s.consentTouched(m); ok {
		return next, asked
	}
	if next, asked, ok := s.otherDayTouched(m); ok {
		return next, asked
	}
	if next, asked, ok := s.ownTouched(m); ok {
		return next, asked
	}
	if next, ok := s.privacyTouched(m); ok {
		return next, nil
	}
	if next, ok := s.voiceTouched(m); ok {
		return next, nil
	}
	switch m := m.(type) {
	case ChooseService:
		return s.chooseService(m.Service), nil
	case ChooseTime:
		return s.chooseTime(m.Number), nil
	case TakeTime:
		return s.takeTime(m.Number)
	case TurnPage:
		return s.turnPage(m.To), nil
	case GoBack:
		return s.goBack(), nil
	case Finish:
		return s.finish(), nil
	case SetLanguage:
		return s.setLanguage(m.Lang), nil
	case ChangeTheme:
		s.talk.look.Theme = next(Themes(), s.talk.look.Theme)
	case ChangeText:
		s = s.changeText()
	case ToggleReach:
		s.talk.look.Low = !s.talk.look.Low && s.config.Reach
	case OpenHelp:
		s = s.toggle(inHelp)
	case OpenLanguages:
		s = s.toggle(inLanguages)
	case PrintFound:
		return s.printFound()
	case LeaveFound:
		return s.leaveFound()
	case PrintAgain:
		return s.printAgain()
	case CheckPaper:
		return s.checkPaper()
	case StripSeen:
		return s.stripSeen(m.Readable), nil
	case WithoutPaper:
		return s.withoutPaper(), nil
	}
	return s, nil
}

// changeText goes on to the next size. The first is the zero one, so that whoever comes round to it has nothing to forget.
func (s State) changeText() State {
	s.talk.look.Text = next(Texts(), s.talk.look.Text)
	if s.talk.look.Text == Texts()[0] {
		s.talk.look.Text = 0
	}
	return s
}

// toggle lets the key that opened an aside close it too.
func (s State) toggle(a aside) State {
	if s.talk.aside == a {
		return s.closeAside()
	}
	s.talk.aside, s.talk.leaf, s.talk.layer, s.talk.direct = a, 0, "", false
	return s
}

// closeAside leads back to where the aside was opened.
func (s State) closeAside() State {
	s.talk.aside, s.talk.leaf, s.talk.layer, s.talk.direct = noAside, 0, "", false
	return s
}

func (s State) chooseService(id booking.ServiceID) State {
	service, ok := s.office.Service(id)
	if !s.choosing() || !ok {
		return s
	}
	if _, places := s.firstFree(service.Queue); places == 0 && !s.otherDaysNow() {
		return s
	}
	s = s.enter(atTimes)
	s.talk.service = id
	return s
}

func (s State) goBack() State {
	switch {
	case s.talk.aside != noAside:
		return s.closeAside()
	case s.talk.stage == atTimes, s.talk.stage == atNotGiven, s.talk.stage == atUnclear, s.talk.stage == atCheckFailed:
		return s.goHome()
	}
	return s
}

// goHome leads to the services, on the page the citizen left, and keeps how the citizen wants to be spoken to.
func (s State) goHome() State {
	t := s.talk
	s.talk = talk{lang: t.lang, look: t.look, voice: t.voice, keys: t.keys, past: t.past, shelf: t.shelf, paperless: t.paperless,
		replies: t.replies.lasting()}
	return s
}

// finish forgets the citizen, but never one whose ticket is on its way.
func (s State) finish() State {
	if s.talk.stage == atIssuing || s.talk.stage == atPrinting || s.answers() {
		return s
	}
	return s.forget()
}

func (s State) setLanguage(l locale.Lang) State {
	for _, offered := range s.languages() {
		if offered == l {
			s.talk.lang = l
		}
	}
	if s.talk.lang == s.ownLang() {
		s.talk.lang = ""
	}
	if s.talk.aside == inLanguages {
		return s.closeAside()
	}
	return s
}

func (s State) printFound() (State, []Effect) {
	if !s.asksFound() {
		return s, nil
	}
	t := s.found[0]
	s = s.dropFound(t.Job)
	s.talk.ticket = t
	return s.print(), []Effect{Print{Job: t.Job}}
}

// print waits for the slip of the ticket.
func (s State) print() State {
	s.talk.printer = s.slipStatus(s.printer)
	return s.enter(atPrinting)
}

// canPrintAgain reports whether the slip can be asked for once more: what became of it was told, so nothing of it is
// still on its way, and the printer would take it now.
func (s State) canPrintAgain() bool {
	return (s.talk.stage == atFailed || s.talk.stage == atUnknown) && s.talk.ended && s.talk.printer.Ready()
}

func (s State) printAgain() (State, []Effect) {
	if !s.canPrintAgain() {
		return s, nil
	}
	known := paper.Unknown
	if s.talk.stage == atFailed {
		known = paper.NotPrinted
	}
	s.talk.again, s.talk.ended = true, false
	return s.enter(atPrinting), []Effect{Reprint{Ticket: s.talk.ticket, Lang: s.lang(), Known: known}}
}

func (s State) leaveFound() (State, []Effect) {
	if !s.asksFound() {
		return s, nil
	}
	job := s.found[0].Job
	return s.dropFound(job), []Effect{Leave{Job: job}}
}
