package scanner

import (
	"context"
	"io"
	"time"
)

// listen hears a device until it is gone or ctx is done, and closes it.
func (r *Reader) listen(ctx context.Context, device io.ReadCloser) error {
	e := &ear{device: device, heard: make(chan []byte), taken: make(chan struct{}), end: make(chan struct{})}
	go e.run()
	defer e.close()
	defer r.sieve.forget()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var last time.Time // when a byte came last
	spent := 0         // bytes since the last rest
	for {
		r.rewind(timer, last)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			if r.sieve.busy() && time.Since(last) >= quiet {
				r.tell(r.sieve.pause())
				spent = 0
			}
		case bytes, ok := <-e.heard:
			if !ok {
				return e.err
			}
			last = time.Now()
			for _, b := range bytes {
				r.tell(r.sieve.take(b))
			}
			clear(bytes)
			if spent += len(bytes); spent >= atOnce {
				nap(ctx, rest)
				spent = 0
			}
			e.taken <- struct{}{}
		}
	}
}

// rewind sets the timer to when there is something to end or to forget.
func (r *Reader) rewind(timer *time.Timer, last time.Time) {
	now := time.Now()
	next := r.echo.fade(now)
	if r.sieve.busy() && (next.IsZero() || last.Add(quiet).Before(next)) {
		next = last.Add(quiet)
	}
	if timer.Stop(); !next.IsZero() {
		timer.Reset(next.Sub(now))
	}
}

// nap waits for d, or for the end of ctx.
func nap(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// ear waits for the bytes of a device, whose Read has no end in time. It is listen's.
type ear struct {
	device io.ReadCloser
	heard  chan []byte   // a part of room, until taken; closed when there is no more
	taken  chan struct{} // room may be used again
	end    chan struct{} // closed: nobody listens any more
	err    error         // why there is no more; after heard is closed
	room   [atOnce]byte
}

func (e *ear) run() {
	defer close(e.heard)
	defer clear(e.room[:])
	for idle := 0; ; {
		n, err := e.device.Read(e.room[:])
		if n > 0 {
			select {
			case e.heard <- e.room[:n]:
			case <-e.end:
				return
			}
			select {
			case <-e.taken:
			case <-e.end:
				return
			}
			idle = 0
		} else if idle++; err == nil && idle > mostIdle {
			err = io.ErrNoProgress
		}
		if err != nil {
			e.err = err
			return
		}
	}
}

// mostIdle is how often a device may give nothing without an error.
const mostIdle = 100

// close closes the device and waits for run.
func (e *ear) close() {
	close(e.end)
	_ = e.device.Close() // a device that went away refuses
	for range e.heard {
		continue // run may have been about to hand something over
	}
}
