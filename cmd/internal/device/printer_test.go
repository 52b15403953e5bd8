package device_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
)

// warned waits until the screen with the times says that there will be no slip.
func (d *totem) warned() {
	d.t.Helper()
	for {
		d.mu.Lock()
		screen, changed := d.screen, d.changed
		d.mu.Unlock()
		if _, ok := screen.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleCaution }); ok && screen.Name == "times" {
			return
		}
		select {
		case <-changed:
		case <-d.ctx.Done():
			d.t.Fatalf("the screen %q does not warn", screen.Name)
		}
	}
}

func TestATotemThatStartsWithoutItsPrinterGivesTicketsAndPrintsWhenItIsThere(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	line := filepath.Join(t.TempDir(), "printer")
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), line, c.URL())), now)

	times := d.touch(d.must("start"), control(kiosk.RoleService), "times")
	d.warned()
	s := d.touch(times, control(kiosk.RolePrimary), "paper-failed", "paper-unknown", "take", "not-given")
	if s.Name != "paper-failed" {
		t.Fatalf("the screen is %q", s.Name)
	}
	number := booking.Number(text(s, kiosk.RoleNumber))
	if _, err := booking.ParseCode(text(s, kiosk.RoleQR)); err != nil || number == "" {
		t.Errorf("the screen shows the number %q, and no code: %v", number, err)
	}
	booked(t, c, number, booking.PaperNotPrinted)
	d.touch(s, control(kiosk.RolePrimary), "start")

	paper := openPaper(t, papersim.Config{})
	if err := os.Symlink(paper.Path, line); err != nil {
		t.Fatal(err)
	}
	s = d.take()
	if s.Name != "take" {
		t.Fatalf("with the printer the screen is %q", s.Name)
	}
	booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
	if n := len(paper.Slips()); n != 1 {
		t.Errorf("%d slips came out, want the second ticket's alone", n)
	}
}
