package escpos

import (
	"context"
	"sync"
	"time"
)

// conversation is an open line with its reader: the one goroutine that sorts what the printer says.
type conversation struct {
	line   Line
	alert  chan<- struct{} // gets a token when the automatic status changed or the line went
	reader sync.WaitGroup
	news   chan struct{} // has a token when heard or lost changed

	mu    sync.Mutex
	heard []said
	asb   automatic
	lost  error // why the reader ended
}

// said is a reply and when it came.
type said struct {
	Reply
	at time.Time
}

// automatic is the last automatic status. The zero value is none.
type automatic struct {
	bytes [4]byte
	at    time.Time // zero: none was heard
}

// mostHeard bounds what is kept of a printer that talks without being asked.
const mostHeard = 256

func converse(line Line, full bool, alert chan<- struct{}) *conversation {
	c := &conversation{line: line, alert: alert, news: make(chan struct{}, 1)}
	c.reader.Go(func() { c.listen(Replies{Full: full}) })
	return c
}

func (c *conversation) listen(sort Replies) {
	buf := make([]byte, 64)
	for {
		n, err := c.line.Read(buf)
		var heard []Reply
		for _, b := range buf[:n] {
			heard = append(heard, sort.Next(b)...)
		}
		c.tell(heard, err)
		if err != nil {
			return
		}
	}
}

func (c *conversation) tell(heard []Reply, lost error) {
	now, changed := time.Now(), lost != nil
	c.mu.Lock()
	for _, r := range heard {
		c.heard = append(c.heard, said{r, now})
		if r.Kind == Automatic {
			changed = changed || c.asb.at.IsZero() || c.asb.bytes != r.Bytes
			c.asb = automatic{r.Bytes, now}
		}
	}
	if extra := len(c.heard) - mostHeard; extra > 0 {
		c.heard = c.heard[extra:]
	}
	if c.lost == nil {
		c.lost = lost
	}
	c.mu.Unlock()
	token(c.news)
	if changed {
		token(c.alert)
	}
}

func token(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// take returns everything that was heard and not told yet.
func (c *conversation) take() []said {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := c.heard
	c.heard = nil
	return heard
}

// next returns the next reply, waiting for it as long as ctx allows. The line's end counts only when all that was
// heard before it is told.
func (c *conversation) next(ctx context.Context) (said, error) {
	for {
		c.mu.Lock()
		if len(c.heard) > 0 {
			r := c.heard[0]
			c.heard = c.heard[1:]
			c.mu.Unlock()
			return r, nil
		}
		lost := c.lost
		c.mu.Unlock()
		if lost != nil {
			return said{}, lost
		}
		select {
		case <-c.news:
		case <-ctx.Done():
			return said{}, ctx.Err()
		}
	}
}

// automatic returns the last automatic status.
func (c *conversation) automatic() automatic {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asb
}

func (c *conversation) gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lost != nil
}

func (c *conversation) close() error {
	err := c.line.Close()
	c.reader.Wait()
	return err
}
