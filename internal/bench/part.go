package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A part is a process of its own in which one side of a measurement works, so that its memory and its processor time
// are nobody else's. It is this program, started again. It is told what to do on its standard input, a line of JSON
// each, answers on its standard output, and ends when the input does.

// partVariable names the part that a process is to be.
const partVariable = "TOTEM_BENCH_PART"

// The parts.
const (
	serverPart = "server"
	crowdPart  = "crowd"
)

const partWait = 30 * time.Second // for a part to end

// duties are what a part does, by the words that tell it.
type duties map[string]func(context.Context, json.RawMessage) (any, error)

func duty[Order, Answer any](do func(context.Context, Order) (Answer, error)) func(context.Context, json.RawMessage) (any, error) {
	return func(ctx context.Context, data json.RawMessage) (any, error) {
		var order Order
		if err := json.Unmarshal(data, &order); err != nil {
			return nil, err
		}
		return do(ctx, order)
	}
}

// nothing is an order or an answer that the word alone says.
type nothing struct{}

type told struct {
	Word  string          `json:"word"`
	Order json.RawMessage `json:"order"`
}

type answered struct {
	Answer json.RawMessage `json:"answer,omitempty"`
	Error  string          `json:"error,omitempty"`
}

// servePart makes a part of a process that startPart started, and then does not return.
func servePart() {
	name := os.Getenv(partVariable)
	if name == "" {
		return
	}
	if err := work(context.Background(), name, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "bench, %s: %v\n", name, err)
		os.Exit(exitFailed)
	}
	os.Exit(exitOK)
}

func work(ctx context.Context, name string, in io.Reader, out io.Writer) (err error) {
	var can duties
	var closing func() error
	switch name {
	case serverPart:
		s := new(serving)
		can, closing = s.duties(), s.close
	case crowdPart:
		p := new(people)
		can, closing = p.duties(), p.close
	default:
		return fmt.Errorf("there is no part %q", name)
	}
	defer func() { err = errors.Join(err, closing()) }()
	words, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var t told
		switch err := words.Decode(&t); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		var a answered
		do, ok := can[t.Word]
		if !ok {
			do = func(context.Context, json.RawMessage) (any, error) { return nil, fmt.Errorf("nobody does %q", t.Word) }
		}
		answer, err := do(ctx, t.Order)
		if err == nil {
			a.Answer, err = json.Marshal(answer)
		}
		if err != nil {
			a.Error = err.Error()
		}
		if err := answers.Encode(a); err != nil {
			return err
		}
	}
}

// part is a part as the process sees it that started it.
type part struct {
	name    string
	process *exec.Cmd
	stdin   io.Closer
	words   *json.Encoder
	answers *json.Decoder
}

// startPart starts a part, which is killed when ctx ends.
func startPart(ctx context.Context, name string) (*part, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	process := exec.CommandContext(ctx, self)
	process.Env = append(os.Environ(), partVariable+"="+name)
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("start the process %s: %w", name, err)
	}
	return &part{name: name, process: process, stdin: stdin, words: json.NewEncoder(stdin), answers: json.NewDecoder(stdout)}, nil
}

// tell tells a part a word and returns its answer.
func tell[Answer any](p *part, word string, order any) (answer Answer, err error) {
	data, err := json.Marshal(order)
	if err != nil {
		return answer, err
	}
	var a answered
	if err = p.words.Encode(told{word, data}); err == nil {
		err = p.answers.Decode(&a)
	}
	switch {
	case err != nil:
		return answer, fmt.Errorf("the process %s does not %s: %w", p.name, word, err)
	case a.Error != "":
		return answer, fmt.Errorf("the process %s does not %s: %s", p.name, word, a.Error)
	}
	return answer, json.Unmarshal(a.Answer, &answer)
}

// close lets the part end, and waits for it.
func (p *part) close() error {
	if p == nil {
		return nil
	}
	_ = p.stdin.Close() // it is told nothing more
	late := time.AfterFunc(partWait, func() { _ = p.process.Process.Kill() })
	defer late.Stop()
	if err := p.process.Wait(); err != nil {
		return fmt.Errorf("the process %s: %w", p.name, err)
	}
	return nil
}
