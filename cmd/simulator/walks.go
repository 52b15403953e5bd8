package main

import (
	"context"
	"fmt"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// taken is a ticket, as its citizen read it.
type taken struct {
	Number  booking.Number
	Service booking.ServiceID
	Code    booking.Code // from the screen; "" where it is on the slip
	Slip    int          // which slip it is, counted from 1; 0 for none
	Receipt int          // which is the receipt of a consent; 0 for none
	Taps    int          // from the start screen until the slip was there
	Bytes   []byte       // that arrived at the printer meanwhile
	State   booking.State
	Day     booking.Day // another than today; zero: today
}

// walk is what one citizen of the tour does.
type walk struct {
	name, who string
	do        func(*tour, context.Context) error
}

// walks are the tour, in its order: later ones need what the earlier left.
func walks() []walk {
	return []walk{
		{"first", "an Italian citizen, who wants another time", func(t *tour, ctx context.Context) error {
			return t.takes(ctx, 0, true)
		}},
		{"english", "a citizen who reads English", func(t *tour, ctx context.Context) error {
			return t.takes(ctx, 1, false, in(locale.English))
		}},
		{"arabic", "a citizen who reads Arabic", func(t *tour, ctx context.Context) error {
			return t.takes(ctx, 2, false, in("ar"))
		}},
		{"contrast", "a citizen with low vision: high contrast, letters of twice the size", (*tour).seesLittle},
		{"low", "a citizen in a wheelchair: everything within reach", func(t *tour, ctx context.Context) error {
			return t.takes(ctx, 0, false, looks(kiosk.ToggleReach{}, kiosk.Look{Low: true}))
		}},
		{"blind", "a citizen who cannot see: five keys and a headset", (*tour).hears},
		{"qr", "the same citizen's companion, who shows the slip to the code reader", (*tour).shows},
		{"cut", "a citizen while the network is cut off", (*tour).offline},
		{"paper", "a citizen while there is no paper", (*tour).withoutPaper},
		{"check-in", "the first citizen, who comes back and checks in", (*tour).checksIn},
		{"cancel", "the second citizen, who gives the place back", (*tour).cancels},
		{"look", "a citizen who only looks around", (*tour).looksAround},
		{"decline", "a citizen who wants another day, and gives no contact for it", (*tour).declines},
		{"other-day", "a citizen who gives a telephone number for another day", (*tour).books},
		{"reminder", "a citizen who asks for a reminder of today's ticket", (*tour).reminded},
		{"withdraw", "a citizen who asks for one by mail, comes back, and withdraws", (*tour).withdraws},
		{"message", "the telephones, when it is time", (*tour).waits},
	}
}

// takes takes a ticket: what comes first, a service, a time, the slip.
func (t *tour) takes(ctx context.Context, queue int, later bool, first ...step) error {
	if err := t.c.begin(ctx); err != nil {
		return err
	}
	before := len(t.w.paper.Received())
	if err := t.c.walk(ctx, first...); err != nil {
		return err
	}
	one := taken{Slip: len(t.w.paper.Slips()) + 1, State: booking.Issued}
	var err error
	if one.Service, err = t.c.choose(ctx, queue); err != nil {
		return err
	}
	if later {
		offered := text(t.c.screen.Root, kiosk.RolePrimary)
		changed := func(s kiosk.Screen) bool { return s.Name == "times" && text(s.Root, kiosk.RolePrimary) != offered }
		if err := t.c.touch(ctx, control(kiosk.RoleHour), changed); err != nil {
			return err
		}
	}
	if err := t.c.touch(ctx, control(kiosk.RolePrimary), named("take")); err != nil {
		return err
	}
	one.Number, one.Taps = booking.Number(text(t.c.screen.Root, kiosk.RoleNumber)), t.c.taps
	one.Bytes = t.w.paper.Received()[before:]
	t.taken = append(t.taken, one)
	t.c.say("takes the slip %s, %s", one.Number, text(t.c.screen.Root, kiosk.RoleWhen))
	return t.leaves(ctx)
}

// leaves ends the visit with the key that says so.
func (t *tour) leaves(ctx context.Context) error {
	return t.c.touch(ctx, says(kiosk.Finish{}), named("start"))
}

func (t *tour) seesLittle(ctx context.Context) error {
	at := func(n kiosk.Text) kiosk.Look { return kiosk.Look{Theme: kiosk.HighContrast, Text: n} }
	return t.takes(ctx, 1, false, looks(kiosk.ChangeTheme{}, at(0)), looks(kiosk.ChangeText{}, at(125)),
		looks(kiosk.ChangeText{}, at(150)), looks(kiosk.ChangeText{}, at(200)))
}

// offline takes a ticket with the cable pulled: the same taps, from the grant.
func (t *tour) offline(ctx context.Context) error {
	t.w.cable.Pull()
	defer t.w.cable.Plug()
	t.say("the network cable is pulled out")
	if err := t.c.see(ctx, func(s kiosk.Screen) bool { return s.Name == "start" && ageOf(s) != "" }); err != nil {
		return err
	}
	t.c.say("reads %q", ageOf(t.c.screen))
	if err := t.takes(ctx, 0, false); err != nil {
		return err
	}
	t.w.cable.Plug()
	t.say("the network cable is back")
	return t.c.see(ctx, func(s kiosk.Screen) bool { return s.Name == "start" && ageOf(s) == "" })
}

// ageOf returns the note on the start screen that says of when its data are; "" where they are of now.
func ageOf(s kiosk.Screen) string {
	body, _ := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleBody })
	for _, b := range body.Children {
		if b.Role == kiosk.RoleNote {
			return b.Text
		}
	}
	return ""
}

// withoutPaper takes a ticket that no paper can be had for: number and code are on the screen.
func (t *tour) withoutPaper(ctx context.Context) error {
	t.w.paper.EndPaperAfter(0)
	t.say("the paper is pulled out")
	if err := t.c.begin(ctx); err != nil {
		return err
	}
	one := taken{State: booking.Issued}
	var err error
	if one.Service, err = t.c.choose(ctx, 0); err != nil {
		return err
	}
	warned := func(s kiosk.Screen) bool { return s.Name == "times" && has(s.Root, kiosk.RoleCaution) }
	if err := t.c.see(ctx, warned); err != nil {
		return err
	}
	if err := t.c.touch(ctx, control(kiosk.RolePrimary), named("paper-failed")); err != nil {
		return err
	}
	one.Number, one.Taps = booking.Number(text(t.c.screen.Root, kiosk.RoleNumber)), t.c.taps
	one.Code = booking.Code(text(t.c.screen.Root, kiosk.RoleQR))
	t.taken = append(t.taken, one)
	t.c.say("reads %q and writes the code down", text(t.c.screen.Root, kiosk.RoleStrong))
	if err := t.leaves(ctx); err != nil {
		return err
	}
	return t.refills(ctx)
}

// refills puts a roll in as a clerk does, and says that the strip can be read.
func (t *tour) refills(ctx context.Context) error {
	t.w.paper.OpenCover()
	t.say("a clerk opens the cover")
	if err := t.c.see(ctx, named("refill")); err != nil {
		return err
	}
	t.w.paper.LoadPaper()
	t.w.paper.CloseCover()
	t.say("puts a roll in and closes it")
	if err := t.c.see(ctx, named("strip")); err != nil {
		return err
	}
	return t.c.touch(ctx, says(kiosk.StripSeen{Readable: true}), named("start"))
}

// own types the code of a ticket that was taken before, and comes to its screen.
func (t *tour) own(ctx context.Context, n int) (booking.Code, error) {
	code, err := t.codeOf(ctx, t.taken[n])
	if err != nil {
		return "", err
	}
	if err := t.c.begin(ctx); err != nil {
		return "", err
	}
	if err := t.c.touch(ctx, says(kiosk.OpenTicket{}), named("code")); err != nil {
		return "", err
	}
	return code, t.c.typeIn(ctx, string(code), named("own"))
}

func (t *tour) checksIn(ctx context.Context) error {
	if len(t.taken) < 1 {
		return fmt.Errorf("nobody has a ticket: take the walk %q too", "first")
	}
	if _, err := t.own(ctx, 0); err != nil {
		return err
	}
	if err := t.c.walk(ctx, step{says(kiosk.ShowRecord{}), named("record")}, step{says(kiosk.GoBack{}), named("own")},
		step{says(kiosk.CheckInNow{}), named("arrived")}); err != nil {
		return err
	}
	t.taken[0].State = booking.Arrived
	t.c.say("reads %q", text(t.c.screen.Root, kiosk.RoleTitle))
	return t.leaves(ctx)
}

func (t *tour) cancels(ctx context.Context) error {
	if len(t.taken) < 2 {
		return fmt.Errorf("nobody has a second ticket: take the walk %q too", "english")
	}
	if _, err := t.own(ctx, 1); err != nil {
		return err
	}
	if err := t.c.touch(ctx, says(kiosk.GiveBack{}), named("give-back")); err != nil {
		return err
	}
	if err := t.c.typeIn(ctx, string(t.taken[1].Number), named("give-back-ask")); err != nil {
		return err
	}
	if err := t.c.touch(ctx, says(kiosk.Confirm{Yes: true}), named("cancelled")); err != nil {
		return err
	}
	t.taken[1].State = booking.Cancelled
	t.c.say("reads %q", text(t.c.screen.Root, kiosk.RoleTitle))
	return t.leaves(ctx)
}

// looksAround tries help, privacy and the colours, and goes away without a ticket.
func (t *tour) looksAround(ctx context.Context) error {
	if err := t.c.begin(ctx); err != nil {
		return err
	}
	err := t.c.walk(ctx,
		step{says(kiosk.OpenPrivacy{}), named("privacy")},
		step{says(kiosk.OpenLayer{Layer: kiosk.LayerKept}), named("privacy-kept")},
		step{says(kiosk.GoBack{}), named("privacy")},
		step{says(kiosk.GoBack{}), named("start")},
		step{says(kiosk.OpenLanguages{}), named("languages")},
		step{says(kiosk.GoBack{}), named("start")},
		step{says(kiosk.OpenHelp{}), named("help")},
		step{says(kiosk.GoBack{}), named("start")},
		looks(kiosk.ChangeTheme{}, kiosk.Look{Theme: kiosk.HighContrast}),
		looks(kiosk.ChangeTheme{}, kiosk.Look{Theme: kiosk.Dark}),
		looks(kiosk.ChangeTheme{}, kiosk.Look{Theme: kiosk.LowContrast}),
		looks(kiosk.ChangeTheme{}, kiosk.Look{}),
	)
	if err == nil {
		t.c.say("goes away; nothing is left of the visit")
	}
	return err
}

// has reports whether a screen has a box with a role.
func has(b kiosk.Box, role kiosk.Role) bool {
	_, ok := b.Find(func(each kiosk.Box) bool { return each.Role == role })
	return ok
}

// chosen are the walks of the names, with commas between them; all for "".
func chosen(names string) ([]walk, error) {
	if names == "" {
		return walks(), nil
	}
	var list []walk
	for name := range strings.SplitSeq(names, ",") {
		found := false
		for _, w := range walks() {
			if w.name == name {
				list, found = append(list, w), true
			}
		}
		if !found {
			return nil, fmt.Errorf("the tour has no walk %q", name)
		}
	}
	return list, nil
}
