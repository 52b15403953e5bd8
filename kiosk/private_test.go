package kiosk_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// secretRoles tell a ticket, or what is typed of it, wherever they stand.
var secretRoles = []kiosk.Role{kiosk.RoleNumber, kiosk.RoleWhen, kiosk.RoleProof, kiosk.RoleQR, kiosk.RoleCode, kiosk.RoleDigits, kiosk.RoleTyped,
	kiosk.RoleText}

// chosen are the screens of a citizen who has chosen, been given or shown something, where its words tell it.
var chosen = []string{"times", "number", "printing", "reprinting", "take", "paper-failed", "paper-unknown", "found", "own", "give-back-ask",
	"arrived", "record", "reminder-ask", "contact", "reminder-kept", "reminder", "day"}

// secret reports whether whoever hears the box hears of a ticket, of what was chosen, or of what is typed.
func secret(name string, b kiosk.Box) bool {
	sign, pad := b.Tap.(kiosk.Type)
	words := slices.ContainsFunc([]string{"A012", "482917305566", "4829", "Carta d'identità", "vecchio documento", "oggi alle 9:50", "lunedì 23",
		"A018", "A031", "oggi alle 10:", "domenica 22", "3330", "esempio", "••0012", "AB12-"},
		func(w string) bool { return strings.Contains(b.Text, w) })
	return slices.Contains(secretRoles, b.Role) || pad && sign.Sign != 0 || words && slices.Contains(chosen, name)
}

// TestWhatTellsATicketIsPrivateOnEveryScreenAndWhatIsTheSameForEverybodyIsNot walks through all scenes.
func TestWhatTellsATicketIsPrivateOnEveryScreenAndWhatIsTheSameForEverybodyIsNot(t *testing.T) {
	public := []kiosk.Role{kiosk.RoleEmblem, kiosk.RoleOffice, kiosk.RolePlace, kiosk.RoleClock, kiosk.RoleLanguage, kiosk.RoleBack,
		kiosk.RoleService, kiosk.RoleHour, kiosk.RolePrimary, kiosk.RoleButton, kiosk.RoleLink, kiosk.RoleMore, kiosk.RoleKey, kiosk.RolePromise,
		kiosk.RoleProgress, kiosk.RoleCount, kiosk.RoleStep}
	for _, s := range scenes.All() {
		screen, err := s.Play(scenes.Setting{})
		if err != nil {
			t.Fatal(err)
		}
		each(screen.Root, false, func(b kiosk.Box, private bool) {
			switch {
			case secret(screen.Name, b) && !private:
				t.Errorf("%s: %s %q is not private", s.Name, b.Role, b.Text)
			case slices.Contains(public, b.Role) && private:
				t.Errorf("%s: %s %q is private", s.Name, b.Role, b.Text)
			case private && b.Role != kiosk.RoleTime && (screen.Name == "start" || screen.Name == "help" || strings.HasPrefix(screen.Name, "privacy")):
				t.Errorf("%s: %s %q is the same for everybody", s.Name, b.Role, b.Text)
			}
		})
	}
}

// each visits every box with whether it, or what it is a part of, is private.
func each(b kiosk.Box, private bool, visit func(kiosk.Box, bool)) {
	private = private || b.Private
	visit(b, private)
	for _, child := range b.Children {
		each(child, private, visit)
	}
}

// TestEveryValueOfARecordIsPrivateAndWhatItIsStoredForIsNot reads the record of a ticket.
func TestEveryValueOfARecordIsPrivateAndWhatItIsStoredForIsNot(t *testing.T) {
	k := open(t).shows(held(rome(t))).tap("record")
	for _, f := range k.fields() {
		for _, b := range f.Children {
			value := b.Role == kiosk.RoleStrong || strings.Contains(b.Text, "Si cancella")
			if b.Private != value {
				t.Errorf("%s %q: private %t", b.Role, b.Text, b.Private)
			}
		}
	}
}

func TestTheHintTellsNoSignThatIsTypedAndSaysWhyNothingIsSpoken(t *testing.T) {
	k := openWith(t, heard).tap("own-ticket").press(kiosk.KeyRepeat).wantFocus("pad-1")
	at, _ := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.Text != "" && strings.HasPrefix(b.Text, "Scelta") })
	if !at.Private || !k.says(it(locale.VoicePrivate)) {
		t.Error(outline(kiosk.View(k.state)))
	}
	if k.send(kiosk.HeadsetChanged{In: true}); k.says(it(locale.VoicePrivate)) {
		t.Error("with a headset all is spoken:", outline(kiosk.View(k.state)))
	}
	k.press(kiosk.KeyPrevious).wantFocus("back")
	if at, _ = kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.Text != "" && strings.HasPrefix(b.Text, "Scelta") }); at.Private {
		t.Error("the place of the way back is no secret")
	}
	if openWith(t, heard).press(kiosk.KeyRepeat).says(it(locale.VoicePrivate)) {
		t.Error("the start has nothing private")
	}
}
