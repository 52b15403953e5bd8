//go:build !race

package grants_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"example.org/totem/internal/cluster"
)

func TestMain(m *testing.M) {
	cluster.Serve()
	serve()
	os.Exit(m.Run())
}

// orderVariable says what a process is to be.
const orderVariable = "TOTEM_PROOF_ORDER"

// order is what a process is to be: exactly one of them.
type order struct {
	Worker *worker
	Totem  *totem
	Words  string // the file of its log
}

// serve makes of a process that begin started what it is to be, and then does not return.
func serve() {
	text := os.Getenv(orderVariable)
	if text == "" {
		return
	}
	if err := obey(text); err != nil {
		fmt.Fprintln(os.Stderr, "process:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func obey(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	words, err := os.OpenFile(o.Words, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(words, nil))
	var turn sync.Mutex
	say := func(word string) {
		turn.Lock()
		defer turn.Unlock()
		fmt.Println(word)
	}
	end := make(chan struct{})
	go heed(os.Stdin, end) // it ends with the process
	if o.Worker != nil {
		return o.Worker.work(end, say, log)
	}
	return o.Totem.live(end, say, log)
}

// heed closes end when in says that the run ends. When whoever started the process is gone, it ends with them.
func heed(in io.Reader, end chan<- struct{}) {
	for lines := bufio.NewScanner(in); lines.Scan(); {
		close(end)
	}
	os.Exit(1)
}

// pause lets time pass, and reports whether ctx still goes on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// knock wakes whoever waits for c.
func knock(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// process is one that was started, until it was waited for.
type process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	quiet chan struct{} // closed when it has said its last word
}

// begin starts a process; each line that it says goes to hear.
func begin(t *testing.T, o order, hear func(line string)) *process {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(os.Args[0]), quiet: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), orderVariable+"="+string(text))
	p.cmd.Stderr = os.Stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { // kill and end wait for it
		defer close(p.quiet)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			hear(lines.Text())
		}
	}()
	return p
}

// kill ends the process in the middle of what it does. It is an error if it had ended by itself.
func (p *process) kill() (err error) {
	select {
	case <-p.quiet:
		err = errors.New("a process has ended by itself")
	default:
	}
	_ = p.cmd.Process.Kill()
	<-p.quiet
	_ = p.cmd.Wait() // it says that it was killed
	return err
}

// rest tells the process that the run ends.
func (p *process) rest() error {
	_, err := io.WriteString(p.stdin, "rest\n")
	return err
}

// end waits until a process that was told to rest has ended by itself, or ctx ends; then it is killed.
func (p *process) end(ctx context.Context) error {
	select {
	case <-p.quiet:
		return p.cmd.Wait()
	case <-ctx.Done():
		return errors.Join(errors.New("it does not come to rest"), p.kill())
	}
}
