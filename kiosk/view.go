package kiosk

import (
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// View returns what the glass shows in s.
func View(s State) Screen {
	s = s.smallerToType()
	name, body := s.body()
	around := s.around(name)
	return s.attended(s.hintless(around.screen(s.paged(around, body))))
}

// around is a screen without its body: the same for all candidates of it.
type around struct {
	Screen
	upper Box   // stands over the controls where these are low and the body has nothing that does; zero: not low
	under []Box // what stands under the body: [hint], access
}

func (s State) around(name string) around {
	look := s.talk.look
	a := around{Screen: Screen{Name: name, Lang: s.lang(), Look: look, Voice: s.hearing(), Warned: s.alerted(), Root: Box{Role: RoleScreen}}}
	a.Root.Children = []Box{s.header()}
	if s.atDoor() && !look.Text.Large() && !look.Low { // else the key leads to them
		a.Root.Children = append(a.Root.Children, s.languageRow())
	}
	if look.Low && !look.Text.Large() { // large letters need the room above for what is read
		a.upper = s.upper()
	}
	if hint, ok := s.hintRoom(); ok {
		a.under = append(a.under, hint)
	}
	a.under = append(a.under, s.access())
	return a
}

// screen returns the whole screen.
func (a around) screen(body []Box) Screen {
	parts := slices.Clone(a.Root.Children)
	if a.upper.Role != "" && !reads(body) {
		parts = append(parts, a.upper)
	}
	screen := a.Screen
	screen.Root.Children = append(append(parts, Box{Role: RoleBody, Children: body}), a.under...)
	return screen
}

// atDoor reports whether the screen is one on which a conversation begins, and languages may be chosen.
func (s State) atDoor() bool {
	return s.talk.stage == atHome && s.talk.aside == noAside && !s.warned() && !s.troubled() && len(s.languages()) > 1
}

// reads reports whether a body has something to read that stands over the controls where these are low.
func reads(body []Box) bool {
	for _, b := range body {
		switch b.Role {
		case RoleNumber, RoleProof, RoleCard, RoleRecord, RoleSteps, RolePicture:
			return true
		}
	}
	return false
}

// upper returns the emblem, and a sentence about where to look.
func (s State) upper() Box {
	upper := Box{Role: RoleUpper}
	if s.hasOffice && s.office.Emblem != "" {
		upper.Children = append(upper.Children, Box{Role: RoleEmblem, Text: s.office.Emblem})
	}
	upper.Children = append(upper.Children, s.words(RoleLead, locale.ReachLead))
	return upper
}

// body returns the screen's name and what it decides.
func (s State) body() (name string, body []Box) {
	switch {
	case s.asksStill():
		return "still-here", s.stillHere()
	case s.warned() && s.keepsCode():
	case s.talk.aside == inHelp:
		return "help", s.help()
	case s.talk.aside == inLanguages:
		return "languages", s.chooseLanguage()
	case s.talk.aside == inPrivacy:
		return s.privacyView()
	case s.talk.aside == inVoice:
		return "voice", s.voiceScreen()
	}
	for _, view := range []func() (string, []Box, bool){s.ownView, s.consentView, s.otherDayView} {
		if name, body, ok := view(); ok {
			return name, body
		}
	}
	switch s.talk.stage {
	case atTimes:
		return s.timesOrNothing()
	case atIssuing:
		return "issuing", s.issuing()
	case atNotGiven:
		return "not-given", s.notGiven()
	case atUnclear:
		return "unclear", s.unclear()
	case atRefill:
		return "refill", s.refill()
	case atChecking:
		return "checking", s.checking()
	case atStrip:
		return "strip", s.askStrip()
	case atCheckFailed:
		return "check-failed", s.checkFailed()
	case atPrinting:
		if s.talk.again {
			return "reprinting", s.printing()
		}
		return "printing", s.printing()
	case atTake:
		return "take", s.take()
	case atFailed:
		return "paper-failed", s.paperFailed()
	case atUnknown:
		return "paper-unknown", s.paperUnknown()
	case atHome:
	}
	return s.home()
}

// asksStill reports whether words about the time that is left take the screen. Where these stand beside what is shown
// they need not.
func (s State) asksStill() bool {
	beside := s.talk.stage >= atPrinting || s.talk.stage == atStrip || s.ownEnds()
	return s.warned() && !s.keepsCode() && (s.talk.aside != noAside || !beside)
}

// keepsCode reports whether the screen shows a code that must stay in sight.
func (s State) keepsCode() bool { return s.talk.stage == atFailed || s.talk.stage == atUnknown }

func (s State) header() Box {
	header := Box{Role: RoleHeader}
	if s.hasOffice {
		if s.office.Emblem != "" {
			header.Children = append(header.Children, Box{Role: RoleEmblem, Text: s.office.Emblem})
		}
		header.Children = append(header.Children, s.theirs(RoleOffice, s.office.Name)...)
		header.Children = append(header.Children, s.theirs(RolePlace, s.office.Place)...)
		if !s.now.IsZero() && !s.clockless {
			header.Children = append(header.Children, Box{Role: RoleClock, Text: s.clock(s.now)})
		}
	}
	return header
}

func (s State) languageRow() Box {
	row := Box{Role: RoleLanguages}
	for _, l := range s.languages() {
		row.Children = append(row.Children, Box{
			Role: RoleLanguage, ID: "language-" + string(l), Text: l.Name(), Lang: l,
			Chosen: l == s.lang(), Tap: SetLanguage{Lang: l},
		})
	}
	return row
}

// access returns the access keys: the same ones in the same order on every screen.
func (s State) access() Box {
	key := func(id, icon string, label locale.Key, on bool, tap Msg) Box {
		return Box{Role: RoleKey, ID: id, Chosen: on, Tap: tap, Children: []Box{
			{Role: RoleIcon, Text: icon}, s.words(RoleLabel, label),
		}}
	}
	look, access := s.talk.look, Box{Role: RoleAccess}
	says := func(long, short locale.Key) locale.Key {
		if look.Text.Large() {
			return short
		}
		return long
	}
	colours := locale.AccessColours
	if look.Theme == Light {
		colours = locale.AccessContrast
	}
	if len(s.languages()) > 1 {
		access.Children = append(access.Children, key("key-language", "globe",
			says(locale.AccessLanguage, locale.AccessLanguageShort), s.talk.aside == inLanguages, OpenLanguages{}))
	}
	access.Children = append(access.Children,
		key("key-text", "text", says(locale.AccessText, locale.AccessTextShort), look.Text.Percent() > 100, ChangeText{}),
		key("key-theme", "contrast", says(colours, locale.AccessColoursShort), look.Theme != Light, ChangeTheme{}))
	if s.config.Reach {
		access.Children = append(access.Children,
			key("key-reach", "reach", says(locale.AccessReach, locale.AccessReachShort), look.Low, ToggleReach{}))
	}
	if s.config.Sound != NoSound {
		access.Children = append(access.Children,
			key("key-voice", "voice", says(locale.AccessVoice, locale.AccessVoiceShort), s.talk.voice.On, OpenVoice{}))
	}
	access.Children = append(access.Children, key("key-help", "help", locale.AccessHelp, s.talk.aside == inHelp, OpenHelp{}))
	return access
}

// words returns a box that says k.
func (s State) words(r Role, k locale.Key, args ...locale.Arg) Box {
	return Box{Role: r, Text: s.say(k, args...)}
}

// private marks what is only for whoever stands here.
func private(boxes ...Box) []Box {
	for i := range boxes {
		boxes[i].Private = true
	}
	return boxes
}

// control returns a box that says k and answers a tap.
func (s State) control(r Role, id string, tap Msg, k locale.Key, args ...locale.Arg) Box {
	return Box{Role: r, ID: id, Text: s.say(k, args...), Tap: tap}
}

// card returns a box of a strong sentence and notes.
func (s State) card(r Role, strong locale.Key, notes ...locale.Key) Box {
	card := Box{Role: r, Children: []Box{s.words(RoleStrong, strong)}}
	for _, k := range notes {
		card.Children = append(card.Children, s.words(RoleNote, k))
	}
	return card
}

// theirs returns a box with words of the office, none when the office wrote none. Words in another language than the
// screen's say so.
func (s State) theirs(r Role, t locale.Text) []Box {
	for i, l := range append([]locale.Lang{s.lang()}, s.office.Languages...) {
		if text := t[l]; text != "" {
			box := Box{Role: r, Text: text}
			if i > 0 && l != s.lang() {
				box.Lang = l
			}
			return []Box{box}
		}
	}
	if text := t.In(s.lang()); text != "" {
		return []Box{{Role: r, Text: text}}
	}
	return nil
}

func (s State) theirWords(t locale.Text) string { return t.In(s.lang(), s.office.Languages...) }

// clock returns t as the office's clock shows it.
func (s State) clock(t time.Time) string { return booking.ClockOf(t, s.zone).String() }

// at fills {time}.
func (s State) at(t time.Time) locale.Arg {
	c := int(booking.ClockOf(t, s.zone))
	return locale.At("time", c/60, c%60)
}

func (s State) longDay(d booking.Day) string {
	if d == (booking.Day{}) {
		return ""
	}
	y, m, day := d.Date()
	return locale.DayOfYear(s.lang(), y, m, day)
}

// shortDay names a day of the coming week by its weekday alone.
func (s State) shortDay(d booking.Day) string {
	if today := s.today(); d.Compare(today) > 0 && d.Compare(today.AddDays(7)) < 0 {
		return locale.Weekday(s.lang(), d.Weekday())
	}
	return s.longDay(d)
}

// when returns "oggi alle 9:50", with the date where today is not known, and "chiamato in ordine" for no time.
func (s State) when(t time.Time) string {
	if t.IsZero() {
		return s.say(locale.WhenInOrder)
	}
	day := booking.DayOf(t, s.zone)
	if !s.clockless && day == s.today() {
		return s.say(locale.WhenToday, s.at(t))
	}
	return s.say(locale.WhenDay, locale.Word("day", s.longDay(day)), s.at(t))
}

// in returns the time from now to t in words: "fra 9 minuti".
func (s State) in(t time.Time) string {
	return s.inMinutes(int(t.Sub(s.now.Truncate(time.Minute)) / time.Minute))
}

func (s State) inMinutes(minutes int) string {
	hours := s.say(locale.DurationHours, locale.Count("n", minutes/60))
	rest := s.say(locale.DurationMinutes, locale.Count("n", minutes%60))
	duration := s.say(locale.DurationBoth, locale.Word("hours", hours), locale.Word("minutes", rest))
	switch {
	case minutes <= 0:
		return s.say(locale.DurationNow)
	case minutes < 60:
		duration = rest
	case minutes%60 == 0:
		duration = hours
	}
	return s.say(locale.DurationIn, locale.Word("duration", duration))
}

// count returns the words about the time that is left.
func (s State) count(r Role) Box {
	return s.words(r, locale.ResetsIn, locale.Count("n", int(s.left()/time.Second)))
}
