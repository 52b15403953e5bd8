package central_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// stranger is a connection without credentials, as totems have it.
func stranger(t *testing.T, url string) (nc *nats.Conn, refused <-chan error) {
	t.Helper()
	errs := make(chan error, 64)
	nc, err := nats.Connect(url, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { errs <- err }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc, errs
}

func TestAStrangerMayOnlyTellAndAskAndHearPushesAndAnswers(t *testing.T) {
	p := plan(t)
	c := open(t, central.Config{DataDir: t.TempDir()})
	sheet, _ := grant(t, dial(t, c.URL(), p), p)
	nc, refused := stranger(t, c.URL())
	await := func(what string) {
		t.Helper()
		select {
		case err := <-refused:
			if !errors.Is(err, nats.ErrPermissionViolation) {
				t.Errorf("%s: %v", what, err)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%s is let through", what)
		}
	}
	for _, subject := range []string{
		"ros.v1.valfiorita-anagrafe.ingresso", wire.LedgerSubject(sheet.SheetKey), wire.PushSubject(sheet.SheetKey),
		"meta.v1.epoch", "$JS.API.STREAM.DELETE.META", "$JS.ACK.FACTS.fold.1.1.1.1.0", "_INBOX.valfiorita-anagrafe.ingresso.x",
	} {
		if err := nc.Publish(subject, []byte("x")); err != nil {
			t.Fatal(err)
		}
		await("publishing " + subject)
	}
	for _, subject := range []string{"rq.>", "rq.v1.*.*.pull", "up.>", "up.v1.valfiorita-anagrafe.ingresso.facts", "led.>", "ros.>", ">"} {
		if _, err := nc.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		await("subscribing to " + subject)
	}
	if _, err := nc.SubscribeSync(wire.PushesSubject(p.Office.ID)); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil || len(refused) > 0 {
		t.Errorf("listening for pushes: %v, %d refused", err, len(refused))
	}
}

// A reply subject is not checked against what its sender may publish: who answers, the scheduler or JetStream, would
// write there with rights of its own.
func TestAStrangerReachesNothingByTheReplySubjectOfAQuestion(t *testing.T) {
	ctx, p := context.Background(), plan(t)
	c := open(t, central.Config{DataDir: t.TempDir()})
	link := dial(t, c.URL(), p)
	grant(t, link, p)
	js, err := jetstream.New(c.Conn())
	if err != nil {
		t.Fatal(err)
	}
	reached, err := c.Conn().SubscribeSync("ros.v1.>")
	if err != nil {
		t.Fatal(err)
	}
	nc, _ := stranger(t, c.URL())
	for _, reply := range []string{"ros.v1.valfiorita-anagrafe.ingresso", "$JS.API.STREAM.DELETE.META"} {
		for _, subject := range []string{"up.v1.valfiorita-anagrafe.Ingresso.facts", "rq.v1.valfiorita-anagrafe.ingresso.last"} {
			if err := nc.PublishRequest(subject, reply, []byte("{}")); err != nil {
				t.Fatal(err)
			}
		}
	}
	// What came before the question is answered before it, or nearly so: the second answer is later than all of them.
	for range 2 {
		if m, err := nc.Request("rq.v1.valfiorita-anagrafe.ingresso.last", []byte("{}"), 5*time.Second); err != nil || len(m.Data) == 0 {
			t.Fatalf("asked: %v", err)
		}
	}
	if m, err := reached.NextMsg(200 * time.Millisecond); err == nil {
		t.Errorf("the roster was reached: %s", m.Data)
	}
	if _, err := js.Stream(ctx, "META"); err != nil {
		t.Errorf("a stream of the ledger: %v", err)
	}
	if _, err := c.Ledger().Member(ctx, p.Office.ID, p.Totems[0]); err != nil {
		t.Error(err)
	}
}

func TestTheBooksOfARunningSchedulerAreClosedToStrangers(t *testing.T) {
	c := open(t, central.Config{DataDir: t.TempDir()})
	began := time.Now()
	_, err := central.OpenBooks(context.Background(), central.Store{NATS: c.URL()})
	if got := code(t, err); got != fault.CodeCentralNATS {
		t.Errorf("refused as %s: %v", got, err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("refused only after %s", took)
	}
}
