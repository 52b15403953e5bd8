package vm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Ask sends a line to the probe in the guest (internal/vm/probe) by the third serial line and decodes its answer, a line of JSON.
// One question is asked at a time. A probe that is not there does not answer: ctx bounds the wait, and a late answer is not taken
// for that of a later question, by its number.
func (m *Machine) Ask(ctx context.Context, question Question) (Answer, error) {
	m.asking.Lock()
	defer m.asking.Unlock()
	question.N = time.Now().UnixNano()
	line, err := json.Marshal(question)
	if err != nil {
		return Answer{}, err
	}
	stop := context.AfterFunc(ctx, func() { m.probe.SetReadDeadline(time.Now()) })
	defer stop()
	if err := m.probe.SetReadDeadline(time.Time{}); err != nil {
		return Answer{}, err
	}
	if _, err := m.probe.Write(append(line, '\n')); err != nil {
		return Answer{}, fmt.Errorf("ask the guest: %w", err)
	}
	for {
		line, err := m.answers.ReadBytes('\n')
		if err != nil {
			return Answer{}, fmt.Errorf("ask the guest to %s: %w", question.Do, errors.Join(err, ctx.Err()))
		}
		var a Answer
		if json.Unmarshal(line, &a) != nil || a.N != question.N {
			continue // noise of a start, or an answer that nobody waits for any more
		}
		return a, nil
	}
}

// Question is what the probe is asked.
type Question struct {
	N    int64    `json:"n"`              // told again in the answer
	Do   string   `json:"do"`             // see internal/vm/probe
	Args []string `json:"args,omitempty"` // of that
}

// Answer is what the probe says. Error is "" where it went well.
type Answer struct {
	N     int64  `json:"n"`
	Out   string `json:"out"`
	Error string `json:"error,omitempty"`
}
