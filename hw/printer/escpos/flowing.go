package escpos

import (
	"bytes"
	"sync/atomic"
)

// noted is whether XON or XOFF was heard on a line without flow control.
type noted struct{ heard atomic.Bool }

func (n *noted) xon() bool { return n.heard.Load() }

// flowing is a line that notes XON and XOFF as they come.
type flowing struct {
	Line
	heard *noted
}

func (l *flowing) Read(b []byte) (int, error) {
	n, err := l.Line.Read(b)
	if bytes.IndexByte(b[:n], xon) >= 0 || bytes.IndexByte(b[:n], xoff) >= 0 {
		l.heard.heard.Store(true)
	}
	return n, err
}
