package escpos

import (
	"context"
	"errors"
	"sync"
)

// Line carries bytes to a printer and its answers back. One goroutine reads, another does the rest; Close may be
// called by anybody, twice too.
type Line interface {
	// Read blocks until the printer says something. It ends with an error when the line is gone or closed.
	Read(b []byte) (int, error)
	// Write hands b over and returns how much of it the line took, less than all only with an error: the context's when
	// the far end did not take it in time, ErrLost when the line is gone. It never blocks longer than the context allows.
	Write(ctx context.Context, b []byte) (int, error)
	// Unsent returns how many bytes the line has taken and not put on the wire.
	Unsent() (int, error)
	// Urge forgets the bytes not yet on the wire and sends b past any flow control, for a printer that has stopped the
	// line but still hears real-time commands. It is bounded like Write.
	Urge(ctx context.Context, b []byte) error
	Close() error
}

// ErrLost is the error of a line that is gone: unplugged, or its far end closed.
var ErrLost = errors.New("the line is gone")

// conversation is an open line with its reader: the one goroutine that sorts what the printer says.
type conversation struct {
	line   Line
	reader sync.WaitGroup
	news   chan struct{} // has a token when heard or lost changed

	mu    sync.Mutex
	heard []Reply
	lost  error // why the reader ended
}

// mostHeard bounds what is kept of a printer that talks without being asked.
const mostHeard = 256

func converse(line Line) *conversation {
	c := &conversation{line: line, news: make(chan struct{}, 1)}
	c.reader.Go(c.listen)
	return c
}

func (c *conversation) listen() {
	var sort Replies
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
	c.mu.Lock()
	c.heard = append(c.heard, heard...)
	if extra := len(c.heard) - mostHeard; extra > 0 {
		c.heard = c.heard[extra:]
	}
	if c.lost == nil {
		c.lost = lost
	}
	c.mu.Unlock()
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// take returns everything that was heard and not told yet.
func (c *conversation) take() []Reply {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := c.heard
	c.heard = nil
	return heard
}

// next returns the next reply, waiting for it as long as ctx allows. The line's end counts only when all that was
// heard before it is told.
func (c *conversation) next(ctx context.Context) (Reply, error) {
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
			return Reply{}, lost
		}
		select {
		case <-c.news:
		case <-ctx.Done():
			return Reply{}, ctx.Err()
		}
	}
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
