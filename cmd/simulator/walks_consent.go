package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/postsim"
	"example.org/totem/kiosk"
	"example.org/totem/privacy"
)

// Contacts that belong to nobody: numbers of no network, and a domain that is kept free for examples (RFC 2606).
const (
	noPhone = "3330000000"
	noMail  = "a@b.example"
)

// declines wants another day, does not want to give a contact for it, and takes a place for today.
func (t *tour) declines(ctx context.Context) error {
	if err := t.c.begin(ctx); err != nil {
		return err
	}
	service, err := t.c.choose(ctx, 0)
	if err != nil {
		return err
	}
	if err := t.c.walk(ctx,
		step{says(kiosk.OpenOtherDay{}), named("other-day-ask")},
		step{says(kiosk.OpenNotice{}), named("notice")},
		step{says(kiosk.GoBack{}), named("other-day-ask")},
		step{says(kiosk.Choose{}), named("times")}); err != nil {
		return err
	}
	t.c.say("is back at today's times, with the service chosen")
	if err := t.slipOf(ctx, service, named("take")); err != nil {
		return err
	}
	return t.leaves(ctx)
}

// slipOf takes the slip of what is offered on the screen.
func (t *tour) slipOf(ctx context.Context, service booking.ServiceID, then func(kiosk.Screen) bool) error {
	before := len(t.w.paper.Received())
	one := taken{Service: service, Slip: len(t.w.paper.Slips()) + 1, State: booking.Issued}
	if err := t.c.touch(ctx, control(kiosk.RolePrimary), then); err != nil {
		return err
	}
	one.Number, one.Taps = booking.Number(text(t.c.screen.Root, kiosk.RoleNumber)), t.c.taps
	one.Bytes = t.w.paper.Received()[before:]
	t.taken = append(t.taken, one)
	t.c.say("takes the slip %s, %s", one.Number, text(t.c.screen.Root, kiosk.RoleWhen))
	return nil
}

// books gives a contact and takes a place on another day.
func (t *tour) books(ctx context.Context) error {
	if err := t.c.begin(ctx); err != nil {
		return err
	}
	service, err := t.c.choose(ctx, 1)
	if err != nil {
		return err
	}
	if err := t.c.walk(ctx, step{says(kiosk.OpenOtherDay{}), named("other-day-ask")},
		step{says(kiosk.Choose{Yes: true}), named("contact")}); err != nil {
		return err
	}
	if err := t.types(ctx, privacy.SMS, noPhone); err != nil {
		return err
	}
	if err := t.c.touch(ctx, says(kiosk.Send{}), named("days")); err != nil {
		return err
	}
	first, ok := t.c.screen.Root.Find(control(kiosk.RoleDay))
	if !ok {
		return fmt.Errorf("no other day is offered")
	}
	day := first.Tap.(kiosk.ChooseDay).Day
	if err := t.c.touch(ctx, is(first.ID), named("day")); err != nil {
		return err
	}
	if err := t.slipOf(ctx, service, named("take")); err != nil {
		return err
	}
	t.taken[len(t.taken)-1].Day = day
	if err := t.receipt(ctx); err != nil {
		return err
	}
	return t.leaves(ctx)
}

// reminded takes a place for later today and asks to be reminded by telephone.
func (t *tour) reminded(ctx context.Context) error {
	start, err := t.asksReminder(ctx, 0, privacy.SMS, noPhone)
	t.due = start.Add(-t.w.office.Office.Reminders.Before)
	return err
}

// withdraws asks to be reminded by mail, comes back with the ticket, and withdraws.
func (t *tour) withdraws(ctx context.Context) error {
	if _, err := t.asksReminder(ctx, 2, privacy.Mail, noMail); err != nil {
		return err
	}
	if _, err := t.own(ctx, len(t.taken)-1); err != nil {
		return err
	}
	if err := t.c.walk(ctx, step{says(kiosk.OpenReminder{}), named("reminder")}); err != nil {
		return err
	}
	t.c.say("reads %q", text(t.c.screen.Root, kiosk.RoleStrong))
	if err := t.c.walk(ctx, step{says(kiosk.DropReminder{}), named("reminder-dropped")}); err != nil {
		return err
	}
	t.c.say("reads %q, %d taps after opening the ticket's screen", text(t.c.screen.Root, kiosk.RoleTitle), 2)
	return t.leaves(ctx)
}

// asksReminder takes the latest time of today that the screen offers, and gives a contact. It returns that time.
func (t *tour) asksReminder(ctx context.Context, queue int, channel privacy.Channel, contact string) (start time.Time, err error) {
	if err := t.c.begin(ctx); err != nil {
		return time.Time{}, err
	}
	service, err := t.c.choose(ctx, queue)
	if err != nil {
		return time.Time{}, err
	}
	late, words, start, err := t.latest()
	if err != nil {
		return time.Time{}, err
	}
	if err := t.c.touch(ctx, is(late), offers(words)); err != nil {
		return time.Time{}, err
	}
	if err := t.slipOf(ctx, service, named("take")); err != nil {
		return time.Time{}, err
	}
	if err := t.c.walk(ctx, step{says(kiosk.OpenReminder{}), named("reminder-ask")},
		step{says(kiosk.Choose{Yes: true}), named("contact")}); err != nil {
		return time.Time{}, err
	}
	if err := t.types(ctx, channel, contact); err != nil {
		return time.Time{}, err
	}
	if err := t.c.touch(ctx, says(kiosk.Send{}), named("reminder-kept")); err != nil {
		return time.Time{}, err
	}
	t.c.say("reads %q", text(t.c.screen.Root, kiosk.RoleTitle))
	if err := t.receipt(ctx); err != nil {
		return time.Time{}, err
	}
	return start, t.leaves(ctx)
}

// receipt takes the paper receipt of a consent, which comes after the slip of the last ticket.
func (t *tour) receipt(ctx context.Context) error {
	last := &t.taken[len(t.taken)-1]
	last.Receipt = last.Slip + 1
	if _, err := t.w.slip(ctx, last.Receipt); err != nil {
		return fmt.Errorf("wait for the receipt: %w", err)
	}
	t.c.say("takes the receipt of the consent")
	return nil
}

// latest returns the control of the latest time that can be chosen on the screen, and that time of today.
func (t *tour) latest() (id, words string, start time.Time, err error) {
	var last kiosk.Box
	for b := range t.c.screen.Root.All() {
		if control(kiosk.RoleHour)(b) {
			last = b
		}
	}
	clock, err := time.Parse("15:04", last.Text)
	if err != nil {
		return "", "", time.Time{}, fmt.Errorf("no other time is offered on the screen %q", t.c.screen.Name)
	}
	now := t.w.local(t.w.clock.Now())
	return last.ID, last.Text, time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location()), nil
}

// offers reports whether a screen offers that time before all others.
func offers(clock string) func(kiosk.Screen) bool {
	return func(s kiosk.Screen) bool { return strings.Contains(text(s.Root, kiosk.RolePrimary), clock) }
}

// types types a contact, on the screen for that channel.
func (t *tour) types(ctx context.Context, channel privacy.Channel, contact string) error {
	if other := says(kiosk.SetChannel{Channel: channel}); hasFit(t.c.screen.Root, other) {
		gone := func(s kiosk.Screen) bool { return !hasFit(s.Root, other) }
		if err := t.c.touch(ctx, other, gone); err != nil {
			return err
		}
	}
	for _, sign := range contact {
		before := words(typing(t.c.screen))
		leads := func(s kiosk.Screen) bool { return words(typing(s)) != before }
		if err := t.c.touch(ctx, says(kiosk.Type{Sign: sign}), leads); err != nil {
			return err
		}
	}
	return nil
}

func hasFit(b kiosk.Box, fits func(kiosk.Box) bool) bool {
	_, ok := b.Find(fits)
	return ok
}

// typing returns the box of what is being typed.
func typing(s kiosk.Screen) kiosk.Box {
	box, _ := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleTyped || b.Role == kiosk.RoleText })
	return box
}

// waits lets the morning pass until messages are due, and reads those that come.
func (t *tour) waits(ctx context.Context) error {
	if t.due.IsZero() {
		return fmt.Errorf("nobody waits for a message: take the walk %q too", "reminder")
	}
	if wait := t.due.Sub(t.w.clock.Now()); wait > 0 {
		t.w.clock.Forward(wait)
	}
	t.say("the morning has passed; half an hour before the time of the ticket")
	messages, err := t.w.post.Wait(ctx, 1)
	if err != nil {
		return fmt.Errorf("wait for the reminder: %w", err)
	}
	for _, m := range messages {
		t.say("the telephone of the citizen shows: %s", strings.ReplaceAll(m.Text, "\n", " "))
	}
	if slices.ContainsFunc(messages, func(m postsim.Message) bool { return m.Channel == privacy.Mail }) {
		return fmt.Errorf("a reminder went out that was withdrawn")
	}
	return t.c.see(ctx, named("start"))
}

// letters writes down the messages as people saw them.
func letters(all []postsim.Message) []byte {
	var b strings.Builder
	for _, m := range all {
		fmt.Fprintf(&b, "%s to %s\n", m.Channel, m.To)
		if m.Subject != "" {
			fmt.Fprintf(&b, "%s\n", m.Subject)
		}
		fmt.Fprintf(&b, "\n%s\n\n", m.Text)
	}
	return []byte(b.String())
}
