package jetstream

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/ledger"
)

const epochSubject = "meta.v1.epoch"

// errNoEpoch says that META, or the epoch in it, is not there.
var errNoEpoch = errors.New("no epoch")

// record returns a record of META, the zero stored for none.
func (l *Ledger) record(ctx context.Context, subject string) (stored, error) {
	msg, err := l.last(ctx, metaStream, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return stored{}, nil
	}
	return msg, err
}

// amend changes one record of META. edit is given what a ledger wrote there and whether it did, and returns what is to
// stand there and whether that is a change. What no ledger wrote is set aside.
func (l *Ledger) amend(ctx context.Context, subject string, edit func(old []byte, there bool) (data []byte, change bool)) error {
	for {
		msg, err := l.record(ctx, subject)
		if err != nil {
			return err
		}
		var old []byte
		there := msg.sequence > 0 && msg.foreign == nil
		if there {
			old = msg.data
		}
		data, change := edit(old, there)
		if !change {
			return nil
		}
		_, err = l.write(ctx, metaStream, subject, msg.sequence, data)
		if !errors.Is(err, ledger.ErrConflict) || ctx.Err() != nil {
			return err
		}
	}
}

func formEpoch(epoch uint64) []byte { return strconv.AppendUint(nil, epoch, 10) }

// parseEpoch returns 0 for what is no epoch.
func parseEpoch(data []byte) uint64 {
	epoch, err := strconv.ParseUint(string(data), 10, 64)
	if err != nil {
		return 0
	}
	return epoch
}

// readEpoch returns the ledger's epoch as META's leader has it, or errNoEpoch, or ledger.ErrUnreadable.
func (l *Ledger) readEpoch(ctx context.Context) (uint64, error) {
	msg, err := known(l.record(ctx, epochSubject))
	switch {
	case errors.Is(err, errNoStream), err == nil && msg.sequence == 0:
		return 0, errNoEpoch
	case err != nil:
		return 0, fmt.Errorf("read the epoch: %w", err)
	}
	epoch := parseEpoch(msg.data)
	if epoch == 0 {
		return 0, fmt.Errorf("read the epoch: %w", unreadable(msg.sequence, errors.New("it is no epoch")))
	}
	return epoch, nil
}

// learn notes an epoch that the ledger has reached, and returns the highest that was noted.
func (l *Ledger) learn(epoch uint64) uint64 {
	for {
		seen := l.epoch.Load()
		if seen >= epoch || l.epoch.CompareAndSwap(seen, epoch) {
			return max(seen, epoch)
		}
	}
}

// Epoch returns the epoch in which sheets are written now. With a [Mirror] it may be behind for a moment after another
// scheduler has raised it.
func (l *Ledger) Epoch(ctx context.Context) (uint64, error) {
	if m := l.mirror.Load(); m != nil && m.epoch.inStep.Load() && ctx.Err() == nil {
		return l.epoch.Load(), nil
	}
	epoch, err := l.readEpoch(ctx)
	if err != nil {
		return 0, err
	}
	return l.learn(epoch), nil
}

// Raise makes the epoch greater than beyond, durably, unless it is already, and returns it. It also mends an epoch that
// cannot be read.
func (l *Ledger) Raise(ctx context.Context, beyond uint64) (uint64, error) {
	if beyond == math.MaxUint64 {
		return 0, fmt.Errorf("raise the epoch: none is beyond %d", beyond)
	}
	var epoch uint64
	err := l.amend(ctx, epochSubject, func(old []byte, _ bool) ([]byte, bool) {
		was := parseEpoch(old)
		epoch = max(was, l.epoch.Load(), beyond+1)
		return formEpoch(epoch), epoch != was
	})
	if err != nil {
		return 0, fmt.Errorf("raise the epoch: %w", err)
	}
	return l.learn(epoch), nil
}
