package scenes

import (
	"fmt"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/paper"
)

// hands are of citizens who use the totem by its keys, by ear, or with a code to be read, and of a panel that does not do.
func hands() []Scene {
	return []Scene{
		{"start-focus", func(p *play) { p.keypad(); p.press(kiosk.KeyNext) }},
		{"start-focus-language", func(p *play) { p.keypad(); p.press(kiosk.KeyNext, kiosk.KeyPrevious) }},
		{"start-voice", func(p *play) { p.keypad(); p.press(kiosk.KeyRepeat) }},
		{"times-focus", func(p *play) { p.keypad(); p.press(kiosk.KeySelect, kiosk.KeySelect) }},
		{"times-voice", func(p *play) { p.keypad(); p.press(kiosk.KeyRepeat, kiosk.KeySelect) }},
		{"take-voice", func(p *play) { p.plug(); p.end(paper.Printed, 0) }},
		{"take-focus", func(p *play) { p.keypad(); p.end(paper.Printed, 0); p.press(kiosk.KeyNext) }},
		{"voice", func(p *play) { p.keypad(); p.voice() }},
		{"voice-focus", func(p *play) {
			p.keypad()
			p.press(kiosk.KeyRepeat)
			p.reach("key-voice")
			p.press(kiosk.KeySelect)
		}},
		{"voice-paused", func(p *play) { p.plug(); p.voice(); p.tap("faster", "louder", "pause") }},
		{"voice-plug", func(p *play) { p.socket(); p.tap("key-voice") }},
		{"help-hands", func(p *play) { p.keypad(); p.tap("key-help") }},
		{"code-scan", func(p *play) { p.reader(); p.tap("own-ticket") }},
		{"code-voice", func(p *play) { p.keypad(); p.press(kiosk.KeyRepeat); p.reach("own-ticket"); p.press(kiosk.KeySelect) }},
		{"scan-unread", func(p *play) { p.reader(); p.tap("own-ticket"); p.tell(kiosk.Scanned{}) }},
		{"own-focus", func(p *play) {
			p.keypad()
			p.tell(kiosk.Scanned{Code: code}, p.found(booking.Issued, 0))
			p.press(kiosk.KeyNext)
		}},
		{"give-back-ask-focus", func(p *play) {
			p.keypad()
			p.own(booking.Issued)
			p.tap("give-back")
			p.types("A012")
			p.press(kiosk.KeySelect)
		}},
		{"touch-silent", func(p *play) { p.tell(kiosk.TouchChanged{Touch: kiosk.TouchSilent}) }},
		{"touch-silent-keys", func(p *play) { p.keypad(); p.tell(kiosk.TouchChanged{Touch: kiosk.TouchSilent}) }},
		{"touch-stuck", func(p *play) { p.tell(kiosk.TouchChanged{Touch: kiosk.TouchStuck}) }},
		{"times-touch-silent", func(p *play) {
			p.keypad()
			p.tap("service-identity")
			p.tell(kiosk.TouchChanged{Touch: kiosk.TouchSilent})
		}},
		{"paper-failed-touch-silent", func(p *play) {
			p.end(paper.NotPrinted, paper.PaperEnd)
			p.tell(kiosk.TouchChanged{Touch: kiosk.TouchSilent})
		}},
	}
}

// listen has a citizen begin to listen, as the setting has it.
func (p *play) listen() {
	switch {
	case p.setting.Headset:
		p.tell(kiosk.HeadsetChanged{In: true})
	case p.setting.Voice:
		p.tell(kiosk.OpenVoice{})
	}
}

// attend presses a key where the setting has keys, unless that would lead away.
func (p *play) attend() {
	if !p.setting.Keys || kiosk.View(p.state).Focus != "" {
		return
	}
	before := kiosk.View(p.state)
	if pressed, _ := kiosk.Update(p.state, kiosk.PressKey{Key: kiosk.KeySelect}); kiosk.View(pressed).Name == before.Name {
		p.state = pressed
	}
}

// keypad brings a keypad.
func (p *play) keypad() { p.tell(kiosk.KeypadChanged{There: true}) }

// plug brings a keypad, and a citizen who plugs a headset in.
func (p *play) plug() { p.keypad(); p.tell(kiosk.HeadsetChanged{In: true}) }

// socket starts a totem that has no speaker.
func (p *play) socket() { p.config.Sound = kiosk.HeadsetSound; p.open() }

// reader starts a totem that has a code reader.
func (p *play) reader() { p.config.Scanner = true; p.open() }

// voice has the screens spoken, and shows how.
func (p *play) voice() {
	for p.tap("key-voice"); p.err == nil && kiosk.View(p.state).Name != "voice"; {
		p.tap("key-voice")
	}
}

func (p *play) press(keys ...kiosk.Key) {
	for _, k := range keys {
		p.tell(kiosk.PressKey{Key: k})
	}
}

// reach goes to a control by keys, turning pages where it is on another one.
func (p *play) reach(id string) {
	for range mostPages {
		if p.comesTo(id) {
			return
		}
		if !p.comesTo("more") {
			break
		}
		p.press(kiosk.KeySelect)
	}
	if p.err == nil {
		p.err = fmt.Errorf("no key leads to %q on screen %q", id, kiosk.View(p.state).Name)
	}
}

// comesTo goes on through a screen until the focus is at a control, and reports whether it is there.
func (p *play) comesTo(id string) bool {
	for range mostControls {
		if kiosk.View(p.state).Focus == id {
			return true
		}
		p.press(kiosk.KeyNext)
	}
	return false
}

// mostControls is more than any screen of the scenes has.
const mostControls = 100

// Walk presses the key that leads on until it comes round, and returns the screen each time: with the focus at each
// control once. It begins where the keys do. A screen that a key leads away from has none.
func Walk(s kiosk.State) (screens []kiosk.Screen) {
	name, seen := kiosk.View(s).Name, map[string]bool{}
	for {
		s, _ = kiosk.Update(s, kiosk.PressKey{Key: kiosk.KeyNext})
		now := kiosk.View(s)
		if now.Name != name || seen[now.Focus] {
			return screens
		}
		seen[now.Focus] = true
		screens = append(screens, now)
	}
}
