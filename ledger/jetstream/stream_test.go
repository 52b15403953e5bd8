package jetstream_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
	"example.org/totem/sync/wire"
)

func stream(t *testing.T, js natsjs.JetStream, name string) natsjs.Stream {
	t.Helper()
	s, err := js.Stream(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

func TestTheStreamsAreWhatTheyShouldBe(t *testing.T) {
	l, nc := fresh(t)
	lived(t, l, 1)
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	type shape struct {
		subjects   string
		perSubject int64
		push       natsjs.RePublish
	}
	want := map[string]shape{
		"META":   {"meta.v1.>", 1, natsjs.RePublish{}},
		"ROSTER": {"ros.v1.*.*", 1, natsjs.RePublish{}},
		"COUNTS": {"cnt.v1.*.*", 1, natsjs.RePublish{}},
		"HEALTH": {"hea.v1.*.*", 1, natsjs.RePublish{}},
		"LEDGER-20261123": {"led.v1.20261123.*.*", 16,
			natsjs.RePublish{Source: "led.v1.20261123.*.*", Destination: "dn.v1.{{wildcard(1)}}.{{wildcard(2)}}.20261123"}},
	}
	got := make(map[string]shape)
	all := js.ListStreams(context.Background())
	for s := range all.Info() {
		c := s.Config
		seen := shape{c.Subjects[0], c.MaxMsgsPerSubject, natsjs.RePublish{}}
		if c.RePublish != nil {
			seen.push = *c.RePublish
		}
		got[c.Name] = seen
		if len(c.Subjects) != 1 || c.Storage != natsjs.FileStorage || c.Replicas != 1 || c.Retention != natsjs.LimitsPolicy || c.MaxAge != 0 ||
			c.MaxMsgs > 0 || c.MaxBytes > 0 || !c.AllowDirect || c.NoAck || c.AllowAtomicPublish || c.Mirror != nil || len(c.Sources) > 0 {
			t.Errorf("stream %s: %+v", c.Name, c)
		}
	}
	if err := all.Err(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(shape{})); diff != "" {
		t.Errorf("streams (-want +got):\n%s", diff)
	}
}

// In a cluster, a compare-and-set by wildcard may be let through beside one by subject.
func TestEveryWriteNamesTheLastMessageOfItsOwnSubject(t *testing.T) {
	server, stop := startServer(t, t.TempDir())
	defer stop()
	l, other := open(t, connect(t, server)), connect(t, server)
	for _, day := range []booking.Day{ledgertest.Day, ledgertest.Day.AddDays(-1)} {
		if _, err := l.Put(context.Background(), ledgertest.Sheet("rm001", "tributi", day, 1)); err != nil {
			t.Fatal(err) // a day whose subjects somebody hears is slow to be made: nobody says that no stream takes them
		}
	}
	seen := make(map[string]int)
	for _, subjects := range []string{"led.v1.>", "ros.v1.>", "cnt.v1.>", "meta.v1.>"} {
		sub, err := other.SubscribeSync(subjects)
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Flush(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := other.Flush(); err != nil {
				t.Error(err)
			}
			for {
				msg, err := sub.NextMsg(time.Millisecond)
				if errors.Is(err, nats.ErrTimeout) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				seen[subjects]++
				if msg.Header.Get(natsjs.ExpectedLastSubjSeqHeader) == "" || msg.Header.Get(natsjs.ExpectedLastSubjSeqSubjHeader) != "" ||
					msg.Header.Get(natsjs.MsgIDHeader) != "" || msg.Header.Get("Totem-Write") == "" {
					t.Errorf("a write on %s with %v", msg.Subject, msg.Header)
				}
			}
			if seen[subjects] == 0 {
				t.Errorf("no write on %s", subjects)
			}
		}()
	}
	lived(t, l, 3)
	if _, err := l.Raise(context.Background(), 8); err != nil {
		t.Fatal(err)
	}
}

func TestAnOfficesSheetsAreWrittenInTheVersionThatItSpeaks(t *testing.T) {
	ctx := context.Background()
	l, _ := fresh(t)
	s, other := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3), ledgertest.Sheet("rm002", "anagrafe", ledgertest.Day, 3)
	for _, tt := range []struct{ speak, want int }{
		{0, wire.Oldest}, {wire.Newest, wire.Newest}, {wire.Newest + 1, wire.Newest}, {wire.Oldest, wire.Oldest}, {-1, wire.Oldest},
	} {
		if tt.speak != 0 { // at first nobody says anything
			l.Speak("rm001", tt.speak)
		}
		for _, sheet := range []*booking.Sheet{&s, &other} {
			var err error
			if sheet.Revision, err = l.Put(ctx, *sheet); err != nil {
				t.Fatal(err)
			}
		}
		for office, want := range map[booking.OfficeID]int{"rm001": tt.want, "rm002": wire.Oldest} {
			raw, err := l.Raw(ctx, office, ledgertest.Day)
			if err != nil || len(raw) != 1 {
				t.Fatalf("%d sheets, %v", len(raw), err)
			}
			if got, err := wire.VersionOf(raw[0].Message); err != nil || got != want {
				t.Errorf("told %d: %s in version %d, %v, want %d", tt.speak, office, got, err, want)
			}
		}
	}
}

func TestUntilItIsToldWhatAnOfficeSpeaksItsSheetsKeepTheirVersion(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	s := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3)
	s.Slots[1].Hands = 2
	l.Speak("rm001", wire.Newest)
	var err error
	if s.Revision, err = l.Put(ctx, s); err != nil {
		t.Fatal(err)
	}
	l = open(t, nc) // a scheduler that begins folds facts before its first round has asked for the totems
	if _, err := ledger.Change(ctx, l, s.SheetKey, func(s booking.Sheet) (booking.Sheet, error) { return s.Withdraw(s.Slots[0].Number) }); err != nil {
		t.Fatal(err)
	}
	if got, err := l.Sheet(ctx, s.SheetKey); err != nil || got.Slots[1].Hands != 2 || got.Slots[0].State != booking.Void {
		t.Errorf("the slots are %+v, %v", got.Slots, err)
	}
	gone := s
	gone.Queue = "protocollo"
	if _, err := l.Put(ctx, gone); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("upon a sheet that is not there: %v", err)
	}
}

func TestARosterOfAnEarlierReleaseIsRead(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	old := `{"incarnation":"0102000000000000","folded":3,"sequence":9,"fenced":["0700000000000000"]}`
	msg := &nats.Msg{Subject: "ros.v1.rm001.t1", Data: []byte(old), Header: nats.Header{"Nats-Expected-Last-Subject-Sequence": {"0"}}}
	if _, err := nc.RequestMsg(msg, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	want := ledger.Member{Office: "rm001", Totem: "t1", Incarnation: booking.Incarnation{1, 2}, Folded: 3, Sequence: 9,
		Fenced: []booking.Incarnation{{7}}, Revision: 1}
	got, err := l.Member(ctx, "rm001", "t1")
	if err != nil || !cmp.Equal(want, got) {
		t.Fatalf("member %+v, %v, want %+v", got, err, want)
	}
	got.Speaks = 2
	if _, err := l.PutMember(ctx, got); err != nil {
		t.Error(err)
	}
	if all, err := l.Members(ctx, ""); err != nil || len(all) != 1 || all[0].Speaks != 2 {
		t.Errorf("roster %+v, %v", all, err)
	}
}
