package store

import (
	"context"
	"encoding/json"

	"example.org/totem/paper"
)

// Roll returns what is known of the roll of paper in the printer. In a new store that is nothing.
func (s *Store) Roll(ctx context.Context) (r paper.Roll, err error) {
	const doing = "read what is known of the roll"
	var body string
	if err := s.read.row(ctx, "roll").Scan(&body); err != nil {
		return r, faultOf(doing, err)
	}
	return r, faultOf(doing, unmarshal(body, &r))
}

// KeepRoll replaces what is known of the roll of paper. What slips use is counted by [Store.JobEnded]; this is for what
// the printer's sensors tell, and for paper that no job used.
func (s *Store) KeepRoll(ctx context.Context, r paper.Roll) error {
	return s.change(ctx, "note what is known of the roll", func(t tx) error { return t.setRoll(r) })
}

// useRoll counts the paper of a slip.
func (t tx) useRoll(res paper.Result) error {
	var body string
	var r paper.Roll
	if err := t.row("roll").Scan(&body); err != nil {
		return err
	}
	if err := unmarshal(body, &r); err != nil {
		return err
	}
	return t.setRoll(r.After(res))
}

func (t tx) setRoll(r paper.Roll) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.exec("roll_set", string(body))
}
