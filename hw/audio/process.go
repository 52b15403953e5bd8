package audio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// process is a child in a group of its own. Whoever started it waits for done.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it and its whole group are gone; then err holds
	err  error

	mu   sync.Mutex
	gone bool // its number may be somebody else's from now on
}

// startProcess starts cmd, which is to leave no core: what it holds in memory is for nobody else. It goes when ctx does.
func startProcess(ctx context.Context, cmd *exec.Cmd) (*process, error) {
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second // for its standard error, should somebody else hold that
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	_ = unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_CORE, &unix.Rlimit{}, nil) // fails when it is gone already
	leave := context.AfterFunc(ctx, p.kill)
	go func() {
		defer close(p.done)
		defer leave()
		p.await()
	}()
	return p, nil
}

// await waits for the process, kills what is left of its group while the number is still its own, and only then lets go of it.
func (p *process) await() {
	pid := p.cmd.Process.Pid
	for errors.Is(unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR) {
	}
	p.mu.Lock()
	_ = unix.Kill(-pid, unix.SIGKILL) // mostly there is nobody left
	p.gone = true
	p.mu.Unlock()
	if err := p.cmd.Wait(); err != nil {
		p.err = fmt.Errorf("run %s: %w", p.cmd.Path, err)
	}
}

// kill ends the process and its group at once. It does not wait.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		_ = unix.Kill(-p.cmd.Process.Pid, unix.SIGKILL)
	}
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// plainEnv is the environment of espeak-ng: no home and no sound server, for it would look for both although it only writes
// to a pipe.
func plainEnv() []string {
	env := []string{"LC_ALL=C.UTF-8", "PULSE_SERVER=/nowhere", "PULSE_COOKIE=/nowhere"}
	for _, name := range []string{"PATH", "ESPEAK_DATA_PATH"} {
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// complaint keeps the first line of what a player says is wrong.
type complaint struct{ line []byte }

const longestComplaint = 200

func (c *complaint) Write(p []byte) (int, error) {
	if room := longestComplaint - len(c.line); room > 0 && !bytes.ContainsRune(c.line, '\n') {
		c.line = append(c.line, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (c *complaint) String() string {
	first, _, _ := bytes.Cut(c.line, []byte("\n"))
	return string(bytes.ToValidUTF8(first, nil))
}
