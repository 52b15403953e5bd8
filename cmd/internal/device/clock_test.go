package device

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// machineBoard is a machine whose clocks a test turns.
type machineBoard struct {
	real    time.Time     // what time it is
	wall    time.Time     // what the system's clock shows
	counter time.Duration // since the boot
	boot    string
	kernel  bool // a time service keeps the clock
	battery bool
}

var noon = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)

func newBoard() *machineBoard { return &machineBoard{real: noon, wall: noon, boot: "one"} }

// clock starts a program on the board.
func (b *machineBoard) clock(seen time.Time, left ...memory) *clock {
	c := &clock{now: func() time.Time { return b.wall }, steady: func() time.Duration { return b.counter }, machine: Machine{
		Boot:         func() string { return b.boot },
		Synchronised: func() (time.Duration, bool) { return 20 * time.Millisecond, b.kernel },
		Battery:      func() bool { return b.battery },
	}}
	c.begin(seen, left...)
	return c
}

func (b *machineBoard) pass(d time.Duration) {
	b.real, b.wall, b.counter = b.real.Add(d), b.wall.Add(d), b.counter+d
}

// restart switches the board off for a time and on again. Without a battery its clock goes on from where it was.
func (b *machineBoard) restart(off time.Duration) {
	b.real, b.boot, b.counter = b.real.Add(off), b.boot+"+", 20*time.Second
	if b.battery {
		b.wall = b.real
	}
}

func want(t *testing.T, c *clock, grade Grade, by Voucher) {
	t.Helper()
	if s := c.standing(); s.Grade != grade || s.By != by {
		t.Fatalf("the clock is %s by %q, want %s by %q: %+v", s.Grade, s.By, grade, by, s)
	}
}

func wantTime(t *testing.T, c *clock, real time.Time) {
	t.Helper()
	if s := c.standing(); s.unknown() || s.Time.Sub(real).Abs() > s.Most {
		t.Fatalf("the clock shows %v, off by %v at most; it is %v (%s)", s.Time, s.Most, real, s.Grade)
	}
}

func TestABootWithoutABatteryOrALinkKnowsNoTime(t *testing.T) {
	b := newBoard()
	b.wall = time.Unix(5, 0)
	c := b.clock(noon.Add(-time.Hour))
	want(t, c, ClockUnknown, "")
	if got := c.time(); !got.Equal(noon.Add(-time.Hour)) {
		t.Errorf("it counts on from %v, want the latest moment known", got)
	}
	b.pass(30 * time.Minute)
	c.look()
	want(t, c, ClockUnknown, "")
	if got := c.time(); !got.Equal(noon.Add(-30 * time.Minute)) {
		t.Errorf("after half an hour at least %v has come", got)
	}
	if got := b.clock(time.Time{}).time(); got.IsZero() {
		t.Error("without any moment known it does not count")
	}
}

func TestAReadingIsOfTheMiddleOfItsWay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBoard()
		b.wall = time.Unix(5, 0)
		c := b.clock(time.Time{})
		there := time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(r, "there"))
		back := time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(r, "back"))
		b.pass(there)
		reading := b.real.Truncate(time.Millisecond)
		b.pass(back)
		c.read(reading, there+back)
		if s := c.standing(); s.Grade != ClockSynced || s.By != ByScheduler || s.Time.Sub(b.real).Abs() > s.Most {
			r.Fatalf("%v off, and says %v at most (%s)", s.Time.Sub(b.real), s.Most, s.Grade)
		}
	})
}

func TestHoldoverGrowsByAHundredPartsInAMillionUntilItIsWorthNothing(t *testing.T) {
	b := newBoard()
	c := b.clock(time.Time{})
	c.read(b.real, 0)
	want(t, c, ClockSynced, ByScheduler)
	b.pass(time.Hour)
	c.look()
	want(t, c, ClockHoldover, ByScheduler)
	before := c.standing().Most
	b.pass(24 * time.Hour)
	c.look()
	if grown := c.standing().Most - before; grown.Round(100*time.Millisecond) != 8600*time.Millisecond {
		t.Errorf("it grew by %v in a day", grown)
	}
	for range 32 {
		b.pass(24 * time.Hour)
		c.look()
		want(t, c, ClockHoldover, ByScheduler)
	}
	b.pass(3 * 24 * time.Hour)
	c.look()
	want(t, c, ClockUnknown, "")
	c.read(b.real, time.Second)
	want(t, c, ClockSynced, ByScheduler)
	wantTime(t, c, b.real)
}

func TestAClockThatIsSetWhileItRunsIsVouchedForByNobody(t *testing.T) {
	for _, step := range []time.Duration{24 * time.Hour, -24 * time.Hour, 10 * time.Second, -10 * time.Second} {
		b := newBoard()
		b.kernel = true
		c := b.clock(time.Time{})
		want(t, c, ClockSynced, ByKernel)
		b.kernel = false
		b.pass(5 * time.Second)
		c.look()
		want(t, c, ClockSynced, ByKernel)
		b.wall = b.wall.Add(step)
		c.look()
		want(t, c, ClockUnknown, "")
		b.pass(time.Minute)
		c.look()
		want(t, c, ClockUnknown, "")
		b.wall, b.kernel = b.real, true
		c.look()
		want(t, c, ClockSynced, ByKernel)
		wantTime(t, c, b.real)
	}
}

func TestATimeServiceThatBendsTheClockHasNotSetIt(t *testing.T) {
	b := newBoard()
	b.kernel = true
	c := b.clock(time.Time{})
	b.kernel = false
	for range 1000 {
		b.pass(5 * time.Second)
		b.wall = b.wall.Add(5 * time.Second / slew)
		c.look()
	}
	want(t, c, ClockHoldover, ByKernel)
}

func TestWithASignedReadingASetClockChangesNothing(t *testing.T) {
	b := newBoard()
	c := b.clock(time.Time{})
	c.read(b.real, 40*time.Millisecond)
	b.wall = b.wall.Add(24 * time.Hour)
	b.pass(10 * time.Minute)
	c.look()
	want(t, c, ClockSynced, ByScheduler)
	wantTime(t, c, b.real)
	if ahead, wrong := c.ahead(); !wrong || ahead.Round(time.Hour) != 24*time.Hour {
		t.Errorf("the system's clock is %v ahead, wrong: %t", ahead, wrong)
	}
	if c.disputed() {
		t.Error("a signed time is disputed")
	}
}

func TestASignedReadingStandsAgainstATimeServiceThatIsWrong(t *testing.T) {
	b := newBoard()
	b.kernel, b.wall = true, noon.Add(7*time.Minute)
	c := b.clock(time.Time{})
	c.read(b.real, 40*time.Millisecond)
	b.pass(time.Minute)
	c.look()
	want(t, c, ClockSynced, ByScheduler)
	wantTime(t, c, b.real)
	b.pass(freshness) // an hour later nobody knows better than the service that still says so
	c.look()
	want(t, c, ClockSynced, ByKernel)
}

func TestUnsignedTimeOfTheSchedulerVouchesForNothingAndMayDispute(t *testing.T) {
	b := newBoard()
	b.kernel = true
	c := b.clock(time.Time{})
	c.hear(b.real.Add(10 * time.Minute))
	if !c.disputed() {
		t.Error("ten minutes apart, and nobody disputes")
	}
	c.hear(b.real.Add(time.Minute))
	if c.disputed() {
		t.Error("one minute apart is disputed")
	}
	b.kernel = false
	c = b.clock(time.Time{})
	c.hear(b.real)
	want(t, c, ClockUnknown, "")
	if c.disputed() {
		t.Error("an unknown time is disputed")
	}
}

func TestABatteryIsBelievedOnlyAfterABootAndNotBeforeTheLatestMomentKnown(t *testing.T) {
	b := newBoard()
	b.battery = true
	b.restart(10 * time.Hour)
	c := b.clock(noon)
	want(t, c, ClockHoldover, ByBattery)
	wantTime(t, c, b.real)
	if most := c.standing().Most; most != jump+10*time.Hour/drift {
		t.Errorf("off by %v at most", most)
	}
	want(t, b.clock(b.real.Add(time.Minute)), ClockUnknown, "") // the battery is empty
	want(t, b.clock(time.Time{}), ClockUnknown, "")
	want(t, b.clock(noon.AddDate(0, -3, 0)), ClockUnknown, "") // off for so long it may be far off
	want(t, b.clock(noon, memory{Boot: b.boot}), ClockUnknown, "")
	b.wall = b.wall.Add(time.Hour)
	c.look()
	want(t, c, ClockUnknown, "")
}

func TestARestartOfTheProgramGoesOnAndOneOfTheMachineDoesNot(t *testing.T) {
	b := newBoard()
	c := b.clock(time.Time{})
	c.read(b.real, time.Second)
	v, _ := c.word()
	left := memory{Boot: b.boot, vouch: v}
	b.pass(2 * time.Hour)
	again := b.clock(time.Time{}, left)
	want(t, again, ClockHoldover, ByScheduler)
	wantTime(t, again, b.real)
	b.restart(time.Minute)
	want(t, b.clock(b.real, left), ClockUnknown, "")
}

func TestAClockThatWasSetWhileNoProgramRanIsNotBelieved(t *testing.T) {
	b := newBoard()
	b.kernel = true
	v, _ := b.clock(time.Time{}).word()
	left := memory{Boot: b.boot, vouch: v}
	b.kernel = false
	b.pass(time.Hour)
	want(t, b.clock(time.Time{}, left), ClockHoldover, ByKernel)
	b.wall = b.wall.Add(time.Hour)
	want(t, b.clock(time.Time{}, left), ClockUnknown, "")
}

func TestATimeServiceBeforeTheLatestMomentKnownIsNotBelieved(t *testing.T) {
	b := newBoard()
	b.kernel, b.wall = true, noon.AddDate(0, -1, 0)
	want(t, b.clock(noon), ClockUnknown, "")
}

func TestAPersonIsBelievedForThisBootAndLeastOfAllAgainstTheScheduler(t *testing.T) {
	b := newBoard()
	b.wall = b.real
	c := b.clock(noon)
	said := memory{Boot: b.boot, vouch: vouch{By: ByPerson, Time: b.real, Most: typed, At: b.counter, Wall: b.wall}}
	c.vouched(memory{Boot: "another", vouch: said.vouch})
	want(t, c, ClockUnknown, "")
	c.vouched(said)
	want(t, c, ClockSynced, ByPerson)
	b.real = b.real.Add(10 * time.Minute) // they were wrong
	c.read(b.real, time.Second)
	want(t, c, ClockSynced, ByScheduler)
	c.vouched(said)
	wantTime(t, c, b.real)
}

func TestADayIsPastByBothClocks(t *testing.T) {
	b := newBoard()
	b.kernel = true
	c := b.clock(time.Time{})
	if _, ok := c.past(); ok {
		t.Error("the scheduler was not heard")
	}
	c.read(b.real.Add(24*time.Hour), time.Second) // the scheduler is a day ahead
	b.pass(time.Hour)
	c.look()
	if past, ok := c.past(); !ok || past.After(b.real) {
		t.Errorf("past is %v, %t", past, ok)
	}
}

func TestADayIsClosedBySignedTimeAloneOnlyAfterItHasSettled(t *testing.T) {
	b := newBoard()
	b.wall = time.Unix(5, 0)
	c := b.clock(time.Time{})
	c.hear(b.real)
	b.pass(settle)
	if _, ok := c.past(); ok {
		t.Error("an unsigned time closes days")
	}
	c.read(b.real, time.Second)
	b.pass(settle - time.Second)
	if _, ok := c.past(); ok {
		t.Error("closed at once")
	}
	c.read(b.real.Add(24*time.Hour), time.Second) // a leap begins anew
	b.pass(settle - time.Second)
	if _, ok := c.past(); ok {
		t.Error("closed at once after a leap")
	}
	b.pass(time.Second)
	if past, ok := c.past(); !ok || past.Sub(b.real.Add(24*time.Hour)).Abs() > time.Second {
		t.Errorf("past is %v, %t", past, ok)
	}
}

// A clock that says a time is right within its own bound, whatever happens to the machine, as long as those who vouch
// tell the truth.
func TestAKnownTimeIsRightWithinItsBound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBoard()
		c := b.clock(time.Time{})
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			switch rapid.IntRange(0, 6).Draw(r, "what") {
			case 0:
				b.wall = b.wall.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(r, "step")))
				b.kernel = false
			case 1:
				c.read(b.real, time.Duration(rapid.Int64Range(0, 4e9).Draw(r, "rtt")))
				if s := c.standing(); s.unknown() {
					r.Fatal("a reading vouches for nothing")
				}
			case 2:
				b.wall, b.kernel = b.real, true
			case 3:
				c.vouched(memory{Boot: b.boot, vouch: vouch{ByPerson, b.real, typed, b.counter, b.wall}})
			case 4:
				c.saw(c.time())
			default:
				b.pass(time.Duration(rapid.Int64Range(0, 2e14).Draw(r, "pass")))
			}
			c.look()
			s := c.standing()
			if !s.unknown() && s.Time.Sub(b.real).Abs() > s.Most+2*time.Second {
				r.Fatalf("%v off, and says %v at most, by %s", s.Time.Sub(b.real), s.Most, s.By)
			}
			if s.unknown() && s.Time.After(b.real.Add(4*time.Second)) {
				r.Fatalf("%v is not past for certain: it is %v", s.Time, b.real)
			}
		}
	})
}

func TestADayOf25HoursIsCountedInHours(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ evening, want string }{{"2026-10-24 20:00", "19:00"}, {"2027-03-27 20:00", "21:00"}} {
		start, err := time.ParseInLocation("2006-01-02 15:04", test.evening, zone)
		if err != nil {
			t.Fatal(err)
		}
		b := newBoard()
		c := b.clock(time.Time{})
		c.read(start, 0)
		b.pass(24 * time.Hour)
		c.look()
		if got := c.time().In(zone).Format("15:04"); got != test.want {
			t.Errorf("24 hours after %s it is %s, want %s", test.evening, got, test.want)
		}
	}
}
