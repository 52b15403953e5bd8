package device_test

import (
	"bytes"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
)

func named(id string) func(kiosk.Box) bool {
	return func(b kiosk.Box) bool { return b.ID == id && b.Tap != nil }
}

// offers waits until the screen has a control.
func (d *totem) offers(id string) kiosk.Screen {
	d.t.Helper()
	for {
		d.mu.Lock()
		screen, changed := d.screen, d.changed
		d.mu.Unlock()
		if _, ok := screen.Root.Find(named(id)); ok {
			return screen
		}
		select {
		case <-changed:
		case <-d.ctx.Done():
			d.t.Fatalf("the screen %q never offers %q", screen.Name, id)
		}
	}
}

func TestASlipThatDidNotComeOutIsPrintedOnceTheCitizenAsksAndIsNoCopy(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	paper.EndPaperAfter(0)
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)

	failed := d.take()
	if failed.Name != "paper-failed" {
		t.Fatalf("the screen is %q", failed.Name)
	}
	paper.OpenCover()
	paper.LoadPaper()
	paper.CloseCover()
	s := d.touch(d.offers("print-again"), named("print-again"), "take", "paper-unknown")
	if s.Name != "take" || text(s, kiosk.RoleNumber) != text(failed, kiosk.RoleNumber) {
		t.Fatalf("the screen is %q for %s", s.Name, text(s, kiosk.RoleNumber))
	}
	slips := paper.Slips()
	if len(slips) != 1 || bytes.Contains(slips[0].Bytes, []byte("COPIA")) {
		t.Fatalf("%d slips came out, or the only one is a copy", len(slips))
	}
	code, err := booking.ParseCode(text(failed, kiosk.RoleQR))
	if err != nil || codeOn(t, slips[0]) != code {
		t.Errorf("the slip has another code than the screen had: %v", err)
	}
	booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
	d.touch(s, control(kiosk.RolePrimary), "checking", "strip") // the roll was changed meanwhile
}

func TestAClerkChangesTheRollAndTheTotemTriesIt(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)
	d.must("start")
	paper.OpenCover()
	d.must("refill")
	paper.EndPaperAfter(0)
	paper.LoadPaper()
	paper.CloseCover()
	d.touch(d.must("strip"), named("readable"), "start")
	if slips := paper.Slips(); len(slips) != 1 {
		t.Errorf("%d strips came out", len(slips))
	}
	if s := d.take(); s.Name != "take" {
		t.Errorf("the screen is %q", s.Name)
	}
}
