package device_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/loopback"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
)

var typedCode = regexp.MustCompile(`[0-9]{4} [0-9]{4} [0-9]{4}`)

// codeOn reads the code off a slip.
func codeOn(t testing.TB, s papersim.Slip) booking.Code {
	t.Helper()
	code, err := booking.ParseCode(string(typedCode.Find(s.Bytes)))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// freeAddress returns an address on which nobody listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	address, err := loopback.Free()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func TestATicketGoesFromTheGlassToPaperAndToTheLedger(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)

	s := d.take()
	if s.Name != "take" {
		t.Fatalf("the screen is %q, want the ticket", s.Name)
	}
	if box, shown := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleQR || b.Role == kiosk.RoleDigits }); shown {
		t.Errorf("the screen shows %+v although the slip came out", box)
	}
	slot := booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
	if len(paper.Slips()) != 1 {
		t.Fatalf("%d slips came out", len(paper.Slips()))
	}
	day, _ := booking.ParseDay("2026-11-24")
	key, err := c.DayKey(waiting(t), plan(t).Office.ID, day)
	if err != nil {
		t.Fatal(err)
	}
	if code := codeOn(t, paper.Slips()[0]); code.Hash(key) != slot.Ticket.Code {
		t.Error("the ledger has another code than the slip")
	}
}

func TestATotemWithoutItsSchedulerGoesOnFromItsGrant(t *testing.T) {
	now, dir, address := atOpening(t), folder(t, "scheduler"), freeAddress(t)
	c := openCentral(t, dir, address, now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, "nats://"+address)), now)
	d.must("start")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	var numbers []booking.Number
	for range 3 {
		s := d.takeHeld()
		numbers = append(numbers, booking.Number(text(s, kiosk.RoleNumber)))
		d.touch(s, control(kiosk.RolePrimary), "start")
	}
	c = openCentral(t, dir, address, now)
	for _, n := range numbers {
		booked(t, c, n, booking.PaperPrinted)
	}
}

func TestATotemThatNeverHeardItsSchedulerSaysSo(t *testing.T) {
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, config(t, folder(t, "totem"), paper.Path, "nats://"+freeAddress(t)), atOpening(t))
	d.must("waiting")
}

func TestWithoutPaperTheGlassShowsNumberTimeAndCode(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	paper.EndPaperAfter(0)
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)

	s := d.take()
	if s.Name != "paper-failed" {
		t.Fatalf("the screen is %q", s.Name)
	}
	if code, err := booking.ParseCode(text(s, kiosk.RoleQR)); err != nil {
		t.Errorf("the QR holds %q: %v", code, err)
	}
	if len(paper.Slips()) != 0 {
		t.Error("a slip came out")
	}
	booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperNotPrinted)
}

func TestAPrinterThatVanishesLosesNoTicket(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)
	d.touch(d.take(), control(kiosk.RolePrimary), "start")
	if err := paper.Close(); err != nil {
		t.Fatal(err)
	}
	s := d.take()
	if s.Name != "paper-failed" && s.Name != "paper-unknown" {
		t.Fatalf("the screen is %q", s.Name)
	}
	if text(s, kiosk.RoleQR) == "" {
		t.Error("the screen shows no code")
	}
}

func TestASecondTotemWithTheSameIdGivesNothing(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	one, two := folder(t, "first"), folder(t, "second")
	first := startTotem(t, provisioned(t, c, config(t, one, openPaper(t, papersim.Config{}).Path, c.URL())), now)
	first.must("start")
	copyIdentity(t, one, two)
	second := startTotem(t, config(t, two, openPaper(t, papersim.Config{}).Path, c.URL()), now)
	s := second.must("out-of-service")
	if !mentions(s, "T400") {
		t.Errorf("the screen does not name the fault: %+v", s.Root)
	}
	if got := first.take(); got.Name != "take" {
		t.Errorf("the first totem is on the screen %q", got.Name)
	}
}

func TestASecondDeviceThatIsProvisionedTakesTheTotemsPlace(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	first := startTotem(t, provisioned(t, c, config(t, folder(t, "first"), openPaper(t, papersim.Config{}).Path, c.URL())), now)
	first.must("start")
	provisioned(t, c, config(t, folder(t, "second"), openPaper(t, papersim.Config{}).Path, c.URL()))
	// Its key is revoked: the servers cut it off, and the scheduler says why.
	if s := first.must("out-of-service"); !mentions(s, "T400") {
		t.Errorf("the screen does not name the fault: %+v", s.Root)
	}
}

func TestAPowerCutBetweenCommitAndPaperIsAnsweredByOfferingTheSlip(t *testing.T) {
	now, dir, address := atOpening(t), folder(t, "totem"), freeAddress(t)
	c := openCentral(t, folder(t, "scheduler"), address, now)
	slow, err := papersim.OnPTY(papersim.Config{}, papersim.Line{Baud: 300}) // a slip takes a quarter of a minute
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	provisioned(t, c, config(t, dir, slow.Path, c.URL()))
	cut := startPart(t, "totem", clockVariable+"="+time.Until(now()).String(), addressVariable+"="+address, dataVariable+"="+dir,
		printerVariable+"="+slow.Path)
	numbers, ok := cut.out.await(waiting(t), "issued", 1)
	if !ok {
		t.Fatal("the totem gave no ticket")
	}
	cut.kill()

	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, config(t, dir, paper.Path, "nats://"+address), now)
	found := d.must("found")
	if got := text(found, kiosk.RoleNumber); got != numbers[0] {
		t.Errorf("the slip of %s is offered, want %s", got, numbers[0])
	}
	if len(paper.Received()) > 100 {
		t.Error("the slip was printed before anybody asked for it")
	}
	d.touch(found, func(b kiosk.Box) bool { return b.Tap == kiosk.PrintFound{} }, "take")
	booked(t, c, booking.Number(numbers[0]), booking.PaperPrinted)
}

// adjustable is a clock that a test can set wrong.
type adjustable struct {
	base  func() time.Time
	ahead atomic.Int64 // nanoseconds
}

func (a *adjustable) now() time.Time { return a.base().Add(time.Duration(a.ahead.Load())) }

// awaitHour waits until the screen's clock shows an hour, which a board that nobody else vouches for learns from the
// scheduler.
func (d *totem) awaitHour(begins string) {
	d.t.Helper()
	for {
		s := d.must("start", "waiting", "nothing-left")
		if strings.HasPrefix(text(s, kiosk.RoleClock), begins) && s.Name == "start" {
			return
		}
		if d.ctx.Err() != nil {
			d.t.Fatalf("the clock of the screen %q shows %q", s.Name, text(s, kiosk.RoleClock))
		}
		d.nudge()
	}
}

func TestASignedTimeStandsWhateverTheSystemsClockShows(t *testing.T) {
	for name, wall := range map[string]func(right time.Time) time.Time{
		"1970":        func(time.Time) time.Time { return time.Unix(1000, 0) },
		"a day ahead": func(right time.Time) time.Time { return right.AddDate(0, 0, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			right := atOpening(t)
			c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", right)
			b := boardAt(wall(right()))
			d := b.start(t, provisioned(t, c, config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, c.URL())))
			d.awaitHour("9:4")
			first := d.take()
			d.touch(first, control(kiosk.RolePrimary), "start")
			b.offset.Add(int64(48 * time.Hour))
			d.nudge()
			second := d.take()
			for _, s := range []kiosk.Screen{first, second} {
				if !mentions(s, "oggi alle ") {
					t.Errorf("no time of today on %+v", s.Root)
				}
				booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
			}
		})
	}
}

func TestAWrongClockWithoutALinkErasesNothing(t *testing.T) {
	right, dir, data, address := atOpening(t), folder(t, "scheduler"), folder(t, "totem"), freeAddress(t)
	c := openCentral(t, dir, address, right)
	paper := openPaper(t, papersim.Config{})
	cfg := provisioned(t, c, config(t, data, paper.Path, "nats://"+address))
	first := startTotem(t, cfg, right)
	first.must("start")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	s := first.takeHeld()
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	tomorrow := startTotem(t, cfg, func() time.Time { return right().Add(24 * time.Hour) })
	tomorrow.must("start") // it shows what it takes for today; the days behind it stay as they are
	if err := tomorrow.stop(); err != nil {
		t.Fatal(err)
	}

	c = openCentral(t, dir, address, right)
	startTotem(t, cfg, right).must("start")
	booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
}

func TestADayIsClosedWhenBothClocksHavePassedIt(t *testing.T) {
	base := atOpening(t)
	scheduler, own := &adjustable{base: base}, &adjustable{base: base}
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", scheduler.now)
	paper := openPaper(t, papersim.Config{})
	data := folder(t, "totem")
	cfg := provisioned(t, c, config(t, data, paper.Path, c.URL()))
	d := startTotem(t, cfg, own.now)
	d.touch(d.take(), control(kiosk.RolePrimary), "start")
	day, _ := booking.ParseDay("2026-11-24")
	key, err := c.DayKey(waiting(t), plan(t).Office.ID, day)
	if err != nil {
		t.Fatal(err)
	}
	hash := codeOn(t, paper.Slips()[0]).Hash(key)
	if !holds(t, data, hash[:]) {
		t.Fatal("the hash is not on the disk while its day lasts: the test looks in the wrong place")
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}

	own.ahead.Store(int64(24 * time.Hour))
	d = startTotem(t, cfg, own.now)
	d.must("start")
	if !holds(t, data, hash[:]) {
		t.Error("the day was closed by the totem's clock alone")
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}

	scheduler.ahead.Store(int64(24 * time.Hour))
	startTotem(t, cfg, own.now).must("start")
	ctx, look := waiting(t), time.NewTicker(5*time.Millisecond)
	defer look.Stop()
	for holds(t, data, hash[:]) {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal("the hash is still on the disk")
		}
	}
}

// holds reports whether the totem's files in dir hold the bytes.
func holds(t testing.TB, dir string, canary []byte) bool {
	t.Helper()
	for _, name := range []string{"totem.db", "totem.db-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(content, canary) {
			return true
		}
	}
	return false
}
