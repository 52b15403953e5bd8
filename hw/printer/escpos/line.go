package escpos

import (
	"context"
	"errors"
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
