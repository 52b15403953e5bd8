package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// keyNames are the keys of the simulated keypad that a citizen finds by feel.
var keyNames = map[kiosk.Key]string{
	kiosk.KeyPrevious: "KEY_UP", kiosk.KeyNext: "KEY_DOWN", kiosk.KeySelect: "KEY_ENTER", kiosk.KeyBack: "KEY_ESC", kiosk.KeyRepeat: "KEY_HELP",
}

// presses strikes a key and waits until words are said.
func (t *tour) presses(ctx context.Context, key kiosk.Key, words string) (said string, err error) {
	name := keyNames[key]
	t.w.ear.does("presses " + strings.ToLower(strings.TrimPrefix(name, "KEY_")))
	<-time.After(pace)
	t.c.taps++
	if err := t.w.hands.press(name); err != nil {
		return "", err
	}
	return t.w.ear.await(ctx, words)
}

// hears takes a ticket by five keys and a headset, and goes by what is said alone.
func (t *tour) hears(ctx context.Context) error {
	if err := t.c.begin(ctx); err != nil {
		return err
	}
	before := len(t.w.paper.Received())
	one := taken{Slip: len(t.w.paper.Slips()) + 1, State: booking.Issued}
	t.w.ear.does("plugs a headset in")
	if err := t.w.hands.plug(true); err != nil {
		return err
	}
	defer func() { _ = t.w.hands.plug(false) }() // the tour ends with the first error anyway
	wanted := t.w.office.Office.Services[len(t.w.office.Office.Services)-1]
	one.Service = wanted.ID
	said, err := t.w.ear.await(ctx, locale.Say(locale.Italian, locale.StartTitle))
	for n := 0; err == nil && !strings.Contains(said, wanted.Name.In(locale.Italian)); n++ {
		if n > 20 {
			return fmt.Errorf("the service %q is never said", wanted.ID)
		}
		said, err = t.presses(ctx, kiosk.KeyNext, "")
	}
	if err != nil {
		return err
	}
	if _, err := t.presses(ctx, kiosk.KeySelect, ""); err != nil {
		return err
	}
	if _, err := t.presses(ctx, kiosk.KeySelect, locale.Say(locale.Italian, locale.TakeTitle)); err != nil {
		return err
	}
	if err := t.c.see(ctx, named("take")); err != nil {
		return err
	}
	one.Number, one.Taps = booking.Number(text(t.c.screen.Root, kiosk.RoleNumber)), t.c.taps
	one.Bytes = t.w.paper.Received()[before:]
	t.taken = append(t.taken, one)
	t.c.say("hears the number %s, after %d key presses", one.Number, one.Taps)
	t.w.ear.does("presses enter and goes")
	if err := t.w.hands.press(keyNames[kiosk.KeySelect]); err != nil {
		return err
	}
	return t.c.see(ctx, named("start"))
}

// shows holds the slip of the ticket that was taken last before the code reader, and checks in.
func (t *tour) shows(ctx context.Context) error {
	n := len(t.taken) - 1
	if n < 0 {
		return fmt.Errorf("nobody has a ticket: take the walk %q too", "first")
	}
	code, err := t.codeOf(ctx, t.taken[n])
	if err != nil {
		return err
	}
	if err := t.c.begin(ctx); err != nil {
		return err
	}
	t.c.say("holds the slip %s before the reader", t.taken[n].Number)
	if err := t.w.hands.show(code); err != nil {
		return err
	}
	if err := t.c.see(ctx, named("own")); err != nil {
		return err
	}
	if err := t.c.touch(ctx, says(kiosk.CheckInNow{}), named("arrived")); err != nil {
		return err
	}
	t.taken[n].State = booking.Arrived
	t.c.say("reads %q", text(t.c.screen.Root, kiosk.RoleTitle))
	return t.leaves(ctx)
}
