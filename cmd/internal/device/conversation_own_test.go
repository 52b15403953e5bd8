package device_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/store"
)

const atTheDoor, inTheYard booking.TotemID = "ingresso", "cortile"

// openOfTwo starts a scheduler of the sample office with two totems.
func openOfTwo(t testing.TB, dir string, now func() time.Time) *central.Central {
	t.Helper()
	p := plan(t)
	p.Totems = []booking.TotemID{atTheDoor, inTheYard}
	p.Office.Release = 0 // each keeps what it holds, so that a tap is answered by its own grant
	c, err := central.Open(waiting(t), central.Config{Plans: []agenda.Plan{p}, DataDir: dir, Init: true, Listen: "127.0.0.1:0", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// startOf runs the totem of a name, and returns its folder beside it. It logs to out.
func startOf(t testing.TB, c *central.Central, id booking.TotemID, paper *papersim.PTY, now func() time.Time, out *journal) (d *totem, data string) {
	t.Helper()
	data = folder(t, string(id))
	cfg := config(t, data, paper.Path, c.URL())
	cfg.Totem = id
	cfg = provisioned(t, c, cfg)
	return startWith(t, cfg, device.Parts{Now: now, Log: slog.New(slog.NewTextHandler(out, nil))}), data
}

// say says what a finger would, whatever is on the screen.
func (d *totem) say(messages ...kiosk.Msg) {
	d.t.Helper()
	for _, m := range messages {
		select {
		case d.taps <- m:
		case <-d.ctx.Done():
			d.t.Fatal("the totem does not answer")
		}
	}
}

// types touches a key for each sign.
func (d *totem) types(signs string) {
	d.t.Helper()
	for _, sign := range signs {
		d.say(kiosk.Type{Sign: sign})
	}
}

// finds types a code until the totem knows its ticket, which another totem may just have given, and returns the screen.
func (d *totem) finds(code booking.Code) kiosk.Screen {
	d.t.Helper()
	for {
		d.say(kiosk.OpenTicket{})
		d.must("code")
		d.types(string(code))
		if s := d.must("own", "no-ticket"); s.Name == "own" {
			return s
		}
	}
}

// stands waits until the ledger has a number in a state, and returns its slot.
func stands(t testing.TB, c *central.Central, n booking.Number, state booking.State) booking.Slot {
	t.Helper()
	ctx := waiting(t)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		sheets, err := c.Sheets(ctx, plan(t).Office.ID, theTuesday(t))
		if err != nil {
			t.Fatal(err)
		}
		var slot booking.Slot
		for _, s := range sheets {
			if i, ok := s.Find(n); ok {
				slot = s.Slots[i]
			}
		}
		if slot.State == state {
			return slot
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("the ledger has %s as %s, want it %s", n, slot.State, state)
		}
	}
}

func theTuesday(t testing.TB) booking.Day {
	t.Helper()
	day, err := booking.ParseDay("2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func TestATicketIsCheckedInAndGivenBackByItsTypedCode(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)
	s := d.take()
	number := booking.Number(text(s, kiosk.RoleNumber))
	d.touch(s, control(kiosk.RolePrimary), "start")
	code := codeOn(t, paper.Slips()[0])

	s = d.finds(code)
	if text(s, kiosk.RoleNumber) != string(number) {
		t.Fatalf("the code of %s leads to %s", number, text(s, kiosk.RoleNumber))
	}
	s = d.touch(s, named("check-in"), "arrived", "change-failed", "change-gone")
	if s.Name != "arrived" || text(s, kiosk.RoleNumber) != string(number) {
		t.Fatalf("the screen is %q for %s", s.Name, text(s, kiosk.RoleNumber))
	}
	stands(t, c, number, booking.Arrived)
	d.touch(s, named("done"), "start")

	s = d.finds(code)
	if _, offered := s.Root.Find(named("check-in")); offered {
		t.Error("who is here can check in once more")
	}
	d.touch(s, named("give-back"), "give-back")
	d.types(string(number))
	s = d.touch(d.must("give-back-ask"), named("yes"), "cancelled", "change-failed", "change-gone")
	if s.Name != "cancelled" {
		t.Fatalf("the screen is %q", s.Name)
	}
	stands(t, c, number, booking.Cancelled)
	d.touch(s, named("back"), "start")
	if s = d.finds(code); !mentions(s, locale.Say(locale.Italian, locale.StateCancelled)) {
		t.Error("the ticket is shown as if nothing had happened")
	}
}

func TestATicketOfAnotherTotemOfTheOfficeIsKnownByItsCode(t *testing.T) {
	now := atOpening(t)
	c := openOfTwo(t, folder(t, "scheduler"), now)
	paper, logs := openPaper(t, papersim.Config{}), &journal{}
	door, _ := startOf(t, c, atTheDoor, paper, now, logs)
	yard, _ := startOf(t, c, inTheYard, openPaper(t, papersim.Config{}), now, logs)
	s := door.take()
	number := booking.Number(text(s, kiosk.RoleNumber))
	code := codeOn(t, paper.Slips()[0])
	door.touch(s, control(kiosk.RolePrimary), "start")

	yard.must("start")
	s = yard.touch(yard.finds(code), named("check-in"), "arrived", "change-failed", "change-gone")
	if s.Name != "arrived" {
		t.Fatalf("the screen is %q", s.Name)
	}
	stands(t, c, number, booking.Arrived)
	yard.touch(s, named("done"), "start")

	yard.touch(yard.finds(code), named("give-back"), "give-back")
	yard.types(string(number))
	yard.touch(yard.must("give-back-ask"), named("yes"), "cancelled")
	stands(t, c, number, booking.Cancelled)
	for { // the totem that gave it hears of it by and by
		s := door.finds(code)
		if _, offered := s.Root.Find(named("give-back")); !offered && mentions(s, locale.Say(locale.Italian, locale.StateCancelled)) {
			return
		}
		door.touch(s, named("back"), "start")
	}
}

func TestWhatABearerDoesWithoutALinkIsTheLedgersOnceThereIsOne(t *testing.T) {
	now, dir, address := atOpening(t), folder(t, "scheduler"), freeAddress(t)
	c := openCentral(t, dir, address, now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, "nats://"+address)), now)
	d.must("start")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	s := d.takeHeld()
	number := booking.Number(text(s, kiosk.RoleNumber))
	d.touch(s, control(kiosk.RolePrimary), "start")
	s = d.finds(codeOn(t, paper.Slips()[0]))
	d.touch(d.touch(s, named("check-in"), "arrived"), named("done"), "start")
	stands(t, openCentral(t, dir, address, now), number, booking.Arrived)
}

// A restart finds a slip whose end nobody knows, and asks about it; meanwhile its bearer gives the place back elsewhere.
func TestAFoundSlipOfATicketThatWasGivenBackElsewhereIsAskedAboutNoMore(t *testing.T) {
	now := atOpening(t)
	c := openOfTwo(t, folder(t, "scheduler"), now)
	slow, err := papersim.OnPTY(papersim.Config{}, papersim.Line{Baud: 300})
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	logs := &journal{}
	yard, _ := startOf(t, c, inTheYard, openPaper(t, papersim.Config{}), now, logs)
	line := lay(t, strings.TrimPrefix(c.URL(), "tls://"))
	lost := config(t, folder(t, "lost"), slow.Path, "tls://"+line.Addr().String())
	lost.Totem = atTheDoor
	door := startWith(t, provisioned(t, c, lost), device.Parts{Now: now, LinkSpread: time.Millisecond})
	s := door.touch(door.touch(door.must("start"), control(kiosk.RoleService), "times"), control(kiosk.RolePrimary), "printing")
	number := booking.Number(text(s, kiosk.RoleNumber))
	stands(t, c, number, booking.Issued)
	// The power fails while the slip is on its way: what the disk holds then goes on, and what the program did afterwards
	// nobody hears.
	if err := line.Close(); err != nil {
		t.Fatal(err)
	}
	line.cut()
	data := filepath.Join(t.TempDir(), "found")
	if err := os.CopyFS(data, os.DirFS(lost.Data)); err != nil {
		t.Fatal(err)
	}
	copyIdentity(t, lost.Data, data)
	if err := door.stop(); err != nil {
		t.Fatal(err)
	}
	cfg := config(t, data, openPaper(t, papersim.Config{}).Path, c.URL())
	cfg.Totem = atTheDoor
	code := foundIn(t, cfg)
	door = startWith(t, cfg, device.Parts{Now: now})
	door.must("found")

	yard.must("start")
	yard.touch(yard.finds(code), named("give-back"), "give-back")
	yard.types(string(number))
	yard.touch(yard.must("give-back-ask"), named("yes"), "cancelled")
	door.must("start")
}

// foundIn returns the code of the one slip whose end the totem that was stopped does not know.
func foundIn(t testing.TB, cfg device.Config) booking.Code {
	t.Helper()
	s, err := store.Open(waiting(t), store.Config{Path: filepath.Join(cfg.Data, "totem.db"), Office: cfg.Office, Totem: cfg.Totem})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.Found(waiting(t))
	if err := errors.Join(err, s.Close()); err != nil || len(found) != 1 {
		t.Fatal(len(found), err)
	}
	return found[0].Code
}
