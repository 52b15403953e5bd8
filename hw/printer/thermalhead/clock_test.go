package thermalhead

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAWaitNeverEndsEarly(t *testing.T) {
	c := realClock(t)
	for _, wait := range []time.Duration{-time.Millisecond, 0, 10 * time.Microsecond, 300 * time.Microsecond, 3 * time.Millisecond} {
		until := c.Now() + wait
		c.Until(until)
		if now := c.Now(); now < until {
			t.Errorf("a wait of %v ended %v early", wait, until-now)
		}
	}
}

func TestTheGuardComesWhileTheLoopDoesNothing(t *testing.T) {
	c := realClock(t)
	for range 3 {
		called := make(chan time.Duration, 2)
		at := c.Now() + time.Millisecond
		c.Arm(at, func() { called <- c.Now() })
		if when := <-called; when < at {
			t.Errorf("it came %v early", at-when)
		}
	}
}

func TestAGuardThatIsDisarmedOrReplacedDoesNotCome(t *testing.T) {
	c := realClock(t)
	wrong := make(chan struct{}, 2)
	for at := time.Duration(0); at <= c.Now(); { // again, if this thread was held up between the two
		for len(wrong) > 0 {
			<-wrong
		}
		at = c.Now() + time.Millisecond
		c.Arm(at, func() { wrong <- struct{}{} })
		c.Disarm()
	}
	c.Arm(c.Now()+time.Hour, func() { wrong <- struct{}{} })
	right := make(chan struct{})
	c.Arm(c.Now()+3*time.Millisecond, func() { close(right) })
	<-right
	if len(wrong) > 0 {
		t.Error("it came")
	}
}

// The pulse before leaves a timer that still ends, most likely just while the next pulse begins.
func TestTheTimeOfThePulseBeforeDropsNoPulse(t *testing.T) {
	c := realClock(t)
	for range 3000 {
		end := c.Now() + 60*time.Microsecond
		c.Arm(end, func() {})
		c.Disarm()
		c.Until(end)
		c.Arm(c.Now()+time.Hour, func() { t.Error("it came an hour early") })
		c.Disarm()
	}
}

// A loop that has disarmed the guard lights the next strobe: whoever still switches off then would drop a strobe that is in time.
func TestNoGuardIsUnderWayOnceItIsDisarmed(t *testing.T) {
	c := realClock(t)
	for range 300 {
		begun := make(chan struct{})
		var over atomic.Bool
		c.Arm(c.Now(), func() {
			close(begun)
			for until := c.Now() + 50*time.Microsecond; c.Now() < until; {
				runtime.Gosched()
			}
			over.Store(true)
		})
		<-begun
		c.Disarm()
		if !over.Load() {
			t.Fatal("disarmed in the middle of it")
		}
	}
}

func TestAClockIsClosedOnceAndItsThreadEnds(t *testing.T) {
	c, err := newSystem(0)
	if err != nil {
		t.Fatal(err)
	}
	c.Arm(c.Now()+time.Hour, func() { t.Error("called after all") })
	c.Disarm()
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPriorityThatIsRefusedIsNoFailure(t *testing.T) {
	done := make(chan struct{})
	go func() { // its thread ends with it, should the priority stick
		defer close(done)
		leave, err := hurry(10)
		leave()
		t.Logf("real-time priority: %v", err)
	}()
	<-done
}

func realClock(t *testing.T) *system {
	t.Helper()
	c, err := newSystem(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestAThreadThatHurriedIsOrdinaryAgain(t *testing.T) {
	policy := make(chan uint32, 2)
	refused := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		leave, err := hurry(10)
		refused <- err
		during, _ := unix.SchedGetAttr(0, 0)
		leave()
		after, _ := unix.SchedGetAttr(0, 0)
		policy <- during.Policy
		policy <- after.Policy
	}()
	if err := <-refused; err != nil {
		t.Skipf("not allowed here: %v", err)
	}
	if during, after := <-policy, <-policy; during != unix.SCHED_FIFO || after != unix.SCHED_NORMAL {
		t.Errorf("policy %d, then %d", during, after)
	}
}
