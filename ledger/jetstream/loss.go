package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// LostError says what of a ledger is gone that META knows to have been there. It is ErrLost.
//
// Noticed is a stream that is not there, one that ends before a message that it held, one with fewer subjects than it
// held, and an epoch lower than that of a sheet. Not noticed is the loss of a stream's last messages, up to 64 of them,
// since META is told every now and then only what there is; that of a sheet's last revision, in the middle of a stream,
// when earlier ones are left; and that of META's own last messages, but for the epoch. What a totem knows of those
// comes to light with its next hello, and raises the epoch.
type LostError struct {
	Gone []string // what is gone, for a technician; at least one
}

// Error names what is gone.
func (e *LostError) Error() string { return ErrLost.Error() + ": " + strings.Join(e.Gone, "; ") }

// Is reports whether target is ErrLost.
func (e *LostError) Is(target error) bool { return target == ErrLost }

// mark is what a stream held once, and holds ever since.
//
//	member    form     meaning
//	last      integer  its last sequence
//	subjects  integer  number of its subjects
type mark struct {
	Last     uint64 `json:"last"`
	Subjects uint64 `json:"subjects"`
}

// marks is what this process has noted of the streams.
type marks struct {
	sync.Mutex
	noted map[string]uint64 // last sequence by stream
}

// markEvery is how many messages of a stream may be lost unnoticed.
const markEvery = 64

// due reports whether a stream that has reached sequence is to be marked, and says so once.
func (m *marks) due(stream string, sequence uint64) bool {
	m.Lock()
	defer m.Unlock()
	noted := m.noted[stream]
	if noted > 0 && sequence < min(2*noted, noted+markEvery) {
		return false
	}
	m.noted[stream] = sequence
	return true
}

func markSubject(stream string) string {
	if date, ok := strings.CutPrefix(stream, dayPrefix); ok {
		return "meta.v1.day." + date
	}
	return "meta.v1.stream." + stream
}

// markedStream is the reverse of markSubject.
func markedStream(subject string) (stream string, ok bool) {
	if date, ok := strings.CutPrefix(subject, "meta.v1.day."); ok {
		_, ok = parseDay(date)
		return dayPrefix + date, ok
	}
	return strings.CutPrefix(subject, "meta.v1.stream.")
}

// noteStream notes that a stream is there and what it holds at least. A mark is never taken back.
func (l *Ledger) noteStream(ctx context.Context, stream string, m mark) error {
	err := l.amend(ctx, markSubject(stream), func(old []byte, there bool) ([]byte, bool) {
		was, readable := parseMark(old)
		next := mark{max(was.Last, m.Last), max(was.Subjects, m.Subjects)}
		data, err := json.Marshal(next)
		return data, err == nil && (!there || !readable || next != was)
	})
	if err != nil {
		return fmt.Errorf("note the stream %s: %w", stream, err)
	}
	return nil
}

func parseMark(data []byte) (m mark, ok bool) {
	err := json.Unmarshal(data, &m)
	return m, err == nil
}

// noteWrite marks a stream now and then, once a write to it was acknowledged. A mark that cannot be set is missed until
// the next.
func (l *Ledger) noteWrite(ctx context.Context, stream string, sequence uint64) {
	if !l.marks.due(stream, sequence) {
		return
	}
	if info, err := l.info(ctx, stream, ""); err == nil {
		_ = l.noteStream(ctx, stream, mark{Last: sequence, Subjects: info.State.Number})
	}
}

// A cluster that is just starting may know less than it holds, so a loss is believed when it is seen again and again.
const (
	looks     = 3
	lookAfter = time.Second
)

// makeWhole makes the streams that are missing without having been there before, notes those that no earlier release
// noted, and returns a *LostError if something is gone.
func (l *Ledger) makeWhole(ctx context.Context) error {
	for look := 1; ; look++ {
		marked, err := l.marked(ctx)
		if err != nil {
			return err
		}
		gone, err := l.gone(ctx, marked)
		switch {
		case err != nil:
			return err
		case len(gone) == 0:
			return l.noteUnmarked(ctx, marked)
		case !l.mayLookAgain(ctx, look):
			return &LostError{gone}
		}
	}
}

// mayLookAgain waits until it is time for another look, and reports whether there is to be one.
func (l *Ledger) mayLookAgain(ctx context.Context, look int) bool {
	if look == looks || l.conn.ConnectedClusterName() == "" {
		return false
	}
	select {
	case <-time.After(lookAfter):
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// marked returns the streams that META knows to have been there, those of closed days left out.
func (l *Ledger) marked(ctx context.Context) (map[string]mark, error) {
	info, err := l.info(ctx, metaStream, "meta.v1.>")
	if err != nil {
		return nil, fmt.Errorf("list the streams: %w", err)
	}
	l.single = info.Cluster.Name == ""
	marked := make(map[string]mark)
	for subject := range info.State.Subjects {
		stream, ok := markedStream(subject)
		if !ok {
			continue
		}
		if day, ok := dayOf(stream); ok {
			if closed, err := l.isClosed(ctx, day); err != nil {
				return nil, err
			} else if closed {
				continue
			}
		}
		msg, err := l.record(ctx, subject)
		if err != nil {
			return nil, fmt.Errorf("look up the stream %s: %w", stream, err)
		}
		if msg.sequence > 0 {
			marked[stream], _ = parseMark(msg.data) // of garbage remains that the stream was there
		}
	}
	return marked, nil
}

func dayOf(stream string) (booking.Day, bool) {
	date, ok := strings.CutPrefix(stream, dayPrefix)
	if !ok {
		return booking.Day{}, false
	}
	return parseDay(date)
}

// gone returns what is missing of the streams that were there.
func (l *Ledger) gone(ctx context.Context, marked map[string]mark) ([]string, error) {
	var gone []string
	for stream, m := range marked {
		info, err := l.info(ctx, stream, "")
		switch {
		case errors.Is(err, errNoStream):
			gone = append(gone, "the stream "+stream)
		case err != nil:
			return nil, fmt.Errorf("look up the stream %s: %w", stream, err)
		case info.State.Last < m.Last:
			gone = append(gone, fmt.Sprintf("the end of the stream %s: it had message %d and ends at %d", stream, m.Last, info.State.Last))
		case info.State.Number < m.Subjects:
			gone = append(gone, fmt.Sprintf("%d of %d records of the stream %s", m.Subjects-info.State.Number, m.Subjects, stream))
		default:
			epoch, err := l.epochOf(ctx, stream, info.State.Last)
			if err != nil {
				return nil, fmt.Errorf("look up the stream %s: %w", stream, err)
			}
			if known := l.epoch.Load(); epoch > known {
				gone = append(gone, fmt.Sprintf("the end of the stream META: its epoch is %d, and the stream %s has a sheet of %d", known, stream, epoch))
			}
		}
	}
	slices.Sort(gone)
	return gone, nil
}

// epochOf returns the epoch of a day's sheet at sequence, 0 for what is none.
func (l *Ledger) epochOf(ctx context.Context, stream string, sequence uint64) (uint64, error) {
	if _, ok := dayOf(stream); !ok || sequence == 0 {
		return 0, nil
	}
	msg, err := l.ask(ctx, stream, map[string]any{"seq": sequence})
	if errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, errNoStream) {
		return 0, nil
	}
	if err != nil || msg.foreign != nil {
		return 0, err
	}
	s, err := wire.DecodeSheet(msg.data)
	if err != nil {
		return 0, nil // whoever asks for the sheet is told
	}
	return s.Revision.Epoch, nil
}

// noteUnmarked makes the streams that every ledger has, and notes those that are not noted yet.
func (l *Ledger) noteUnmarked(ctx context.Context, marked map[string]mark) error {
	days, err := l.Days(ctx)
	if err != nil {
		return err
	}
	for _, name := range []string{rosterStream, countsStream} {
		if _, ok := marked[name]; ok {
			continue
		}
		if err := l.makeStream(ctx, l.lastValues(name)); err != nil {
			return err
		}
		if err := l.noteStream(ctx, name, mark{}); err != nil {
			return err
		}
	}
	// Of this one nothing is noted: what it loses is soon told again.
	if err := l.makeStream(ctx, l.lastValues(healthStream)); err != nil {
		return err
	}
	for _, day := range days {
		if _, ok := marked[dayStream(day)]; ok {
			continue
		}
		if closed, err := l.isClosed(ctx, day); err != nil || closed {
			if err != nil {
				return err
			}
			continue
		}
		if err := l.noteStream(ctx, dayStream(day), mark{}); err != nil {
			return err
		}
	}
	return nil
}

// remains returns what is there of a ledger without META.
func (l *Ledger) remains(ctx context.Context) ([]string, error) {
	var remains []string
	days, err := l.Days(ctx)
	if err != nil {
		return nil, err
	}
	for _, day := range days {
		remains = append(remains, "the stream "+dayStream(day))
	}
	for _, stream := range []string{metaStream, rosterStream, countsStream} {
		info, err := l.info(ctx, stream, "")
		switch {
		case errors.Is(err, errNoStream):
		case err != nil:
			return nil, fmt.Errorf("look up the stream %s: %w", stream, err)
		case info.State.Last > 0:
			remains = append(remains, "the stream "+stream)
		}
	}
	return remains, nil
}
