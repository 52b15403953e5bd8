package speech_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// way is a way through the totem that a citizen goes who sees nothing and has five keys.
type way struct {
	name  string
	sound kiosk.Sound
	walk  func(*listener)
}

func ways() []way {
	return []way{
		{"ticket", kiosk.HeadsetSound, takeTicket},
		{"ticket-aloud", kiosk.SpeakerSound, takeTicketAloud},
		{"ticket-other-time", kiosk.HeadsetSound, takeOtherTime},
		{"check-in-by-scan", kiosk.HeadsetSound, checkInByScan},
		{"check-in-by-code", kiosk.HeadsetSound, checkInByCode},
		{"code-aloud", kiosk.SpeakerSound, typeAloud},
		{"give-back", kiosk.HeadsetSound, giveBack},
		{"language", kiosk.HeadsetSound, changeLanguage},
		{"privacy", kiosk.HeadsetSound, readPrivacy},
		{"help-and-voice", kiosk.HeadsetSound, askHelp},
	}
}

// TestEverythingCanBeDoneWithoutSight goes every way in three languages and compares what is heard with what people have
// read. After a wanted change: go test ./ui/speech -update, and read the difference.
func TestEverythingCanBeDoneWithoutSight(t *testing.T) {
	written := map[string]bool{}
	for _, w := range ways() {
		for _, lang := range []locale.Lang{locale.Italian, locale.English, locale.Arabic} {
			name := fmt.Sprintf("%s.%s.txt", w.name, lang)
			written[name] = true
			t.Run(name, func(t *testing.T) {
				l := listen(t, lang, w.sound)
				w.walk(l)
				fmt.Fprintf(&l.log, "%d keys pressed\n", l.presses)
				golden(t, name, l.log.String())
			})
		}
	}
	kept, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range kept {
		if !written[filepath.Base(path)] {
			t.Errorf("%s is of no way", path)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-read +now):\n%s", name, diff)
	}
}

func (l *listener) plug() {
	l.happens("headset in", kiosk.HeadsetChanged{In: true})
	l.must("what is asked", l.says(locale.StartTitle))
}

// service is the name of one of the office's services, counted from 0.
func (l *listener) service(n int) string { return l.totem.office.Services[n].Name[l.lang] }

// taps are those of a citizen who sees, from the start screen to a ticket: the service, the time.
const taps = 2

func takeTicket(l *listener) {
	l.plug()
	l.choose(kiosk.KeyNext, l.words(l.service(0)))
	l.choose(kiosk.KeyNext, l.says(locale.TimesTake))
	l.must("that the slip is there", l.says(locale.TakeTitle))
	l.must("the number", l.words(string(number)))
	l.must("the time", l.words("9:50"))
	if l.presses > 2*taps {
		l.t.Errorf("%d keys to a ticket, want %d at most", l.presses, 2*taps)
	}
	l.choose(kiosk.KeyNext, l.says(locale.Done))
}

func takeTicketAloud(l *listener) {
	l.press(kiosk.KeyRepeat)
	l.choose(kiosk.KeyNext, l.words(l.service(0)))
	l.choose(kiosk.KeyNext, l.says(locale.TimesTake))
	l.must("that the slip is there", l.says(locale.TakeTitle))
	l.must("that a headset would say more", l.says(locale.VoicePrivate))
	if l.presses > 2*taps {
		l.t.Errorf("%d keys to a ticket, want %d at most", l.presses, 2*taps)
	}
}

func takeOtherTime(l *listener) {
	l.plug()
	l.choose(kiosk.KeyNext, l.words(l.service(0)))
	l.choose(kiosk.KeyNext, l.words("10:20"))
	l.must("that another time is chosen", l.says(locale.TimesChosen))
	l.choose(kiosk.KeyPrevious, l.says(locale.TimesTake))
	l.must("the time", l.words("10:20"))
	l.choose(kiosk.KeyNext, l.says(locale.Done))
}

func checkInByScan(l *listener) {
	l.plug()
	l.choose(kiosk.KeyNext, l.says(locale.StartTicket))
	l.must("that it can be shown", l.says(locale.OwnScan))
	l.happens("something else is read", kiosk.Scanned{})
	l.must("that it is no ticket", l.says(locale.ScanUnread))
	l.happens("the ticket is read", kiosk.Scanned{Code: code})
	l.must("the number", l.words(string(number)))
	l.choose(kiosk.KeyNext, l.says(locale.OwnHere))
	l.must("that the arrival is noted", l.says(locale.ArrivedTitle))
}

func (l *listener) byCode() {
	l.plug()
	l.choose(kiosk.KeyNext, l.says(locale.StartTicket))
	l.must("what is to be typed", l.says(locale.OwnLead))
	l.types(string(code))
	l.must("the number", l.words(string(number)))
}

func checkInByCode(l *listener) {
	l.byCode()
	l.choose(kiosk.KeyNext, l.says(locale.OwnHere))
	l.must("that the arrival is noted", l.says(locale.ArrivedTitle))
}

// typeAloud hears no digit, and why.
func typeAloud(l *listener) {
	l.press(kiosk.KeyRepeat)
	l.choose(kiosk.KeyNext, l.says(locale.StartTicket))
	l.must("that a headset would say more", l.says(locale.VoicePrivate))
	l.press(kiosk.KeyNext)
	l.must("that a headset would say more", l.says(locale.VoicePrivate))
	l.press(kiosk.KeySelect)
	l.until(kiosk.KeyNext, l.says(locale.OwnErase))
	l.press(kiosk.KeyBack)
	l.must("what is asked", l.says(locale.StartTitle))
}

func giveBack(l *listener) {
	l.plug()
	l.happens("the ticket is read", kiosk.Scanned{Code: code})
	l.choose(kiosk.KeyNext, l.says(locale.OwnGiveBack))
	l.types("A02")
	l.choose(kiosk.KeyPrevious, l.says(locale.OwnErase))
	l.types("12")
	l.must("that it is for ever", l.says(locale.CancelAskLead))
	l.choose(kiosk.KeyNext, l.says(locale.CancelYes))
	l.must("that the place is given back", l.says(locale.CancelledTitle))
}

// changeLanguage goes to a language by its name, which is said in it.
func changeLanguage(l *listener) {
	l.plug()
	to := locale.English
	if l.lang == to {
		to = locale.Arabic
	}
	l.choose(kiosk.KeyPrevious, l.words(to.Name()))
	l.lang = to
	l.must("what is asked", l.says(locale.StartTitle))
}

func readPrivacy(l *listener) {
	l.plug()
	l.choose(kiosk.KeyNext, l.says(locale.StartPrivacy))
	l.must("what is kept", l.says(locale.PrivacyKeptWhat))
	l.choose(kiosk.KeyNext, l.says(locale.PrivacyContacts))
	l.must("the address", l.words("protezione.dati@valfiorita.example"))
	l.press(kiosk.KeyBack)
	l.choose(kiosk.KeyNext, l.says(locale.PrivacyEach))
	l.must("why the number is kept", l.says(locale.PurposeCall))
	l.press(kiosk.KeyBack)
	l.press(kiosk.KeyBack)
	l.must("what is asked", l.says(locale.StartTitle))
}

func askHelp(l *listener) {
	l.plug()
	l.press(kiosk.KeyRepeat)
	l.must("the office", l.words(l.totem.office.Name[l.lang]))
	l.press(kiosk.KeyRepeat)
	l.must("the help", l.says(locale.HelpKeys))
	l.press(kiosk.KeyBack)
	l.choose(kiosk.KeyPrevious, l.says(locale.AccessVoice))
	l.must("how it is set", l.says(locale.VoiceTitle))
	l.choose(kiosk.KeyNext, l.says(locale.VoiceFaster))
	l.must("the pace", l.words("125"))
	l.choose(kiosk.KeyNext, l.says(locale.VoicePause))
	l.press(kiosk.KeySelect)
	l.press(kiosk.KeyNext)
	l.choose(kiosk.KeyPrevious, l.says(locale.VoiceOff))
}
