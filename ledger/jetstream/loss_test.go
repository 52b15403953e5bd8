package jetstream_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/ledger/ledgertest"
)

// found opens the ledger that ought to be there.
func found(nc *nats.Conn) (*jetstream.Ledger, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return jetstream.Open(ctx, jetstream.Config{Conn: nc})
}

func TestAnEmptyServerIsNotTakenForANewLedger(t *testing.T) {
	ctx := context.Background()
	s, stop := startServer(t, t.TempDir())
	defer stop()
	nc := connect(t, s)
	for range 2 {
		if _, err := found(nc); !errors.Is(err, jetstream.ErrNoLedger) {
			t.Fatalf("open: %v, want ErrNoLedger", err)
		}
	}
	if _, err := jetstream.Open(ctx, jetstream.Config{Conn: nc, Init: true}); err == nil {
		t.Fatal("a ledger without epoch was begun")
	}
	for _, epoch := range []uint64{7, 9} { // the second finds the first
		l, err := jetstream.Open(ctx, jetstream.Config{Conn: nc, Init: true, Epoch: epoch})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := l.Epoch(ctx); err != nil || got != 7 {
			t.Errorf("epoch %d, %v, want 7", got, err)
		}
	}
	if _, err := found(nc); err != nil {
		t.Errorf("open: %v", err)
	}
}

func TestABeginningThatWasCutShortIsNoLedgerYet(t *testing.T) {
	s, stop := startServer(t, t.TempDir())
	defer stop()
	nc := connect(t, s)
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for name, subject := range map[string]string{"META": "meta.v1.>", "ROSTER": "ros.v1.*.*"} {
		if _, err := js.CreateStream(context.Background(), natsjs.StreamConfig{Name: name, Subjects: []string{subject}, MaxMsgsPerSubject: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := found(nc); !errors.Is(err, jetstream.ErrNoLedger) {
		t.Errorf("open: %v, want ErrNoLedger", err)
	}
	open(t, nc)
	if _, err := found(nc); err != nil {
		t.Errorf("open: %v", err)
	}
}

// lived fills a ledger: two days, one of them closed, a totem, a tally.
func lived(t *testing.T, l *jetstream.Ledger, changes int) {
	t.Helper()
	ctx := context.Background()
	for _, day := range []booking.Day{ledgertest.Day, ledgertest.Day.AddDays(-1)} {
		for _, queue := range []booking.QueueID{"anagrafe", "protocollo"} {
			s := ledgertest.Sheet("rm001", queue, day, 12)
			for range changes {
				var err error
				if s.Revision, err = l.Put(ctx, s); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	m := ledger.Member{Office: "rm001", Totem: "t1", Incarnation: booking.Incarnation{1}}
	for range changes {
		var err error
		if m, err = l.PutMember(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.PutTally(ctx, ledger.Tally{Office: "rm001", Day: ledgertest.Day.AddDays(-1)}); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(ctx, ledgertest.Day.AddDays(-1)); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsGoneIsNoticedAtTheNextStart(t *testing.T) {
	for name, tt := range map[string]struct {
		changes int
		lose    func(ctx context.Context, js natsjs.JetStream) error
		gone    string
	}{
		"a day":      {1, deleting("LEDGER-20261123"), "stream LEDGER-20261123"},
		"the roster": {1, deleting("ROSTER"), "stream ROSTER"},
		"the counts": {1, deleting("COUNTS"), "stream COUNTS"},
		"the notes":  {1, deleting("META"), "stream META"},
		"all but a day": {1, func(ctx context.Context, js natsjs.JetStream) error {
			return errors.Join(deleting("META")(ctx, js), deleting("ROSTER")(ctx, js), deleting("COUNTS")(ctx, js))
		}, "stream META"},
		"a totem":          {1, purging("ROSTER", "ros.v1.rm001.t1"), "1 of 1 records of the stream ROSTER"},
		"a sheet":          {1, purging("LEDGER-20261123", "led.v1.*.*.anagrafe"), "1 of 2 records of the stream LEDGER-20261123"},
		"what a day held":  {1, renewing("LEDGER-20261123"), "end of the stream LEDGER-20261123"},
		"what ROSTER held": {1, renewing("ROSTER"), "end of the stream ROSTER"},
		"the epoch":        {1, purging("META", "meta.v1.epoch"), "META"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			l, nc := fresh(t)
			lived(t, l, tt.changes)
			if _, err := found(nc); err != nil {
				t.Fatalf("before the loss: %v", err)
			}
			js, err := natsjs.New(nc)
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.lose(ctx, js); err != nil {
				t.Fatal(err)
			}
			for _, begin := range []bool{false, true} { // nor is it covered up by who would begin a ledger
				_, err = jetstream.Open(ctx, jetstream.Config{Conn: nc, Init: begin, Epoch: 9})
				var lost *jetstream.LostError
				if !errors.Is(err, jetstream.ErrLost) || !errors.As(err, &lost) || !strings.Contains(strings.Join(lost.Gone, "\n"), tt.gone) {
					t.Errorf("open: %v, want the loss of %q", err, tt.gone)
				}
			}
		})
	}
}

func deleting(stream string) func(context.Context, natsjs.JetStream) error {
	return func(ctx context.Context, js natsjs.JetStream) error { return js.DeleteStream(ctx, stream) }
}

func purging(stream, subject string) func(context.Context, natsjs.JetStream) error {
	return func(ctx context.Context, js natsjs.JetStream) error {
		s, err := js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		return s.Purge(ctx, natsjs.WithPurgeSubject(subject))
	}
}

// renewing leaves an empty stream in place of one that held something.
func renewing(stream string) func(context.Context, natsjs.JetStream) error {
	return func(ctx context.Context, js natsjs.JetStream) error {
		s, err := js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		if err := js.DeleteStream(ctx, stream); err != nil {
			return err
		}
		_, err = js.CreateStream(ctx, s.CachedInfo().Config)
		return err
	}
}

func TestFilesThatWereCutShortAreNoticedAtTheNextStart(t *testing.T) {
	whole := t.TempDir()
	s, stop := startServer(t, whole)
	lived(t, open(t, connect(t, s)), 100)
	stop()
	removeDeleted(t, filepath.Join(whole, "jetstream", "$G", "streams"))
	cuts := map[string]func(dir string) error{
		"without its directory": os.RemoveAll,
		"without its messages":  func(dir string) error { return os.RemoveAll(filepath.Join(dir, "msgs")) },
		"without its index and the end of its file": func(dir string) error {
			blocks, err := filepath.Glob(filepath.Join(dir, "msgs", "*.blk"))
			err = errors.Join(err, os.Remove(filepath.Join(dir, "msgs", "index.db")))
			for _, b := range blocks {
				info, err2 := os.Stat(b)
				err = errors.Join(err, err2, os.Truncate(b, info.Size()/4))
			}
			return err
		},
	}
	for _, stream := range []string{"LEDGER-20261123", "ROSTER", "META"} {
		for name, cut := range cuts {
			if stream == "META" && strings.HasSuffix(name, "file") {
				continue // of META, only a lower epoch is noticed
			}
			t.Run(stream+" "+name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "copy")
				if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				if err := cut(filepath.Join(dir, "jetstream", "$G", "streams", stream)); err != nil {
					t.Fatal(err)
				}
				s, stop := startServer(t, dir)
				defer stop()
				if _, err := found(connect(t, s)); !errors.Is(err, jetstream.ErrLost) {
					t.Errorf("open: %v, want ErrLost", err)
				}
			})
		}
	}
}

// removeDeleted removes the streams that a server has deleted: it only hides their directories, and takes them away in
// its own time, even after it has stopped.
func removeDeleted(t *testing.T, streams string) {
	t.Helper()
	hidden, err := filepath.Glob(filepath.Join(streams, ".*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range hidden {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnEpochThatWasSetBackIsNoticedAndWrittenUponAllTheSame(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	if _, err := l.Raise(ctx, 8); err != nil {
		t.Fatal(err)
	}
	lived(t, l, 2)
	early := open(t, nc)
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := purging("META", "meta.v1.epoch")(ctx, js); err != nil {
		t.Fatal(err)
	}
	back := &nats.Msg{Subject: "meta.v1.epoch", Data: []byte("3"), Header: nats.Header{"Nats-Expected-Last-Subject-Sequence": {"0"}}}
	if _, err := nc.RequestMsg(back, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := found(nc); !errors.Is(err, jetstream.ErrLost) {
		t.Errorf("open: %v, want ErrLost", err)
	}
	for _, b := range []*jetstream.Ledger{l, early} { // these remember
		s, err := ledger.Change(ctx, b, ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 0).SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
			s = s.Clone()
			s.Slots[0].Holder = booking.HeldBy(booking.TotemID("t" + itoa(s.Revision.Sequence)))
			return s, nil
		})
		if err != nil || s.Revision.Epoch != 9 {
			t.Errorf("changed: at %v, %v, want epoch 9", s.Revision, err)
		}
	}
}

func TestNothingIsMissedThatWasNeverThereOrIsClosed(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	lived(t, l, 3)
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	// A process that ended between a stream and its note, between a closing and its end, and an earlier release that made
	// no notes and no counts.
	for _, purge := range []string{"meta.v1.day.20261123", "meta.v1.stream.ROSTER", "meta.v1.stream.COUNTS"} {
		if err := purging("META", purge)(ctx, js); err != nil {
			t.Fatal(err)
		}
	}
	if err := deleting("COUNTS")(ctx, js); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(ctx, ledgertest.Day.AddDays(-9)); err != nil {
		t.Fatal(err)
	}
	note := &nats.Msg{Subject: "meta.v1.day.20261114", Data: []byte(`{"last":9,"subjects":9}`), Header: nats.Header{"Nats-Expected-Last-Subject-Sequence": {"0"}}}
	if _, err := nc.RequestMsg(note, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if l, err = found(nc); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.PutTally(ctx, ledger.Tally{Office: "rm001", Day: ledgertest.Day}); err != nil {
		t.Errorf("counts: %v", err)
	}
	// From now on they are missed.
	if err := deleting("LEDGER-20261123")(ctx, js); err != nil {
		t.Fatal(err)
	}
	if _, err := found(nc); !errors.Is(err, jetstream.ErrLost) {
		t.Errorf("open: %v, want ErrLost", err)
	}
}

func TestGarbageAmongTheNotesIsSetAside(t *testing.T) {
	for _, subject := range []string{"meta.v1.day.20261123", "meta.v1.day.20991332", "meta.v1.day.x", "meta.v1.stream.ROSTER",
		"meta.v1.closed.20261123", "meta.v1.closed.x", "meta.v1.news", "meta.v1.closed.20261122"} {
		for name, header := range map[string]nats.Header{"bare": nil, "as a ledger": {"Nats-Expected-Last-Subject-Sequence": nil}} {
			if header != nil && strings.Contains(subject, "closed.2") {
				continue // a ledger's own word that the day is closed
			}
			t.Run(subject+" "+name, func(t *testing.T) {
				ctx := context.Background()
				l, nc := fresh(t)
				lived(t, l, 2)
				js, err := natsjs.New(nc)
				if err != nil {
					t.Fatal(err)
				}
				last := "0"
				if msg, err := stream(t, js, "META").GetLastMsgForSubject(ctx, subject); err == nil {
					last = itoa(msg.Sequence)
				}
				if header != nil {
					header = nats.Header{"Nats-Expected-Last-Subject-Sequence": {last}}
				}
				if _, err := js.PublishMsg(ctx, &nats.Msg{Subject: subject, Data: []byte("x"), Header: header}); err != nil {
					t.Fatal(err)
				}
				if l, err = found(nc); err != nil {
					t.Fatalf("open: %v", err)
				}
				s := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 2)
				if got, err := l.Sheet(ctx, s.SheetKey); err != nil || got.Revision.Sequence != 2 {
					t.Errorf("the sheet is at %v, %v", got.Revision, err)
				}
				if err := l.Close(ctx, ledgertest.Day); err != nil {
					t.Errorf("close: %v", err)
				}
				if _, err := l.Put(ctx, s); !errors.Is(err, ledger.ErrClosed) {
					t.Errorf("put on the closed day: %v, want ErrClosed", err)
				}
			})
		}
	}
}

func TestAnEpochThatCannotBeReadIsToldAndIsMendedByARaise(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	lived(t, l, 2)
	if _, err := nc.Request("meta.v1.epoch", []byte("x"), 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := found(nc); !errors.Is(err, ledger.ErrUnreadable) {
		t.Errorf("open: %v, want ErrUnreadable", err)
	}
	if epoch, err := l.Raise(ctx, 4); err != nil || epoch != 5 {
		t.Errorf("raised to %d, %v, want 5", epoch, err)
	}
	if _, err := found(nc); err != nil {
		t.Errorf("open: %v", err)
	}
}
