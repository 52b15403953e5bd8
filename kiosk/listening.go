package kiosk

import (
	"slices"
	"time"
)

// openVoice has the screens spoken. While they are it shows how; where a headset is missing, that.
func (s State) openVoice() State {
	switch {
	case s.config.Sound == NoSound:
		return s
	case s.talk.voice.On, s.talk.aside == inVoice, s.config.Sound == HeadsetSound && !s.headset:
		return s.toggle(inVoice)
	}
	s.talk.voice.On = true
	return s
}

// stopVoice ends that. How fast and how loud it was stays for whoever goes on with the conversation.
func (s State) stopVoice() State {
	s.talk.voice = Voice{Rate: s.talk.voice.Rate, Level: s.talk.voice.Level}
	if s.talk.aside == inVoice {
		return s.closeAside()
	}
	return s
}

// changeRate goes so many steps faster, as far as there are any. The usual pace is the zero one, so that whoever comes
// back to it has nothing to forget.
func (s State) changeRate(steps int) State {
	if !s.talk.voice.On {
		return s
	}
	at := slices.Index(Rates(), s.talk.voice.Percent())
	s.talk.voice.Rate = Rates()[clamp(at, steps, 0, len(Rates())-1)]
	if s.talk.voice.Rate == 100 {
		s.talk.voice.Rate = 0
	}
	s.talk.voice.Paused = false
	return s
}

// changeLevel goes so many steps louder, as far as there are any.
func (s State) changeLevel(steps int) State {
	if !s.talk.voice.On {
		return s
	}
	s.talk.voice.Level = clamp(s.talk.voice.Level, steps, LeastLevel, MostLevel)
	s.talk.voice.Paused = false
	return s
}

// clamp returns at, so many steps on, within least and most, however many steps there are.
func clamp(at, steps, least, most int) int {
	return at + max(min(steps, most-at), least-at)
}

func (s State) pauseVoice() State {
	s.talk.voice.Paused = s.talk.voice.On && !s.talk.voice.Paused
	return s
}

// hearAgain has the screen spoken from its beginning.
func (s State) hearAgain() State {
	if s.talk.voice.On {
		s.talk.voice.Again++
		s.talk.voice.Paused = false
	}
	return s
}

// voiceTouched answers a citizen who has the screens spoken, ok false for what is not about that. A pause lasts until the
// citizen does something else.
func (s State) voiceTouched(m Msg) (next State, ok bool) {
	switch m := m.(type) {
	case OpenVoice:
		return s.openVoice(), true
	case StopVoice:
		return s.stopVoice(), true
	case ChangeRate:
		return s.changeRate(m.Steps), true
	case ChangeLevel:
		return s.changeLevel(m.Steps), true
	case PauseVoice:
		return s.pauseVoice(), true
	case HearAgain: // of the screen under the voice's own
		if s.talk.aside == inVoice {
			s = s.closeAside()
		}
		return s.hearAgain(), true
	}
	return s, false
}

// headsetChanged has the screens spoken to whoever plugs a headset in. Where one is pulled out nothing is said any more,
// and nothing more aloud.
func (s State) headsetChanged(in bool) State {
	if s.headset == in {
		return s
	}
	s.headset = in
	switch {
	case s.config.Sound == NoSound:
		return s
	case !in:
		heard := s.talk.voice.On
		s = s.stopVoice()
		if heard && (s.asksConsent() || s.talk.consent.given && !s.awaited()) { // whoever was asked, or typed, by ear has left
			return s.takeBack()
		}
		return s
	}
	if !s.awaited() {
		s.talk.quiet, s.talk.alone = time.Time{}, time.Time{}
	}
	if s.talk.aside == inVoice && !s.talk.voice.On {
		s = s.closeAside()
	}
	s.talk.voice.On, s.talk.voice.Paused = true, false
	s.talk.keys = s.talk.keys || s.keypad
	return s
}

// spokenOut lets whoever listens have the time to: the quiet begins anew with each sentence that has been spoken. It does
// not where the totem is waited for, nor once words say that the time runs out, and not for ever: the news that are
// spoken to nobody hold no conversation.
func (s State) spokenOut() State {
	warn, _, _ := s.limits()
	listens := s.talk.alone.IsZero() || s.now.Sub(s.talk.alone) < listenLimit
	if s.talk.voice.On && listens && !s.awaited() && (warn == 0 || !s.warned()) {
		s.talk.quiet = time.Time{}
	}
	return s
}
