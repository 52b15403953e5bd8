package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// setBack says that the ledger was set back behind its own back: a snapshot of its disk, or copied files. It is not
// what it told the totems, so all of them must tell it what they hold.
type setBack struct {
	beyond uint64 // the highest epoch that is spoiled
	sign   string
}

func (b setBack) Error() string { return "the ledger was set back: " + b.sign }

// behind says that the ledger is in a later epoch than it seemed: another scheduler has raised it.
type behind struct{ epoch uint64 }

func (b behind) Error() string { return fmt.Sprintf("the ledger has come to epoch %d", b.epoch) }

// farAhead is by how much a totem's epoch may be beyond the ledger's and the clock. An epoch is begun by the clock, and no
// clock is wrong by more than the 136 years that its seconds count; a greater one would leave no epochs to go on to.
const farAhead = 1 << 32

// believable returns a refusal of an epoch that no ledger can have reached.
func (s *Service) believable(id booking.OfficeID, totem booking.TotemID, told, epoch uint64) error {
	if known := max(epoch, uint64(max(s.now().Unix(), 0))); told <= known || told-known <= farAhead {
		return nil
	}
	return &wire.Refusal{
		Code:     wire.RefusedMessage,
		Sentence: fmt.Sprintf("totem %s tells of epoch %d of the ledger, which none can have reached", totem, told),
		Remedy:   fmt.Sprintf("report it; to go on, erase this device's data directory, and run: scheduler fence %s %s", id, totem),
	}
}

type totemKey struct {
	office booking.OfficeID
	totem  booking.TotemID
}

// freshEpoch asks the ledger for its epoch.
func (s *Service) freshEpoch(ctx context.Context) (uint64, error) {
	epoch, err := s.book.Epoch(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask for the ledger's epoch: %w", err)
	}
	s.noteEpoch(epoch)
	return epoch, nil
}

func (s *Service) noteEpoch(epoch uint64) {
	s.epoch.Lock()
	defer s.epoch.Unlock()
	s.epoch.seen = max(s.epoch.seen, epoch)
}

// epochNow returns the epoch as it was seen last, at most a round ago.
func (s *Service) epochNow(ctx context.Context) (uint64, error) {
	s.epoch.Lock()
	seen := s.epoch.seen
	s.epoch.Unlock()
	if seen != 0 {
		return seen, nil
	}
	return s.freshEpoch(ctx)
}

// raise begins a new epoch, with an alarm, because a totem has shown that the ledger was set back.
func (s *Service) raise(ctx context.Context, id booking.OfficeID, totem booking.TotemID, b setBack) error {
	epoch, err := s.book.Raise(ctx, b.beyond)
	if err != nil {
		return fmt.Errorf("begin a new epoch, for %w: %w", b, err)
	}
	s.noteEpoch(epoch)
	event.Log(s.log, event.LedgerSetBack, totemAttr(id, totem), slog.Uint64("epoch", epoch), slog.String("sign", b.sign))
	return nil
}

// catchUp learns of an epoch that another scheduler has begun.
func (s *Service) catchUp(ctx context.Context, b behind) error {
	epoch, err := s.book.Raise(ctx, b.epoch-1) // which it is already, unless only its epoch was set back
	if err != nil {
		return fmt.Errorf("learn that %w: %w", b, err)
	}
	s.noteEpoch(epoch)
	return nil
}

// moveOn deals with what a totem has shown of the ledger's epoch; moved says that it is a later one now. Any other word is
// returned as it is.
func (s *Service) moveOn(ctx context.Context, id booking.OfficeID, totem booking.TotemID, word error) (moved bool, err error) {
	if b, ok := errors.AsType[behind](word); ok {
		return true, s.catchUp(ctx, b)
	}
	if b, ok := errors.AsType[setBack](word); ok {
		return true, s.raise(ctx, id, totem, b)
	}
	return false, word
}

func introduceAgain(totem booking.TotemID) *wire.Refusal {
	return &wire.Refusal{
		Code:     wire.RefusedHello,
		Sentence: fmt.Sprintf("the ledger began anew since totem %s introduced itself", totem),
		Remedy:   "none: the totem does so at once",
	}
}

// checkSequence looks whether the roster is ahead of what the uplink holds of the totem, which cannot be unless the
// uplink's messages were lost. last may have been read before the roster was, so once is no proof: the totem is asked to
// introduce itself again, and only then it is sure.
func (s *Service) checkSequence(m ledger.Member, last wire.Accepted) (sure bool, err error) {
	key := totemKey{m.Office, m.Totem}
	s.doubts.Lock()
	defer s.doubts.Unlock()
	doubt, seen := s.doubts.sequences[key]
	delete(s.doubts.sequences, key)
	switch {
	case last.Sequence >= m.Sequence:
		return false, nil
	case seen && last.Sequence < doubt:
		return true, nil
	}
	s.doubts.sequences[key] = m.Sequence
	return false, introduceAgain(m.Totem)
}

// checkRevisions refuses a totem that has sheets which this ledger has never written: it was set back. suspects are the
// sheets that the totem has, as it seems, in a later revision than the ledger.
func (s *Service) checkRevisions(ctx context.Context, id booking.OfficeID, totem booking.TotemID, suspects []wire.Have) error {
	if len(suspects) == 0 {
		return nil
	}
	epoch, err := s.epochNow(ctx)
	if err != nil {
		return err
	}
	for _, h := range suspects {
		if err := s.believable(id, totem, h.Revision.Epoch, epoch); err != nil {
			return s.refuse(id, totem, err)
		}
		switch {
		case h.Revision.Epoch < epoch:
			continue
		case h.Revision.Epoch == epoch:
			ahead, err := s.isAhead(ctx, booking.SheetKey{Office: id, Queue: h.Queue, Day: h.Day}, h.Revision)
			if err != nil {
				return err
			}
			if !ahead {
				continue
			}
		}
		if err := s.raise(ctx, id, totem, setBack{h.Revision.Epoch, "the totem has a sheet that the ledger has never written"}); err != nil {
			return err
		}
		return s.refuse(id, totem, introduceAgain(totem))
	}
	return nil
}

// isAhead reports whether a revision is later than the ledger's of the same epoch. A copy of the ledger may lag, so
// what was read is written again: only if the ledger takes that was it the last.
func (s *Service) isAhead(ctx context.Context, key booking.SheetKey, r booking.Revision) (bool, error) {
	sheet, err := s.book.Sheet(ctx, key)
	switch {
	case errors.Is(err, ledger.ErrClosed), errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrUnreadable):
		return false, nil
	case err != nil:
		return false, err
	case !r.Newer(sheet.Revision):
		return false, nil
	}
	_, err = s.book.Put(ctx, sheet)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ledger.ErrConflict), errors.Is(err, ledger.ErrClosed), errors.Is(err, ledger.ErrUnreadable):
		return false, nil
	}
	return false, err
}
