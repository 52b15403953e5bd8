package natslink_test

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// digestOf returns the digest of a fact's message, from what docs/protocol.md says of it.
func digestOf(t *testing.T, f booking.Fact) (d wire.Digest) {
	t.Helper()
	message, err := wire.EncodeFact(f)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(message)
	copy(d[:], sum[:8])
	return d
}

// sheetData returns a sheet without slots and its message.
func sheetData(t *testing.T) (booking.Sheet, []byte) {
	t.Helper()
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: office, Queue: "anagrafe", Day: today}, Revision: booking.Revision{Epoch: 3}, Prefix: "A"}
	data, err := wire.EncodeSheet(wire.Oldest, s)
	if err != nil {
		t.Fatal(err)
	}
	return s, data
}

// push publishes what JetStream would republish.
func push(t *testing.T, conn *nats.Conn, key booking.SheetKey, data []byte, sequence, previous string) {
	t.Helper()
	m := nats.NewMsg(wire.PushSubject(key))
	m.Header.Set("Nats-Sequence", sequence)
	m.Header.Set("Nats-Last-Sequence", previous)
	m.Data = data
	if err := conn.PublishMsg(m); err != nil {
		t.Fatal(err)
	}
}

func TestAPushBringsTheSheetWithBothSequences(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	l := dial(t, url, totem)
	awaitListening(t, l)
	s, data := sheetData(t)
	conn := connect(t, url)
	next := func() outbox.Event {
		select {
		case ev := <-l.Events():
			return ev
		case <-time.After(patience):
			t.Fatal("no event")
			return outbox.Event{}
		}
	}
	push(t, conn, s.SheetKey, data, "9", "4")
	if ev := next(); ev.Pushed == nil || ev.Pushed.Previous != 4 || ev.Pushed.Sheet.Revision != (booking.Revision{Epoch: 3, Sequence: 9}) {
		t.Errorf("got %+v", ev)
	}
	foreign := s.SheetKey
	foreign.Queue = "tributi"
	for _, bad := range []struct {
		what     string
		key      booking.SheetKey
		data     []byte
		sequence string
	}{
		{"nonsense", s.SheetKey, []byte("nonsense"), "10"},
		{"a sheet on another's subject", foreign, data, "11"},
		{"no sequence", s.SheetKey, data, ""},
	} {
		push(t, conn, bad.key, bad.data, bad.sequence, "9")
		if ev := next(); !ev.Gap {
			t.Errorf("%s: got %+v, want a gap", bad.what, ev)
		}
	}
}

// lines counts what is logged.
type lines struct{ seen chan struct{} }

func (l lines) Write(b []byte) (int, error) {
	l.seen <- struct{}{}
	return len(b), nil
}

func TestATotemThatDoesNotListenLosesPushesButNotItsTurns(t *testing.T) {
	s := start(t, t.TempDir(), -1)
	unread := lines{make(chan struct{}, 100)}
	l, err := natslink.Dial(t.Context(), natslink.Config{URL: s.ClientURL(), Office: office, Totem: totem, Spread: 20 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(unread, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	awaitListening(t, l)
	sheet, data := sheetData(t)
	conn := connect(t, s.ClientURL())
	for n := range 2000 {
		push(t, conn, sheet.SheetKey, data, fmt.Sprint(n+1), fmt.Sprint(n))
	}
	push(t, conn, sheet.SheetKey, []byte("nonsense"), "2001", "2000")
	<-unread.seen // it comes last and is logged, so all others have been taken in
	stop(s)
	count := 0
	for ev := range l.Events() {
		if count++; ev.Down {
			break
		}
	}
	if count > 300 {
		t.Errorf("%d events were kept", count)
	}
}

func TestDialReturnsThoughNobodyAnswersAndCloseIsFinal(t *testing.T) {
	port := freePort(t)
	l := dial(t, fmt.Sprint("nats://127.0.0.1:", port), totem)
	s := start(t, t.TempDir(), port)
	awaitUp(t, l)
	stop(s)
	for ev := range l.Events() {
		if ev.Down {
			break
		}
	}
	l.Close()
	l.Close()
	if ev, ok := <-l.Events(); ok {
		t.Errorf("after close: %+v", ev)
	}
	if _, err := l.Last(t.Context(), wire.Last{}); err == nil {
		t.Error("answered after close")
	}
}

func TestABadConfigIsRefused(t *testing.T) {
	for _, c := range []natslink.Config{{}, {URL: "nats://localhost", Office: "RM.001", Totem: "t1"}, {URL: "nats://localhost", Office: "rm001", Totem: "pool"}} {
		if l, err := natslink.Dial(t.Context(), c); err == nil {
			l.Close()
			t.Errorf("%+v was taken", c)
		}
	}
	if _, err := natslink.Serve(t.Context(), natslink.ServeConfig{}); err == nil {
		t.Error("an empty config was taken")
	}
}
