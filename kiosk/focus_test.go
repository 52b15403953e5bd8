package kiosk_test

import (
	"slices"
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// stateOf plays a scene, with a keypad.
func stateOf(t *testing.T, s scenes.Scene, in scenes.Setting) *totem {
	t.Helper()
	state, err := s.State(in)
	if err != nil {
		t.Fatal(err)
	}
	k := &totem{t: t, zone: rome(t), now: saturday(rome(t), 9, 41), state: state}
	return k.send(kiosk.KeypadChanged{There: true})
}

func (k *totem) press(keys ...kiosk.Key) *totem {
	for _, key := range keys {
		k.send(kiosk.PressKey{Key: key})
	}
	return k
}

func (k *totem) focus() string { return kiosk.View(k.state).Focus }

func (k *totem) wantFocus(id string) *totem {
	k.t.Helper()
	if got := k.focus(); got != id {
		k.t.Fatalf("the focus is at %q, want %q:\n%s", got, id, outline(kiosk.View(k.state)))
	}
	return k
}

// goTo presses the key that leads on until the focus is there.
func (k *totem) goTo(id string) *totem {
	k.t.Helper()
	for range kiosk.View(k.state).Controls() {
		if k.press(kiosk.KeyNext); k.focus() == id {
			return k
		}
	}
	k.t.Fatalf("no key leads to %q:\n%s", id, outline(kiosk.View(k.state)))
	return k
}

func (k *totem) fork() *totem {
	return &totem{t: k.t, zone: k.zone, now: k.now, state: k.state}
}

// leads reports whether a key of the scene's last screen does nothing but go on.
func leads(name string) bool {
	return name == "still-here" || name == "touch-silent" || name == "touch-stuck"
}

// TestEveryControlOfEveryScreenIsReachedByKeysInReadingOrderAndDoesWhatItsTouchDoes walks once round the first scene of
// each, both ways, and selects each control.
func TestEveryControlOfEveryScreenIsReachedByKeysInReadingOrderAndDoesWhatItsTouchDoes(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range scenes.All() {
		k := stateOf(t, s, scenes.Setting{})
		if leads(k.screen()) || seen[k.screen()] {
			continue
		}
		seen[k.screen()] = true
		if k.press(kiosk.KeyNext); k.focus() == "" {
			t.Errorf("%s: the key that goes on goes to nothing", s.Name)
			continue
		}
		controls := kiosk.View(k.state).Controls()
		at := slices.IndexFunc(controls, func(b kiosk.Box) bool { return b.ID == k.focus() })
		for i := range controls {
			want := controls[(at+i)%len(controls)]
			k.wantFocus(want.ID)
			byKey, byTouch := k.fork().press(kiosk.KeySelect), k.fork().send(want.Tap)
			if got, want := bodyOf(byKey), bodyOf(byTouch); got != want {
				t.Errorf("%s: a key at %s leads to\n%s, a touch to\n%s", s.Name, k.focus(), got, want)
			}
			k.press(kiosk.KeyNext)
		}
		k.wantFocus(controls[at].ID)
		for i := range controls {
			k.press(kiosk.KeyPrevious).wantFocus(controls[(at+2*len(controls)-1-i)%len(controls)].ID)
		}
	}
}

// bodyOf writes what a screen shows without what only keys bring.
func bodyOf(k *totem) string {
	s := kiosk.View(k.state)
	s.Focus, s.Warned = "", false
	s.Root.Children = slices.DeleteFunc(slices.Clone(s.Root.Children), func(b kiosk.Box) bool { return b.Role == kiosk.RoleHint })
	return outline(s)
}

// first is where the keys begin on each screen, "" for none.
var first = map[string]string{
	"arrived": "done", "cancelled": "done", "change-failed": "back", "change-gone": "again", "change-late": "again",
	"changing": "", "check-failed": "check-paper", "checking": "", "closed": "", "code": "pad-1", "contact": "pad-1",
	"contact-sending": "", "day": "take", "days": "day-2026-11-23", "days-asking": "", "finding": "", "found": "",
	"give-back": "pad-A", "give-back-ask": "", "help": "back", "issuing": "", "languages": "language-it", "no-ticket": "again",
	"no-days": "back", "not-given": "back", "nothing-left": "", "notice": "back", "number": "take", "out-of-service": "privacy", "own": "check-in",
	"other-day-ask": "", "paced": "back", "paper-failed": "done", "paper-unknown": "done", "printing": "", "privacy": "back", "privacy-contacts": "back",
	"privacy-kept": "back", "record": "back", "reminder": "done", "reminder-ask": "", "reminder-asking": "", "reminder-drop-failed": "done",
	"reminder-drop-unclear": "done", "reminder-dropped": "done", "reminder-dropping": "", "reminder-kept": "done", "reminder-later": "done",
	"reminder-none": "done", "reminder-not-kept": "done", "reminder-unclear": "done", "reminder-unreachable": "done", "refill": "without-paper", "reprinting": "", "start": "service-identity",
	"still-here": "", "strip": "", "take": "done", "times": "take", "touch-silent": "", "touch-stuck": "", "unclear": "done",
	"voice": "pause", "waiting": "",
}

// TestTheKeysBeginAtWhatMostPeopleWantAndAtNoAnswerOfTwoEquals reads where they begin, on the first scene of each screen.
func TestTheKeysBeginAtWhatMostPeopleWantAndAtNoAnswerOfTwoEquals(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range scenes.All() {
		k := stateOf(t, s, scenes.Setting{})
		name := k.screen()
		if seen[name] {
			continue
		}
		seen[name] = true
		want, read := first[name]
		if got := k.press(kiosk.KeySelect).focus(); !read || got != want && !leads(name) {
			t.Errorf("the keys begin at %q on %s (%s), want %q", got, name, s.Name, want)
		}
	}
	if len(seen) < len(first)-2 { // two screens are of no scene
		t.Errorf("%d of %d screens", len(seen), len(first))
	}
}

func TestTheFirstKeyShowsTheFocusAndDoesNothingElse(t *testing.T) {
	for _, key := range []kiosk.Key{kiosk.KeyNext, kiosk.KeyPrevious, kiosk.KeySelect, kiosk.KeyBack} {
		open(t).press(key).wantScreen("start").wantFocus("service-carta")
	}
	k := open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}).press(kiosk.KeySelect).wantScreen("found").wantFocus("")
	k.press(kiosk.KeySelect).wantScreen("found").press(kiosk.KeyNext).wantFocus("leave")
}

func TestATouchTakesFocusAndHintAway(t *testing.T) {
	for _, touch := range []kiosk.Msg{kiosk.Touched{}, kiosk.ChangeTheme{}, kiosk.SetLanguage{Lang: "en"}} {
		k := openWith(t, kiosk.Config{Keys: true}).press(kiosk.KeyNext).wantFocus("service-carta")
		if k.hint() == "" {
			t.Fatal("no hint:", outline(kiosk.View(k.state)))
		}
		if k.send(touch).wantFocus(""); k.hint() != "" {
			t.Fatalf("after %T: %q", touch, k.hint())
		}
		k.press(kiosk.KeySelect).wantScreen("start").wantFocus("service-carta")
	}
}

// hint is what the line over the access keys says.
func (k *totem) hint() string {
	box, _ := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleHint })
	return words(box)
}

func TestTheHintSaysWhereTheFocusIsAndHowToFindOne(t *testing.T) {
	k := openWith(t, kiosk.Config{Keys: true}).press(kiosk.KeyNext)
	if got, want := k.hint(), it(locale.HintKeys); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	k.press(kiosk.KeyNext, kiosk.KeyPrevious).wantFocus("service-carta")
	all := len(kiosk.View(k.state).Controls())
	if got, want := k.hint(), it(locale.HintAt, locale.Word("n", "3"), locale.Word("all", itoa(all))); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	k.press(kiosk.KeyPrevious, kiosk.KeyPrevious).wantFocus("language-it")
	if got, want := k.hint(), it(locale.HintChosen, locale.Word("n", "1"), locale.Word("all", itoa(all))); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	k.send(kiosk.SlipFound{Ticket: ticket(k.zone)})
	if got, want := k.wantScreen("found").hint(), it(locale.HintKeys); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if k = open(t).press(kiosk.KeyNext); k.hint() == "" {
		t.Error("nothing says where the focus is, for nobody told of a keypad")
	}
	if k.send(kiosk.SlipFound{Ticket: ticket(k.zone)}); k.hint() != "" {
		t.Errorf("%q is said of keys that are not there", k.hint())
	}
}

func TestTypingKeepsTheFocusAtItsKeyAndALetterLeadsToTheDigits(t *testing.T) {
	k := open(t).tap("own-ticket").press(kiosk.KeyNext).wantFocus("pad-1")
	k.press(kiosk.KeyNext, kiosk.KeyNext, kiosk.KeySelect, kiosk.KeySelect).wantFocus("pad-3")
	k = open(t).shows(held(rome(t))).tap("give-back").press(kiosk.KeyNext).wantFocus("pad-A")
	k.press(kiosk.KeyNext, kiosk.KeySelect).wantFocus("pad-1").goTo("pad-erase").press(kiosk.KeySelect).wantFocus("pad-erase")
}

func TestAnotherPageBeginsWithItsFirstThing(t *testing.T) {
	k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleService: 2, kiosk.RoleHour: 3, kiosk.RoleCard: 1}}).press(kiosk.KeyNext)
	k.goTo("more").press(kiosk.KeySelect).wantFocus("service-sociale")
	k.press(kiosk.KeyBack).wantScreen("start").wantFocus("service-carta")
	k.press(kiosk.KeySelect).wantFocus("take").goTo("more").press(kiosk.KeySelect).wantFocus("hour-A015")
	k.press(kiosk.KeySelect).wantFocus("take")
	k.goTo("key-help").press(kiosk.KeySelect).wantScreen("help").wantFocus("more")
	k.press(kiosk.KeySelect, kiosk.KeySelect).wantFocus("more") // there is nothing to choose: so all pages are read
}

func TestWhatIsGoneWithoutTheCitizensDoingIsNotReplacedByAnotherThing(t *testing.T) {
	k := open(t).tap("service-carta").press(kiosk.KeyNext, kiosk.KeyNext, kiosk.KeyNext, kiosk.KeyNext).wantFocus("hour-A015")
	fewer := offers(k.zone, 9)
	fewer[0].Times[3].Number = ""
	k.send(kiosk.OffersChanged{Offers: fewer}).wantFocus("").press(kiosk.KeySelect).wantScreen("times")
	k.fork().press(kiosk.KeyNext).wantFocus("hour-A016")
	k.press(kiosk.KeyPrevious).wantFocus("hour-A013")
}

func TestAChosenLanguageBeginsWithWhatMostPeopleWant(t *testing.T) {
	k := open(t).press(kiosk.KeyNext, kiosk.KeyPrevious).wantFocus("language-en").press(kiosk.KeySelect).wantFocus("service-carta")
	k.goTo("key-language").press(kiosk.KeySelect).wantScreen("languages").wantFocus("language-en").press(kiosk.KeyPrevious, kiosk.KeySelect)
	if k.wantScreen("start").wantFocus("service-carta"); kiosk.View(k.state).Lang != locale.Italian {
		t.Error(outline(kiosk.View(k.state)))
	}
}

func TestAChosenTimeIsNextToBeTaken(t *testing.T) {
	k := open(t).tap("service-carta").press(kiosk.KeyNext, kiosk.KeyNext, kiosk.KeyNext, kiosk.KeySelect).wantFocus("take")
	k.press(kiosk.KeySelect).wantScreen("issuing")
	if got := k.effects[0].(kiosk.Issue).Number; got != "A013" {
		t.Errorf("took %s", got)
	}
}
