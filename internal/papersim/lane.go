package papersim

import (
	"sync"
	"time"
)

// lane carries bytes one way at the speed of a serial line. It has no goroutine of its own: a timer carries each
// piece, so nothing of it blocks.
type lane struct {
	baud    int          // 0: at once
	deliver func([]byte) // gets a piece that has passed the line; one call at a time
	moved   chan struct{}

	mu     sync.Mutex
	queue  []byte
	held   bool // flow control stops it
	pass   int  // so many bytes go past the flow control
	moving bool // a piece is on its way
	limit  int  // the line ends after so many bytes; negative: never
}

func newLane(baud int, deliver func([]byte)) *lane {
	return &lane{baud: baud, deliver: deliver, moved: make(chan struct{}, 1), limit: -1}
}

// add queues bytes, which run sets moving. It returns how many it took; the queue holds no more than room.
func (l *lane) add(b []byte, room int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := max(min(len(b), room-len(l.queue)), 0)
	l.queue = append(l.queue, b[:n]...)
	return n
}

// replace puts b in the place of everything queued, past the flow control. Then run must be called.
func (l *lane) replace(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue, l.pass = append([]byte(nil), b...), len(b)
}

// hold stops the lane or lets it go on. It may be called from within a delivery: nothing moves before it returns.
func (l *lane) hold(on bool) {
	l.mu.Lock()
	was := l.held
	l.held = on
	l.mu.Unlock()
	if was && !on {
		time.AfterFunc(0, l.run)
	}
}

// over reports whether the line has ended by its limit; unlimited takes the limit away.
func (l *lane) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limit == 0
}

func (l *lane) unlimited() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limit = -1
}

func (l *lane) drop() {
	l.mu.Lock()
	l.queue, l.pass = nil, 0
	l.mu.Unlock()
}

func (l *lane) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue)
}

// run moves what may move. On a paced line it sets the timer for the next piece instead.
func (l *lane) run() {
	for {
		l.mu.Lock()
		n := l.ready()
		if l.moving || n == 0 {
			l.mu.Unlock()
			return
		}
		l.moving = true
		l.mu.Unlock()
		if l.baud > 0 {
			time.AfterFunc(time.Duration(n)*10*time.Second/time.Duration(l.baud), func() {
				l.arrive(n)
				l.run()
			})
			return
		}
		l.arrive(n)
	}
}

// ready returns how long the next piece is.
func (l *lane) ready() int {
	n := len(l.queue)
	switch {
	case l.pass > 0:
		n = min(n, l.pass)
	case l.held:
		return 0
	}
	if l.baud > 0 || l.held {
		n = min(n, chunk)
	}
	if l.limit >= 0 {
		n = min(n, l.limit)
	}
	return n
}

// arrive delivers a piece, unless it was dropped on its way.
func (l *lane) arrive(n int) {
	l.mu.Lock()
	n = min(n, len(l.queue))
	piece := l.queue[:n:n]
	l.queue = l.queue[n:]
	l.pass = max(l.pass-n, 0)
	if l.limit >= 0 {
		l.limit -= n
	}
	l.mu.Unlock()
	if n > 0 {
		l.deliver(piece)
	}
	l.mu.Lock()
	l.moving = false
	l.mu.Unlock()
	select {
	case l.moved <- struct{}{}:
	default:
	}
}
