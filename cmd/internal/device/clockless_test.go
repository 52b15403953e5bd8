package device_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/scheduler/authority"
	"example.org/totem/store"
	"example.org/totem/sync/identity"
	"example.org/totem/sync/wire"
)

// machineBoard is a machine without a link that woke up at some hour, and was told nothing.
type machineBoard struct {
	started time.Time
	offset  atomic.Int64 // of the system's clock from the true time, nanoseconds
	boot    string
	kernel  bool
}

func (b *machineBoard) now() time.Time {
	return time.Now().Round(0).Add(time.Duration(b.offset.Load()))
}

func (b *machineBoard) steady() time.Duration { return time.Since(b.started) }

func (b *machineBoard) machine() device.Machine {
	return device.Machine{
		Boot:         func() string { return b.boot },
		Synchronised: func() (time.Duration, bool) { return 0, b.kernel },
		Battery:      func() bool { return false },
	}
}

// boardAt returns a board whose clock shows t.
func boardAt(t time.Time) *machineBoard {
	b := &machineBoard{started: time.Now().Add(-20 * time.Second), boot: "one"}
	b.offset.Store(int64(time.Until(t)))
	return b
}

func (b *machineBoard) desk(data string) device.Desk {
	return device.Desk{Data: data, Now: b.now, Steady: b.steady, Machine: b.machine(),
		Set: func(t time.Time) error { b.offset.Store(int64(time.Until(t))); return nil }}
}

// start runs a totem on the board until the test ends, or until stop.
func (b *machineBoard) start(t testing.TB, cfg device.Config) *totem {
	t.Helper()
	g := newGlass()
	d, err := device.Open(waiting(t), cfg, device.Parts{Glass: g, Now: b.now, Steady: b.steady, Machine: b.machine(), Random: rand.Reader,
		LinkSpread: 50 * time.Millisecond, PrinterLimits: calm})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	stop := sync.OnceValue(func() error {
		cancel()
		return errors.Join(<-ended, d.Close())
	})
	t.Cleanup(func() { stop() })
	return &totem{glass: g, t: t, ctx: waiting(t), stop: stop}
}

// moment is a moment of November 2026 by the office's clock.
func moment(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2 15:04", s, plan(t).Zone)
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, at.Day(), at.Hour(), at.Minute(), 0, 0, at.Location())
}

// grant is a sheet of the totem's own slots on a day of November, of the office's first service, from that number on.
func grant(t testing.TB, day, from, n int) booking.Sheet {
	t.Helper()
	p := plan(t)
	queue, _ := p.Office.Queue(p.Office.Services[0].Queue)
	start := time.Date(2026, 11, day, 9, 30, 0, 0, p.Zone)
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: p.Office.ID, Queue: queue.ID, Day: booking.DayOf(start, p.Zone)},
		Revision: booking.Revision{Epoch: 1, Sequence: uint64(day)}, Prefix: queue.Prefix}
	for i := range n {
		s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber(queue.Prefix, from+i), Start: start.Add(time.Duration(i) * 10 * time.Minute).UTC(),
			Holder: booking.HeldBy(p.Totems[0]), State: booking.Free})
	}
	return s
}

// stock makes a totem's folder as a day with a link leaves it: office, sheets, and the latest moment known to be right,
// at which they came.
func stock(t testing.TB, seen time.Time, sheets ...booking.Sheet) string {
	t.Helper()
	dir, p := folder(t, "totem"), plan(t)
	s, err := store.Open(waiting(t), store.Config{Path: filepath.Join(dir, "totem.db"), Office: p.Office.ID, Totem: p.Totems[0],
		Now: func() time.Time { return seen }})
	if err != nil {
		t.Fatal(err)
	}
	identify(t, dir)
	keys := map[booking.Day]booking.DayKey{}
	for _, sheet := range sheets {
		if keys[sheet.Day], err = booking.NewDayKey(rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	digest, err := wire.OfficeDigest(p.Office)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Take(waiting(t), wire.Pulled{Sheets: sheets, Keys: keys, Office: &p.Office, Digest: digest})
	if err := errors.Join(err, s.See(waiting(t), seen), s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// identify makes the folder that of a totem that its scheduler enrolled.
func identify(t testing.TB, dir string) {
	t.Helper()
	p, ca := plan(t), filepath.Join(t.TempDir(), "authority")
	me := identity.Open(filepath.Join(dir, "identity"), p.Office.ID, p.Totems[0])
	err := authority.Init(ca, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a, err := authority.Open(ca, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	key, err := me.Make(rand.Reader, false)
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Credentials(p.Office.ID, p.Totems[0], key)
	if err := errors.Join(err, me.Keep(c)); err != nil {
		t.Fatal(err)
	}
}

// hourOrDate is what no screen and no slip may say of a time that is not known.
var hourOrDate = regexp.MustCompile(`[0-9]:[0-9]{2}|20[0-9]{2}|novembre|gennaio|luned|marted|mercoled`)

// codes are a ticket's code as a slip has it, typed and in the QR: any of its digits may look like a year.
var codes = regexp.MustCompile(`[0-9]{12}|[0-9]{4} [0-9]{4} [0-9]{4}`)

func (d *totem) timeless(s kiosk.Screen) kiosk.Screen {
	d.t.Helper()
	for b := range s.Root.All() {
		if b.Role != kiosk.RoleQR && b.Role != kiosk.RoleDigits && hourOrDate.MatchString(b.Text) {
			d.t.Errorf("the screen %s says %q", s.Name, b.Text)
		}
	}
	return s
}

// takeNumber takes the next number of a totem that does not know the time, and returns it.
func (d *totem) takeNumber() booking.Number {
	d.t.Helper()
	number := d.timeless(d.touch(d.timeless(d.must("start")), control(kiosk.RoleService), "number"))
	s := d.timeless(d.touch(number, control(kiosk.RolePrimary), "take"))
	d.touch(s, control(kiosk.RolePrimary), "start", "nothing-left")
	return booking.Number(text(s, kiosk.RoleNumber))
}

func TestAfterANightWithoutPowerNumbersAreGivenWithoutTimesUntilAPersonVouches(t *testing.T) {
	data := stock(t, moment(t, "24 20:00"), grant(t, 24, 1, 20), grant(t, 25, 501, 20))
	paper := openPaper(t, papersim.Config{})
	b := boardAt(time.Unix(1000, 0))
	d := b.start(t, config(t, data, paper.Path, "nats://"+freeAddress(t)))
	for _, want := range []string{"501", "502"} {
		if got := d.takeNumber(); !strings.HasSuffix(string(got), want) {
			t.Fatalf("number %s, want %s", got, want)
		}
	}
	if !mentions(d.must("start"), "Dati forse non aggiornati") {
		t.Error("the screen does not say that the data may be old")
	}
	slips := paper.Slips()
	if len(slips) != 2 || hourOrDate.Match(codes.ReplaceAll(slips[0].Bytes, nil)) || !bytes.Contains(slips[0].Bytes, []byte("chiamato in ordine")) {
		t.Errorf("%d slips, the first of them %q", len(slips), slips[0].Bytes)
	}

	if err := b.desk(data).Vouch(moment(t, "25 10:04"), false); err != nil {
		t.Fatal(err)
	}
	d.nudge()
	ctx := waiting(t)
	for s := d.must("start"); text(s, kiosk.RoleClock) != "10:04"; s = d.must("start") {
		if ctx.Err() != nil {
			t.Fatalf("the screen's clock shows %q", text(s, kiosk.RoleClock))
		}
		d.nudge()
	}
	times := d.touch(d.must("start"), control(kiosk.RoleService), "times")
	if !mentions(times, "505") || !mentions(times, "10:10") { // 503 and 504 have passed
		t.Errorf("after 10:04 the first free slot is not that of 10:10: %+v", times.Root)
	}
	if s := d.touch(times, control(kiosk.RolePrimary), "take"); !mentions(s, "oggi alle 10:10") {
		t.Errorf("no time on %+v", s.Root)
	}
}

func TestATotemFromStorageGivesTheNumbersOfTheDayOnWhichItWasStored(t *testing.T) {
	data := stock(t, moment(t, "3 10:00"), grant(t, 3, 1, 20), grant(t, 4, 501, 20))
	d := boardAt(time.Unix(1000, 0)).start(t, config(t, data, openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t)))
	if got := d.takeNumber(); !strings.HasSuffix(string(got), "005") { // all up to 9:50 have passed for certain, and that of 10:00 is too near
		t.Errorf("number %s", got)
	}
}

func TestWithoutAGrantAndATimeThereIsNothingAndARestartDoesNotGoOnToTheNextDay(t *testing.T) {
	data := stock(t, moment(t, "24 08:00"), grant(t, 24, 1, 2), grant(t, 25, 501, 20))
	b := boardAt(time.Unix(1000, 0))
	cfg := config(t, data, openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t))
	d := b.start(t, cfg)
	d.takeNumber()
	d.takeNumber()
	if s := d.timeless(d.must("nothing-left")); !mentions(s, "Ora il totem non ha numeri da dare.") {
		t.Errorf("%+v", s.Root)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	b.start(t, cfg).must("nothing-left")
}

func TestARestartOfTheProgramKeepsTheTimeThatAPersonVouchedFor(t *testing.T) {
	data := stock(t, moment(t, "24 20:00"), grant(t, 25, 501, 20))
	b := boardAt(moment(t, "25 10:05"))
	cfg := config(t, data, openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t))
	if err := b.desk(data).Vouch(time.Time{}, false); err != nil {
		t.Fatal(err)
	}
	d := b.start(t, cfg)
	if text(d.must("start"), kiosk.RoleClock) != "10:05" {
		t.Error("the screen shows no clock")
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if k := b.desk(data).Ask(); k.Grade != device.ClockSynced || k.By != device.ByPerson || k.Zone != "Europe/Rome" {
		t.Errorf("%+v", k)
	}
	b.boot = "two"
	if k := b.desk(data).Ask(); k.Grade != device.ClockUnknown {
		t.Errorf("after another boot: %+v", k)
	}
	d = b.start(t, cfg)
	if s := d.must("start"); text(s, kiosk.RoleClock) != "" {
		t.Errorf("after another boot the screen's clock shows %q", text(s, kiosk.RoleClock))
	}
}

func TestAClockThatIsSetWhileTheTotemRunsEndsItsTimes(t *testing.T) {
	data := stock(t, moment(t, "24 09:00"), grant(t, 24, 1, 20))
	b := boardAt(moment(t, "24 9:41"))
	if err := b.desk(data).Vouch(time.Time{}, false); err != nil {
		t.Fatal(err)
	}
	d := b.start(t, config(t, data, openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t)))
	d.touch(d.must("start"), control(kiosk.RoleService), "times")
	b.offset.Add(int64(time.Hour))
	d.nudge()
	d.timeless(d.must("number"))
}

func TestATotemThatStartsWithoutALinkSaysHowOldItsDataAre(t *testing.T) {
	data := stock(t, moment(t, "24 9:40"), grant(t, 24, 1, 20))
	b := boardAt(moment(t, "24 9:52"))
	b.kernel = true
	d := b.start(t, config(t, data, openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t)))
	s := d.must("start")
	if !mentions(s, "Dati delle ore 9:40") {
		t.Errorf("%+v", s.Root)
	}
	if s = d.touch(s, control(kiosk.RoleService), "times"); !mentions(s, "Dati delle ore 9:40") {
		t.Errorf("%+v", s.Root)
	}
}

func TestAPersonIsRefusedATimeThatIsPast(t *testing.T) {
	data := stock(t, moment(t, "24 9:40"), grant(t, 24, 1, 20))
	b := boardAt(moment(t, "24 9:52"))
	b.kernel = true
	d := b.start(t, config(t, data, openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t)))
	d.must("start")
	if err := d.stop(); err != nil { // by now it has written down what it knows
		t.Fatal(err)
	}
	b.kernel, b.boot = false, "two"
	desk := b.desk(data)
	err := desk.Vouch(moment(t, "23 9:52"), false)
	if f := fault.Of(err); err == nil || f.Code != fault.CodeClock || !strings.Contains(f.Remedy, "--back") {
		t.Errorf("a day in the past: %v", err)
	}
	if err := desk.Vouch(moment(t, "23 9:52"), true); err != nil {
		t.Error(err)
	}
	k := desk.Ask()
	if late := k.Time.Sub(moment(t, "23 9:52")); k.Grade != device.ClockSynced || late < 0 || late > time.Minute { // the clock runs on
		t.Errorf("%+v", k)
	}
}

func TestWhoMayNotSetTheClockIsToldAndNothingIsVouchedFor(t *testing.T) {
	data := folder(t, "totem")
	b := boardAt(moment(t, "24 9:52"))
	desk := b.desk(data)
	desk.Set = func(time.Time) error { return fs.ErrPermission }
	err := desk.Vouch(moment(t, "24 9:52"), false)
	if f := fault.Of(err); err == nil || f.Code != fault.CodeSystem || !strings.Contains(f.Remedy, "root") {
		t.Errorf("got %v", err)
	}
	if k := desk.Ask(); k.Grade != device.ClockUnknown {
		t.Errorf("%+v", k)
	}
}
