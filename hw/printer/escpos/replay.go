package escpos

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// Replay is a line on which a [Record] happens again: it answers what the printer answered, when it did, and takes only
// what was sent then. Process ids are new each time: any is taken, and answered.
type Replay struct {
	mu      sync.Mutex
	record  Record
	start   time.Time
	out, in int // the next chunks that are to be sent and to be heard
	taken   int // bytes of the chunk out
	wild    int // bytes of a process id that are still to come
	trail   []byte
	id      []byte // as recorded
	err     error
	shut    bool
	changed chan struct{} // closed and made new at each change
}

// NewReplay returns a line that begins now. The caller closes it.
func NewReplay(r Record) *Replay {
	p := &Replay{start: time.Now(), changed: make(chan struct{})}
	for _, c := range r {
		p.record = append(p.record, Chunk{c.At, c.Kind, bytes.Clone(c.Bytes)})
	}
	p.settle()
	return p
}

// Err returns what was said otherwise than recorded: nil if all was said that should be, and nothing else.
func (p *Replay) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil && p.out < len(p.record) {
		return fmt.Errorf("replay: %q was not said", p.record[p.out])
	}
	return p.err
}

// isOut reports whether a chunk is one of the driver's.
func (c Chunk) isOut() bool { return c.Kind == '>' || c.Kind == '!' }

// settle moves both ends on to their next chunk, and wakes whoever waits.
func (p *Replay) settle() {
	for p.out < len(p.record) && !p.record[p.out].isOut() {
		p.out++
	}
	for p.in < len(p.record) && p.record[p.in].isOut() {
		p.in++
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// next returns the chunk at the hearing end when all that was sent before it has been, and how long it still takes.
func (p *Replay) next() (c *Chunk, wait time.Duration, changed <-chan struct{}) {
	if p.in < len(p.record) && p.in < p.out {
		c = &p.record[p.in]
		wait = c.At - time.Since(p.start)
	}
	return c, wait, p.changed
}

// Read returns what the printer said, when it is due.
func (p *Replay) Read(b []byte) (int, error) {
	for {
		p.mu.Lock()
		if p.shut {
			p.mu.Unlock()
			return 0, os.ErrClosed
		}
		c, wait, changed := p.next()
		if c != nil && wait <= 0 {
			defer p.mu.Unlock()
			if c.Kind == 'x' {
				return 0, fmt.Errorf("read a replay: %w", ErrLost)
			}
			n := copy(b, c.Bytes)
			if c.Bytes = c.Bytes[n:]; len(c.Bytes) == 0 {
				p.in++
				p.settle()
			}
			return n, nil
		}
		p.mu.Unlock()
		await := time.NewTimer(max(wait, 0))
		if c == nil {
			await.Stop()
		}
		select {
		case <-await.C:
		case <-changed:
		}
		await.Stop()
	}
}

// Write takes what was sent, when it was. It fails with ErrLost for anything else: [Replay.Err] says what.
func (p *Replay) Write(ctx context.Context, b []byte) (int, error) {
	return p.say(ctx, '>', b)
}

// Urge is like Write for what was sent past flow control.
func (p *Replay) Urge(ctx context.Context, b []byte) error {
	_, err := p.say(ctx, '!', b)
	return err
}

func (p *Replay) say(ctx context.Context, kind byte, b []byte) (sent int, err error) {
	for sent < len(b) {
		p.mu.Lock()
		wait, changed := p.due(), p.changed
		if wait <= 0 {
			n, err := p.match(kind, b[sent:])
			sent += n
			p.mu.Unlock()
			if err != nil {
				return sent, err
			}
			continue
		}
		p.mu.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
			timer.Stop()
			return sent, fmt.Errorf("write a replay: %w", ctx.Err())
		}
		timer.Stop()
	}
	return sent, nil
}

func (p *Replay) due() time.Duration {
	if p.shut || p.out == len(p.record) {
		return 0
	}
	return p.record[p.out].At - time.Since(p.start)
}

// match takes as much of b as the chunk that is due.
func (p *Replay) match(kind byte, b []byte) (int, error) {
	if p.shut {
		return 0, os.ErrClosed
	}
	if p.out == len(p.record) {
		return 0, p.fail("% x was said after the end", b)
	}
	c := p.record[p.out]
	if c.Kind != kind {
		return 0, p.fail("%c % x instead of %s", kind, b, c)
	}
	n := min(len(b), len(c.Bytes)-p.taken)
	for i, want := range c.Bytes[p.taken : p.taken+n] {
		if p.wild > 0 {
			p.wild--
			if p.id = append(p.id, want, b[i]); p.wild == 0 {
				p.rename()
			}
		} else if want != b[i] {
			return i, p.fail("%c % x instead of %s from byte %d on", kind, b, c, p.taken)
		}
		p.trail = append(p.trail, b[i])
		if bytes.HasSuffix(p.trail, processHead[:]) {
			p.wild, p.id, p.trail = 4, nil, nil
		}
	}
	if p.taken += n; p.taken == len(c.Bytes) {
		p.out, p.taken = p.out+1, 0
		p.settle()
	}
	return n, nil
}

// processHead is GS ( H up to the process id.
var processHead = [...]byte{gs, '(', 'H', 6, 0, '0', '0'}

// rename lets the printer answer the process id that was sent now.
func (p *Replay) rename() {
	was, is := []byte{blockHeader, blockID}, []byte{blockHeader, blockID}
	for i := 0; i+1 < len(p.id); i += 2 {
		was, is = append(was, p.id[i]), append(is, p.id[i+1])
	}
	for i := p.in; i < len(p.record); i++ {
		if c := &p.record[i]; c.Kind == '<' {
			c.Bytes = bytes.ReplaceAll(c.Bytes, was, is)
		}
	}
}

func (p *Replay) fail(form string, args ...any) error {
	if p.err == nil {
		p.err = fmt.Errorf("replay: "+form, args...)
	}
	return fmt.Errorf("%w: %w", ErrLost, p.err)
}

// Unsent is always none.
func (p *Replay) Unsent() (int, error) { return 0, nil }

// Close ends the line.
func (p *Replay) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shut {
		p.shut = true
		close(p.changed)
		p.changed = make(chan struct{})
	}
	return nil
}
