package device_test

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/sync/identity"
	"example.org/totem/sync/wire"
)

// takeOne takes a ticket and returns its number, "" if the totem gives none any more.
func (d *totem) takeOne() booking.Number {
	d.t.Helper()
	for {
		s := d.must("start", "times", "take", "not-given", "out-of-service")
		fits := control(kiosk.RolePrimary)
		switch s.Name {
		case "out-of-service", "not-given":
			return ""
		case "start":
			if fits = control(kiosk.RoleService); !canTap(s, fits) {
				return ""
			}
		case "times":
			if !canTap(s, fits) {
				return ""
			}
		case "take":
			d.tap(d.ctx, s, fits)
			d.leaves(d.ctx, s)
			return booking.Number(text(s, kiosk.RoleNumber))
		}
		d.tap(d.ctx, s, fits)
		d.leaves(d.ctx, s)
	}
}

func canTap(s kiosk.Screen, fits func(kiosk.Box) bool) bool {
	_, ok := s.Root.Find(fits)
	return ok
}

func fence(t testing.TB, c *central.Central) {
	t.Helper()
	p := plan(t)
	if _, err := c.Service().Fence(waiting(t), p.Office.ID, p.Totems[0]); err != nil {
		t.Fatal(err)
	}
}

func TestAFencedTotemThatIsStillOnlineGivesNoSlotOfItsSuccessor(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	old := startTotem(t, provisioned(t, c, config(t, folder(t, "old"), openPaper(t, papersim.Config{}).Path, c.URL())), now)
	given := []booking.Number{old.takeOne()}
	booked(t, c, given[0], booking.PaperPrinted)
	fence(t, c)
	young := startTotem(t, provisioned(t, c, config(t, folder(t, "new"), openPaper(t, papersim.Config{}).Path, c.URL())), now)
	// The push that tells of the new store's grant has the old one ask, and be refused.
	old.must("out-of-service")
	for range 3 {
		n := young.takeOne()
		if n == "" || slices.Contains(given, n) {
			t.Fatalf("the new totem gave %q after %v", n, given)
		}
		given = append(given, n)
		booked(t, c, n, booking.PaperPrinted)
		if n := old.takeOne(); n != "" {
			t.Errorf("the fenced totem gave %s", n)
		}
	}
}

func TestACopyOfADiskThatWorkedOfflineStopsAndTheOriginalGoesOn(t *testing.T) {
	now, dir, address := atOpening(t), folder(t, "scheduler"), freeAddress(t)
	c := openCentral(t, dir, address, now)
	first, second := folder(t, "original"), filepath.Join(t.TempDir(), "copy")
	printer := openPaper(t, papersim.Config{}).Path
	original := startTotem(t, provisioned(t, c, config(t, first, printer, c.URL())), now)
	booked(t, c, original.takeOne(), booking.PaperPrinted)
	if err := original.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(second, os.DirFS(first)); err != nil {
		t.Fatal(err)
	}
	copyIdentity(t, first, second)
	original = startTotem(t, config(t, first, printer, c.URL()), now)
	sold := original.takeOne()
	code := booked(t, c, sold, booking.PaperPrinted).Ticket.Code
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	copied := startTotem(t, config(t, second, openPaper(t, papersim.Config{}).Path, "nats://"+address), now)
	copied.takeOne()
	copied.takeOne()
	c = openCentral(t, dir, address, now)
	copied.must("out-of-service")
	if got := booked(t, c, sold, booking.PaperPrinted).Ticket.Code; got != code {
		t.Errorf("the ledger has another ticket on %s than the original gave", sold)
	}
	booked(t, c, original.takeOne(), booking.PaperPrinted)
}

func TestAForeignMessageAmongItsFactsStopsNoTotem(t *testing.T) {
	now, p, dir := atOpening(t), plan(t), folder(t, "totem")
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	d := startTotem(t, provisioned(t, c, config(t, dir, openPaper(t, papersim.Config{}).Path, c.URL())), now)
	booked(t, c, d.takeOne(), booking.PaperPrinted)
	me := identity.Open(filepath.Join(dir, "identity"), p.Office.ID, p.Totems[0])
	conn, err := nats.Connect(c.URL(), nats.Secure(&tls.Config{InsecureSkipVerify: true}), nats.TLSHandshakeFirst(), nats.UserJWT(me.JWT, me.Sign),
		nats.CustomInboxPrefix(wire.InboxPrefix(p.Office.ID, p.Totems[0])))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Request(wire.FactsSubject(p.Office.ID, p.Totems[0]), []byte("x"), patience); err != nil {
		t.Fatal(err)
	}
	booked(t, c, d.takeOne(), booking.PaperPrinted)
}
