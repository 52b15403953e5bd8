package vm

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Machine is one that runs, or has run. Its methods may be called by several goroutines. Whoever started it calls Kill or Off.
type Machine struct {
	Config  Config
	Begin   time.Time   // when its power was switched on
	Console *Transcript // what the guest writes to the first serial line

	command  *exec.Cmd
	said     bytes.Buffer // by QEMU itself
	monitor  *Monitor
	printer  net.Conn
	probe    net.Conn
	answers  *bufio.Reader
	asking   sync.Mutex
	events   chan Event
	readers  sync.WaitGroup
	ended    chan struct{}
	whyEnded error
	killed   sync.Once
}

// eventRoom is how many events wait to be read; more are lost.
const eventRoom = 256

// Start switches a machine on. It has begun to run when Start returns; ctx bounds its whole life, for when it ends the machine
// is killed.
func Start(ctx context.Context, c Config) (*Machine, error) {
	c, err := c.filled()
	if err != nil {
		return nil, fmt.Errorf("set a machine up: %w", err)
	}
	if err := c.prepare(); err != nil {
		return nil, fmt.Errorf("set a machine up: %w", err)
	}
	m := &Machine{Config: c, Begin: time.Now(), events: make(chan Event, eventRoom), ended: make(chan struct{})}
	m.Console = newTranscript(m.Begin, c.Console)
	m.command = exec.CommandContext(ctx, c.Arch.program(), c.args()...)
	m.command.Stdout, m.command.Stderr = &m.said, &m.said
	m.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := m.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Arch.program(), err)
	}
	go func() {
		m.whyEnded = m.command.Wait()
		close(m.ended)
	}()
	if err := m.connect(ctx); err != nil {
		m.Kill()
		return nil, fmt.Errorf("start %s: %w: %s", c.Arch.program(), err, strings.TrimSpace(m.said.String()))
	}
	return m, nil
}

// prepare clears what an earlier machine left in the folder, and makes what this one needs.
func (c Config) prepare() error {
	for _, name := range []string{"qmp", "console", "printer", "probe"} {
		if err := os.Remove(c.file(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if !c.BIOS {
		if _, err := os.Stat(c.file("variables-" + string(c.Arch))); errors.Is(err, os.ErrNotExist) {
			_, empty := c.Arch.firmware()
			b, err := os.ReadFile(empty)
			if err != nil {
				return err
			}
			if err := os.WriteFile(c.file("variables-"+string(c.Arch)), b, 0o600); err != nil {
				return err
			}
		}
	}
	if c.Log == "" {
		return nil
	}
	// QEMU writes it as a disk, which has a size.
	log, err := os.Create(c.Log)
	if err != nil {
		return err
	}
	return errors.Join(log.Truncate(logRoom), log.Close())
}

// logRoom is the size of a log's sparse file.
const logRoom = 8 << 30

func (m *Machine) connect(ctx context.Context) error {
	console, err := m.dial(ctx, "console")
	if err != nil {
		return err
	}
	m.readers.Go(func() { io.Copy(m.Console, console); console.Close() })
	if m.printer, err = m.dial(ctx, "printer"); err != nil {
		return err
	}
	m.readers.Go(m.print)
	if m.probe, err = m.dial(ctx, "probe"); err != nil {
		return err
	}
	m.answers = bufio.NewReader(m.probe)
	conn, err := m.dial(ctx, "qmp")
	if err != nil {
		return err
	}
	if m.monitor, err = NewMonitor(ctx, conn, m.hear); err != nil {
		return err
	}
	if m.Config.Unplugged {
		return m.SetLink(ctx, false)
	}
	return nil
}

// dial connects to one of QEMU's sockets as soon as QEMU listens there.
func (m *Machine) dial(ctx context.Context, name string) (net.Conn, error) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for tries := 0; ; tries++ {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", m.Config.file(name))
		if err == nil {
			return conn, nil
		}
		if tries > 500 {
			return nil, err
		}
		select {
		case <-again.C:
		case <-m.ended:
			return nil, fmt.Errorf("it ended at once: %w", m.whyEnded)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// print carries bytes between the guest's second serial line and the printer. Without a printer they are lost.
func (m *Machine) print() {
	feed := func([]byte) {}
	if m.Config.Printer != nil {
		feed = m.Config.Printer(func(b []byte) { m.printer.Write(b) })
	}
	b := make([]byte, 4096)
	for {
		n, err := m.printer.Read(b)
		if n > 0 {
			feed(b[:n])
		}
		if err != nil {
			m.printer.Close()
			return
		}
	}
}

func (m *Machine) hear(e Event) {
	select {
	case m.events <- e:
	default:
	}
}

// Events tells what happens to the machine: "RESET", "SHUTDOWN", "WATCHDOG" and others. Nobody need read it: what does not
// fit is lost.
func (m *Machine) Events() <-chan Event { return m.events }

// Await returns the next event of one of the names, and forgets those before it.
func (m *Machine) Await(ctx context.Context, names ...string) (Event, error) {
	for {
		select {
		case e := <-m.events:
			for _, name := range names {
				if e.Name == name {
					return e, nil
				}
			}
		case <-m.ended:
			return Event{}, fmt.Errorf("the machine ended while %s was waited for: %w", strings.Join(names, " or "), m.reason())
		case <-ctx.Done():
			return Event{}, fmt.Errorf("wait for %s: %w", strings.Join(names, " or "), ctx.Err())
		}
	}
}

// Forget drops the events so far.
func (m *Machine) Forget() {
	for {
		select {
		case <-m.events:
		default:
			return
		}
	}
}

// Ended is closed when QEMU has ended, by whatever cause.
func (m *Machine) Ended() <-chan struct{} { return m.ended }

func (m *Machine) reason() error {
	if said := strings.TrimSpace(m.said.String()); said != "" {
		return fmt.Errorf("%v: %s", m.whyEnded, said)
	}
	return m.whyEnded
}

// Do sends QEMU a command; see [Monitor.Do].
func (m *Machine) Do(ctx context.Context, command string, arguments, result any) error {
	return m.monitor.Do(ctx, command, arguments, result)
}

// Off presses the power button and waits until the machine is off. It returns how long that took.
func (m *Machine) Off(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	if err := m.Do(ctx, "system_powerdown", nil, nil); err != nil {
		return 0, err
	}
	select {
	case <-m.ended:
		took := time.Since(begin)
		m.Kill()
		return took, nil
	case <-ctx.Done():
		return 0, fmt.Errorf("wait until the machine is off: %w", ctx.Err())
	}
}

// Reset presses the reset button.
func (m *Machine) Reset(ctx context.Context) error { return m.Do(ctx, "system_reset", nil, nil) }

// SetLink puts the network cable in, or pulls it.
func (m *Machine) SetLink(ctx context.Context, in bool) error {
	return m.Do(ctx, "set_link", map[string]any{"name": "card", "up": in}, nil)
}

// Plug puts a device on USB in, as QEMU's device_add has it; Unplug takes it away.
func (m *Machine) Plug(ctx context.Context, driver, id string, more map[string]any) error {
	args := map[string]any{"driver": driver, "id": id, "bus": "usb.0"}
	for k, v := range more {
		args[k] = v
	}
	return m.Do(ctx, "device_add", args, nil)
}

// Unplug takes a device away.
func (m *Machine) Unplug(ctx context.Context, id string) error {
	return m.Do(ctx, "device_del", map[string]any{"id": id}, nil)
}

// Kill cuts the power and waits until QEMU and everything that listened to it have ended. What the guest had handed to its
// disk is in the disk's file. It may be called more than once.
func (m *Machine) Kill() {
	m.killed.Do(func() {
		m.command.Process.Kill()
		<-m.ended
		if m.monitor != nil {
			m.monitor.Close()
		}
		for _, conn := range []net.Conn{m.printer, m.probe} {
			if conn != nil {
				conn.Close()
			}
		}
		m.readers.Wait()
	})
}
