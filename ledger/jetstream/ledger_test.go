package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/ledger/ledgertest"
	"example.org/totem/sync/wire"
)

// startServer starts a NATS server whose JetStream writes through to dir, and returns how to stop it.
func startServer(t testing.TB, dir string) (*server.Server, func()) {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		ServerName: "test", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, SyncAlways: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server did not start")
	}
	return s, func() {
		s.Shutdown()
		s.WaitForShutdown()
	}
}

func connect(t testing.TB, s *server.Server) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

func open(t testing.TB, nc *nats.Conn) *jetstream.Ledger {
	t.Helper()
	l, err := jetstream.Open(context.Background(), jetstream.Config{Conn: nc, Init: true, Epoch: 1})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func fresh(t testing.TB) (*jetstream.Ledger, *nats.Conn) {
	s, stop := startServer(t, t.TempDir())
	t.Cleanup(stop)
	nc := connect(t, s)
	return open(t, nc), nc
}

func TestTheLedgerInJetStreamIsALedger(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) func() ledgertest.Ledger {
		s, stop := startServer(t, t.TempDir())
		t.Cleanup(stop)
		return func() ledgertest.Ledger {
			l, err := jetstream.Open(context.Background(), jetstream.Config{Conn: connect(t, s), Init: true, Epoch: ledgertest.Epoch})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
	})
}

func TestASheetSurvivesARestart(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s, stop := startServer(t, dir)
	l := open(t, connect(t, s))
	sheet := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3)
	first, err := l.Put(ctx, sheet)
	if err != nil {
		t.Fatal(err)
	}
	member, err := l.PutMember(ctx, ledger.Member{Office: "rm001", Totem: "t1", Incarnation: booking.Incarnation{1}})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(ctx, ledgertest.Day.AddDays(-1)); err != nil {
		t.Fatal(err)
	}
	stop()

	s, stop = startServer(t, dir)
	defer stop()
	l = open(t, connect(t, s))
	got, err := l.Sheet(ctx, sheet.SheetKey)
	if err != nil || got.Revision != first || len(got.Slots) != 3 {
		t.Errorf("after a restart: %d slots at %v, %v, want 3 at %v", len(got.Slots), got.Revision, err, first)
	}
	if got, err := l.Member(ctx, "rm001", "t1"); err != nil || !cmp.Equal(member, got, cmpopts.EquateEmpty()) {
		t.Errorf("after a restart: member %+v, %v, want %+v", got, err, member)
	}
	if _, err := l.Put(ctx, ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day.AddDays(-1), 1)); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("a closed day after a restart: %v, want ErrClosed", err)
	}
	got.Slots[0].State = booking.Void
	if next, err := l.Put(ctx, got); err != nil || !next.Newer(first) {
		t.Errorf("a change after a restart: %v, %v", next, err)
	}
}

func TestEachChangeIsPushedToWhoeverListensForTheOffice(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	pushed, err := nc.SubscribeSync(wire.PushesSubject("rm001"))
	if err != nil {
		t.Fatal(err)
	}
	sheet := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3)
	var sequences []uint64
	for range 3 {
		if sheet.Revision, err = l.Put(ctx, sheet); err != nil {
			t.Fatal(err)
		}
		sequences = append(sequences, sheet.Revision.Sequence)
		if _, err := l.Put(ctx, ledgertest.Sheet("rm002", "anagrafe", ledgertest.Day, len(sequences))); err != nil &&
			!errors.Is(err, ledger.ErrConflict) {
			t.Fatal(err)
		}
		sheet.Slots[0].State = booking.Void
	}
	for i, want := range sequences {
		msg, err := pushed.NextMsg(30 * time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if msg.Subject != wire.PushSubject(sheet.SheetKey) {
			t.Errorf("pushed on %s, want %s", msg.Subject, wire.PushSubject(sheet.SheetKey))
		}
		got, err := wire.DecodeSheet(msg.Data)
		if err != nil || got.SheetKey != sheet.SheetKey || got.Revision.Epoch != sheet.Revision.Epoch {
			t.Errorf("pushed %s of epoch %d, %v", got.SheetKey, got.Revision.Epoch, err)
		}
		previous := uint64(0)
		if i > 0 {
			previous = sequences[i-1]
		}
		if s, p := msg.Header.Get("Nats-Sequence"), msg.Header.Get("Nats-Last-Sequence"); s != fmt.Sprint(want) || p != fmt.Sprint(previous) {
			t.Errorf("pushed %s after %s, want %d after %d", s, p, want, previous)
		}
	}
	if n, _, _ := pushed.Pending(); n != 0 {
		t.Errorf("%d pushes more", n)
	}
}

func TestClosingADayDeletesItsStreamAndNothingBringsItBack(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	other := open(t, nc) // a second scheduler on the same server
	sheet := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3)
	var err error
	if sheet.Revision, err = l.Put(ctx, sheet); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(ctx, ledgertest.Day); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Put(ctx, sheet); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("change: %v, want ErrClosed", err)
	}
	sheet.Revision = booking.Revision{}
	if _, err := l.Put(ctx, sheet); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("new sheet: %v, want ErrClosed", err)
	}
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Stream(ctx, "LEDGER-20261123"); !errors.Is(err, natsjs.ErrStreamNotFound) {
		t.Errorf("the stream of a closed day: %v", err)
	}
}

func TestAClosingThatWasCutShortIsFinishedAtTheNextStart(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	if err := l.Close(ctx, ledgertest.Day); err != nil {
		t.Fatal(err)
	}
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	// What a crash between "closed" and "deleted" leaves behind.
	if _, err := js.CreateStream(ctx, natsjs.StreamConfig{Name: "LEDGER-20261123", Subjects: []string{"led.v1.20261123.*.*"}}); err != nil {
		t.Fatal(err)
	}
	l = open(t, nc)
	if days, err := l.Days(ctx); err != nil || len(days) != 0 {
		t.Errorf("days: %v, %v", days, err)
	}
}

func TestAServerWithoutJetStreamIsToldApart(t *testing.T) {
	s, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	defer s.WaitForShutdown()
	defer s.Shutdown()
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server did not start")
	}
	_, err = jetstream.Open(context.Background(), jetstream.Config{Conn: connect(t, s)})
	if !errors.Is(err, jetstream.ErrNoJetStream) {
		t.Errorf("open: %v, want ErrNoJetStream", err)
	}
}
