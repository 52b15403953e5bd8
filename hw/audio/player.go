package audio

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

const (
	chunk = SampleRate / 100 // samples that are made ready at once, 10 ms
	// ahead is how many samples may wait in the pipe to a player, 50 ms: with what aplay holds, what is changed is heard
	// within 200 ms, and a busy machine has time.
	ahead = 5 * chunk
	// held is what a player may have read and not have played yet, as much as Output.Player allows, and more.
	held = SampleRate * 35 / 100
	// patience is how long a player may take nothing, or go on after its end.
	patience = 3 * time.Second
)

// player is a running player. It belongs to the feeder.
type player struct {
	*process
	to       string // the part that it plays to
	out      Output
	in       *os.File // its standard input; nil once everything was written
	said     *complaint
	speech   bool // something was spoken into it
	written  int  // samples
	taken    int  // samples that it had read at the last look
	begun    time.Time
	moved    time.Time // when taken last grew
	draining bool
	broken   error // it could not be written to; mostly its end says more
}

func startPlayer(ctx context.Context, to string, out Output) (*player, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("open a pipe to a player: %w", err)
	}
	cmd := exec.Command(out.Player[0], out.Player[1:]...)
	now := time.Now()
	p := &player{to: to, out: out, in: write, said: new(complaint), begun: now, moved: now}
	cmd.Stdin, cmd.Stderr = read, p.said
	p.process, err = startProcess(ctx, cmd)
	_ = read.Close() // the child has its own
	if err != nil {
		_ = write.Close()
		return nil, err
	}
	return p, nil
}

// waiting returns how many samples were written and not read yet.
func (p *player) waiting() int {
	if p.in == nil {
		return 0
	}
	raw, err := p.in.SyscallConn()
	if err != nil {
		return 0
	}
	bytes := 0
	if err := raw.Control(func(fd uintptr) { bytes, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }); err != nil {
		return 0
	}
	waiting := bytes / 2
	if taken := p.written - waiting; taken != p.taken {
		p.taken, p.moved = taken, time.Now()
	}
	return waiting
}

func (p *player) young() bool { return time.Since(p.begun) < linger }

// proven reports whether the player works: it plays for a while, or has played to the end. It is asked when nothing has failed.
func (p *player) proven() bool { return p.ended() || p.taken > 0 && time.Since(p.begun) > time.Second }

// write gives samples to the player. There is room for them in the pipe.
func (p *player) write(samples []int16) {
	bytes := make([]byte, 0, 2*len(samples))
	for _, s := range samples {
		bytes = binary.LittleEndian.AppendUint16(bytes, uint16(s))
	}
	if p.waiting() == 0 {
		p.moved = time.Now() // it had nothing to take
	}
	err := p.in.SetWriteDeadline(time.Now().Add(patience))
	if err == nil {
		_, err = p.in.Write(bytes)
	}
	if err != nil {
		p.broken, p.moved = fmt.Errorf("write to a player: %w", err), time.Now()
		return
	}
	p.written += len(samples)
}

// finish says that no more comes.
func (p *player) finish() {
	p.draining, p.moved = true, time.Now()
	p.shut()
}

func (p *player) shut() {
	if p.in != nil {
		_ = p.in.Close()
		p.in = nil
	}
}

// silence ends the player in the middle.
func (p *player) silence() {
	p.kill()
	p.shut()
}

// failure returns what is wrong with the player; nil while all is well. One that has ended is wrong unless it was finished.
func (p *player) failure() error {
	switch {
	case p.ended() && p.err != nil:
		return fmt.Errorf("%w %s", p.err, p.said)
	case p.ended() && !p.draining:
		return fmt.Errorf("run %s: it ended before its sound did", p.cmd.Path)
	case !p.ended() && p.broken != nil && time.Since(p.moved) > time.Second:
		return p.broken
	case !p.ended() && time.Since(p.moved) > patience && (p.draining || p.waiting() > 0):
		return errStuck
	}
	return nil
}

var errStuck = errors.New("run a player: it takes no more sound")
