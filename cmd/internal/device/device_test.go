package device_test

import (
	"net"
	"regexp"
	"testing"
	"time"

	"example.org/totem/booking"
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestATicketGoesFromTheGlassToPaperAndToTheLedger(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, config(t, folder(t, "totem"), paper.Path, c.URL()), now)

	s := d.take()
	if s.Name != "take" {
		t.Fatalf("the screen is %q, want the ticket", s.Name)
	}
	if box, shown := find(s.Root, func(b kiosk.Box) bool { return b.Role == kiosk.RoleQR || b.Role == kiosk.RoleDigits }); shown {
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
	d := startTotem(t, config(t, folder(t, "totem"), paper.Path, "nats://"+address), now)
	d.must("start")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	var numbers []booking.Number
	for range 3 {
		s := d.take()
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
	d := startTotem(t, config(t, folder(t, "totem"), paper.Path, c.URL()), now)

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
	d := startTotem(t, config(t, folder(t, "totem"), paper.Path, c.URL()), now)
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
	first := startTotem(t, config(t, folder(t, "first"), openPaper(t, papersim.Config{}).Path, c.URL()), now)
	first.must("start")
	second := startTotem(t, config(t, folder(t, "second"), openPaper(t, papersim.Config{}).Path, c.URL()), now)
	s := second.must("out-of-service")
	if box, ok := find(s.Root, func(b kiosk.Box) bool { return regexp.MustCompile("T400").MatchString(b.Text) }); !ok {
		t.Errorf("the screen does not show the fault's code: %+v", box)
	}
	if got := first.take(); got.Name != "take" {
		t.Errorf("the first totem is on the screen %q", got.Name)
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
