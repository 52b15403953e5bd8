package thermalhead

import (
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Clock is the time that a head is driven by, and the guard of its strobes.
type Clock interface {
	// Now returns the time since some moment. It never goes back.
	Now() time.Duration
	// Until returns at t or, as little as can be, later.
	Until(t time.Duration)
	// Arm has late called once when t has passed, whatever the goroutine that called Arm does meanwhile, unless Disarm
	// comes first. One call is armed at a time; a new one takes the place of the last. Late must not call Arm or Disarm.
	Arm(t time.Duration, late func())
	// Disarm waits for a late that has begun: once it returns, late is over or never comes.
	Disarm()
}

// spin is how long before its time a wait stops to sleep: a kernel wakes a thread late rather than early.
const spin = 150 * time.Microsecond

// system is the real clock. Its guard is a thread of its own that waits on a timer of the kernel.
type system struct {
	start time.Time
	timer int // descriptor
	watch sync.WaitGroup

	mu     sync.Mutex
	late   func()        // nil: disarmed
	due    time.Duration // when late is to be called: the timer may be one that was armed before
	closed bool
}

// newSystem starts the guard's thread, which asks for that priority.
func newSystem(priority int) (*system, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make a timer: %w", os.NewSyscallError("timerfd_create", err))
	}
	c := &system{start: time.Now(), timer: fd}
	c.watch.Go(func() {
		leave, _ := hurry(priority) // the head's own thread reports what is not allowed
		defer leave()
		for c.wake() {
		}
	})
	return c, nil
}

// wake waits for the timer and does what is due. It reports false when the clock was closed.
func (c *system) wake() bool {
	var ticks [8]byte
	if _, err := unix.Read(c.timer, ticks[:]); err != nil && err != unix.EINTR {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.callDue()
	return !c.closed
}

// callDue calls and disarms what is due, and leaves what is not to its own time. It is called with the lock held: a late that was
// only on its way could drop the strobe that comes after its own.
func (c *system) callDue() {
	if late := c.late; late != nil && c.Now() >= c.due {
		c.late = nil
		late()
	}
}

func (c *system) Now() time.Duration { return time.Since(c.start) }

func (c *system) Until(t time.Duration) {
	for left := t - c.Now(); left > 0; left = t - c.Now() {
		if left > spin {
			sleep := unix.NsecToTimespec(int64(left - spin))
			_ = unix.Nanosleep(&sleep, nil) // a signal only wakes it early
		}
	}
}

func (c *system) Arm(t time.Duration, late func()) {
	c.mu.Lock()
	c.late, c.due = late, t
	c.mu.Unlock()
	c.set(max(t-c.Now(), 1))
}

func (c *system) Disarm() {
	c.mu.Lock()
	c.late = nil
	c.mu.Unlock()
}

func (c *system) set(after time.Duration) {
	value := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(after))}
	if err := unix.TimerfdSettime(c.timer, 0, &value, nil); err != nil {
		panic(fmt.Sprintf("thermalhead: set a timer of our own: %v", err)) // only for a bad descriptor or time
	}
}

// Close ends the guard's thread and waits for it.
func (c *system) Close() error {
	c.mu.Lock()
	was := c.closed
	c.closed = true
	c.mu.Unlock()
	if was {
		return nil
	}
	c.set(1)
	c.watch.Wait()
	return unix.Close(c.timer)
}
