package cluster_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// workerVariable is the order of the worker that a process is to be.
const workerVariable = "TOTEM_CLUSTER_WORKER"

// order is what a worker is to do: bookers of its own, on a connection of its own.
type order struct {
	URLs     string
	Seed     uint64
	Clients  []int
	From     int
	Heritage []adopted // dealt out among the clients
}

// serveWorker makes a worker of a process that newWorker started, and then does not return. It writes its history to
// standard output, and ends when its standard input does.
func serveWorker() {
	text := os.Getenv(workerVariable)
	if text == "" {
		return
	}
	var o order
	if err := errors.Join(json.Unmarshal([]byte(text), &o), o.work(os.Stdin, os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// forever is more sheets than any run fills.
const forever = 1 << 30

func (o order) work(in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := make(chan struct{})
	go func() { // it ends with the process
		_, _ = io.Copy(io.Discard, in)
		close(stop)
	}()
	nc, err := dial(o.URLs)
	if err != nil {
		return err
	}
	defer nc.Close()
	l, err := open(ctx, nc)
	if err != nil {
		return err
	}
	record := newRecorder(out)
	var working sync.WaitGroup
	for i, client := range o.Clients {
		var heritage []adopted
		for j := i; j < len(o.Heritage); j += len(o.Clients) {
			heritage = append(heritage, o.Heritage[j])
		}
		b := newBooker(client, l, record, o.Seed)
		working.Go(func() { b.run(ctx, o.From, forever, heritage, stop) })
	}
	working.Wait()
	return nil
}

// worker is such a process, and what it has said.
type worker struct {
	process *exec.Cmd
	stdin   io.Closer
	heard   chan struct{} // closed when it has said its last word

	lines []line // to be looked at when heard is closed
}

// line is a line of a worker's history, and the operation in it.
type line struct {
	text []byte
	operation
}

func newWorker(t *testing.T, o order) *worker {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), workerVariable+"="+string(text))
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	w := &worker{process: process, stdin: stdin, heard: make(chan struct{})}
	go w.listen(stdout)
	return w
}

// listen keeps what the worker says, until it says nothing more.
func (w *worker) listen(r io.Reader) {
	defer close(w.heard)
	for lines := bufio.NewScanner(r); lines.Scan(); {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l.operation); err != nil {
			continue // of a line that was cut off nothing was done yet
		}
		l.text = append(append([]byte(nil), lines.Bytes()...), '\n')
		w.lines = append(w.lines, l)
	}
}

// kill ends the worker in the middle of what it does.
func (w *worker) kill() error {
	err := w.process.Process.Kill()
	w.end()
	return err
}

// finish lets the worker end what it has begun.
func (w *worker) finish() error {
	err := w.stdin.Close()
	return errors.Join(err, w.end())
}

func (w *worker) end() error {
	<-w.heard
	return w.process.Wait()
}

// left returns what the worker began and did not end, and the first sheet that it may not have found full.
func (w *worker) left() (open []adopted, sheet int) {
	var order []string
	latest := make(map[string]operation)
	for _, l := range w.lines {
		if l.Put {
			continue
		}
		if _, ok := latest[l.ID]; !ok {
			order = append(order, l.ID)
		}
		latest[l.ID] = l.operation
		sheet = max(sheet, l.Sheet)
	}
	for _, id := range order {
		if o := latest[id]; o.Outcome == unknown {
			open = append(open, adopted{Sheet: o.Sheet, Slot: o.Slot, Code: o.Code, Intent: o.Intent})
		}
	}
	return open, sheet
}
