package vm

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Event is something that QEMU tells by itself: "RESET", "SHUTDOWN", "WATCHDOG", "STOP" and others of its documentation of QMP.
type Event struct {
	Name string          `json:"event"`
	Data json.RawMessage `json:"data"`
	At   time.Time       `json:"-"` // when it was read
}

// Monitor speaks QEMU's machine protocol: one JSON value a line, a greeting first, an answer for each command, events in between
// (QEMU, docs/interop/qmp-spec). Its methods may be called by several goroutines; commands are sent one at a time.
type Monitor struct {
	conn   io.ReadWriteCloser
	turn   sync.Mutex // one command at a time
	answer chan reply
	done   chan struct{} // closed when nothing more is read
	why    error         // of the end; read after done
	events func(Event)
	reader sync.WaitGroup
}

// reply is what QEMU says; exactly one of its fields is set.
type reply struct {
	Greeting *json.RawMessage `json:"QMP"`
	Return   *json.RawMessage `json:"return"`
	Error    *struct {
		Class string `json:"class"`
		Desc  string `json:"desc"`
	} `json:"error"`
	Event
}

// ErrMonitorEnded is what commands answer when QEMU is no more.
var ErrMonitorEnded = errors.New("QEMU does not speak any more")

// NewMonitor takes conn, waits for the greeting and leaves the state in which only capabilities may be asked for. events is
// called by the reading goroutine, in order, and must not wait for a command; nil means nobody listens. Close ends it.
func NewMonitor(ctx context.Context, conn net.Conn, events func(Event)) (*Monitor, error) {
	if events == nil {
		events = func(Event) {}
	}
	m := &Monitor{conn: conn, answer: make(chan reply), done: make(chan struct{}), events: events}
	lines := bufio.NewReader(conn)
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	greeting, err := readReply(lines)
	if err == nil && greeting.Greeting == nil {
		err = errors.New("it does not greet as QEMU does")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wait for QEMU's greeting: %w", err), ctx.Err(), conn.Close())
	}
	m.reader.Go(func() { m.read(lines) })
	if err := m.Do(ctx, "qmp_capabilities", nil, nil); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

func readReply(lines *bufio.Reader) (reply, error) {
	var r reply
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("read %q: %w", line, err)
	}
	return r, nil
}

func (m *Monitor) read(lines *bufio.Reader) {
	defer close(m.done)
	for {
		r, err := readReply(lines)
		if err != nil {
			m.why = err
			return
		}
		if r.Name != "" {
			r.At = time.Now()
			m.events(r.Event)
			continue
		}
		select {
		case m.answer <- r:
		case <-time.After(unasked):
			m.why = errors.New("it answered what nobody asked")
			return
		}
	}
}

// unasked is how long an answer may wait for who asked.
const unasked = 10 * time.Second

// Do has QEMU execute a command with arguments, nil for none, and puts what it returns into result, nil for not at all. ctx
// bounds the wait; when it ends first, the monitor is closed, for the answer would be taken for another command's.
func (m *Monitor) Do(ctx context.Context, command string, arguments, result any) error {
	m.turn.Lock()
	defer m.turn.Unlock()
	message, err := json.Marshal(struct {
		Execute   string `json:"execute"`
		Arguments any    `json:"arguments,omitempty"`
	}{command, arguments})
	if err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	if _, err := m.conn.Write(append(message, '\n')); err != nil {
		return fmt.Errorf("%s: %w: %w", command, ErrMonitorEnded, err)
	}
	select {
	case r := <-m.answer:
		switch {
		case r.Error != nil:
			return fmt.Errorf("%s: QEMU refuses: %s: %s", command, r.Error.Class, r.Error.Desc)
		case r.Return == nil:
			return fmt.Errorf("%s: QEMU answered neither yes nor no", command)
		case result != nil:
			return json.Unmarshal(*r.Return, result)
		}
		return nil
	case <-m.done:
		return fmt.Errorf("%s: %w: %w", command, ErrMonitorEnded, m.why)
	case <-ctx.Done():
		m.conn.Close()
		return fmt.Errorf("%s: %w", command, ctx.Err())
	}
}

// Close ends the connection and waits for the reader.
func (m *Monitor) Close() error {
	err := m.conn.Close()
	m.reader.Wait()
	return err
}
