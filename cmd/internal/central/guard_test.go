package central_test

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

const otherOfficeFile = "../../../offices/previdenza-monterovo.toml"

// answerWait bounds what a server does at once, on a busy machine.
const answerWait = 30 * time.Second

// reach connects to the scheduler's server, with nothing to show unless the options say so. What the server forbids
// arrives in refused.
func reach(t *testing.T, c *central.Central, options ...nats.Option) (nc *nats.Conn, refused chan error, err error) {
	t.Helper()
	refused = make(chan error, 256)
	nc, err = nats.Connect(c.URL(), append([]nats.Option{
		nats.Secure(authority.Pinned(c.Pins())), nats.TLSHandshakeFirst(), nats.NoReconnect(), nats.Timeout(answerWait),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }),
	}, options...)...)
	if err == nil {
		t.Cleanup(nc.Close)
	}
	return nc, refused, err
}

// as returns the options of a connection as the device.
func (d *device) as() []nats.Option {
	return []nats.Option{nats.UserJWT(d.JWT, d.Sign), nats.CustomInboxPrefix(wire.InboxPrefix(d.office, d.totem))}
}

// tries tries what must be forbidden, and fails the test for whatever is let through.
type tries struct {
	t       *testing.T
	nc      *nats.Conn
	refused chan error
}

// each tries one subject after the other, and waits for the server's refusal of each.
func (a tries) each(what string, subjects []string, try func(string) error) {
	a.t.Helper()
	for _, subject := range subjects {
		if err := try(subject); err != nil {
			a.t.Fatal(err)
		}
		if err := a.nc.Flush(); err != nil {
			a.t.Fatalf("%s %s: %v", what, subject, err)
		}
		select {
		case err := <-a.refused:
			if !errors.Is(err, nats.ErrPermissionViolation) {
				a.t.Errorf("%s %s: %v", what, subject, err)
			}
		case <-time.After(answerWait):
			a.t.Errorf("%s %s is let through", what, subject)
		}
	}
}

func (a tries) publish(subjects ...string) {
	a.t.Helper()
	a.each("publishing", subjects, func(s string) error { return a.nc.Publish(s, []byte("x")) })
}

func (a tries) subscribe(subjects ...string) {
	a.t.Helper()
	a.each("subscribing to", subjects, func(s string) error {
		_, err := a.nc.SubscribeSync(s)
		return err
	})
}

// nobodys returns subjects on which neither a totem nor a stranger may speak.
func nobodys(sheet booking.SheetKey) []string {
	return []string{
		wire.LedgerSubject(sheet), wire.PushSubject(sheet), "meta.v1.epoch", "ros.v1.valfiorita-anagrafe.ingresso",
		"cnt.v1.valfiorita-anagrafe.20261124", "fill.v1.facts", "$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.CREATE.X",
		"$JS.API.STREAM.DELETE.META", "$JS.API.STREAM.PURGE.FACTS", "$JS.API.STREAM.MSG.GET.FACTS", "$JS.API.DIRECT.GET.ROSTER",
		"$JS.ACK.FACTS.fold.1.1.1.1.0", "$JS.FC.FACTS.x", "$KV.x.y", "$SYS.REQ.SERVER.PING", "$SYS.REQ.USER.INFO", "$SYS.REQ.CLAIMS.UPDATE",
		"$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.ACCOUNT.X.DISCONNECT", "_R_.x", "_INBOX.valfiorita-anagrafe.ingresso.x", "_INBOX.x", "x",
	}
}

func TestATotemSpeaksAndHearsOnlyOnItsOwnSubjects(t *testing.T) {
	p := plan(t)
	c := open(t, central.Config{DataDir: t.TempDir(), OfficeFiles: []string{officeFile, otherOfficeFile}})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	sheet, _ := grant(t, connected(t, c, d), p)
	nc, refused, err := reach(t, c, d.as()...)
	if err != nil {
		t.Fatal(err)
	}
	a := tries{t, nc, refused}
	a.publish(nobodys(sheet.SheetKey)...)
	a.publish(
		"up.v1.valfiorita-anagrafe.corridoio.facts", "rq.v1.valfiorita-anagrafe.corridoio.pull", "rq.v1.valfiorita-anagrafe.corridoio.renew",
		"up.v1.previdenza-monterovo.ingresso.facts", "rq.v1.previdenza-monterovo.ingresso.hello", "rq.v1.previdenza-monterovo.ingresso.enrol",
		"up.v1.valfiorita-anagrafe.ingresso", "up.v1.valfiorita-anagrafe.ingresso.facts.x", "rq.v1.valfiorita-anagrafe.ingresso.pull.x",
		"up.v1.valfiorita-anagrafe.*.facts", "rq.v1.*.*.pull", "rq.v1.valfiorita-anagrafe.ingresso",
	)
	asked := []wire.Verb{wire.VerbVacancy, wire.VerbWant, wire.VerbContact, wire.VerbReminder, wire.VerbWithdraw}
	for _, verb := range asked {
		a.publish(wire.RequestSubject(p.Office.ID, "corridoio", verb), wire.RequestSubject("previdenza-monterovo", p.Totems[0], verb),
			wire.RequestSubject(p.Office.ID, p.Totems[0], verb)+".x", wire.RequestsSubject(verb))
		a.subscribe(wire.RequestSubject(p.Office.ID, p.Totems[0], verb), wire.RequestsSubject(verb))
	}
	a.subscribe(
		">", "*.>", "up.>", "rq.>", "dn.>", "dn.v1.*.>", "dn.v1.previdenza-monterovo.>", "led.>", "ros.>", "meta.>", "cnt.>", "$JS.>", "$SYS.>", "_R_.>",
		"_INBOX.>", "_INBOX.*.>", "_INBOX.valfiorita-anagrafe.>", "_INBOX.valfiorita-anagrafe.*.>", "_INBOX.valfiorita-anagrafe.corridoio.>",
		"_INBOX.previdenza-monterovo.ingresso.>", "_INBOX.stranger.>", "rq.v1.*.*.pull", "up.v1.valfiorita-anagrafe.ingresso.facts",
		"rq.v1.valfiorita-anagrafe.ingresso.pull",
	)
	if _, err := nc.SubscribeSync(wire.PushesSubject(p.Office.ID)); err != nil {
		t.Fatal(err)
	}
	for _, verb := range append(asked, wire.VerbLast) {
		m, err := nc.Request(wire.RequestSubject(p.Office.ID, p.Totems[0], verb), []byte("{}"), answerWait)
		if err != nil || len(m.Data) == 0 || len(refused) > 0 {
			t.Errorf("its own question, %s: %v, %d refused", verb, err, len(refused))
		}
	}
}

func TestAStrangerMayOnlyAskForCredentials(t *testing.T) {
	p := plan(t)
	c := open(t, central.Config{DataDir: t.TempDir()})
	sheet, _ := grant(t, dial(t, c, p), p)
	for name, options := range map[string][]nats.Option{
		"shows nothing":      nil,
		"shows a password":   {nats.UserInfo("scheduler", "x")},
		"shows a token":      {nats.Token("x")},
		"shows what is none": {nats.UserJWT(func() (string, error) { return "x.y.z", nil }, func([]byte) ([]byte, error) { return []byte("x"), nil })},
	} {
		t.Run(name, func(t *testing.T) {
			nc, refused, err := reach(t, c, append(options, nats.CustomInboxPrefix(wire.StrangerInbox))...)
			if err != nil {
				t.Fatal(err)
			}
			a := tries{t, nc, refused}
			a.publish(nobodys(sheet.SheetKey)...)
			a.publish("up.v1.valfiorita-anagrafe.ingresso.facts", "rq.v1.valfiorita-anagrafe.ingresso.pull", "rq.v1.valfiorita-anagrafe.ingresso.hello",
				"rq.v1.valfiorita-anagrafe.ingresso.clock", "rq.v1.valfiorita-anagrafe.ingresso.merge", "rq.v1.valfiorita-anagrafe.ingresso.contact",
				"rq.v1.valfiorita-anagrafe.ingresso.reminder", "rq.v1.valfiorita-anagrafe.ingresso.withdraw", "_INBOX.stranger.x")
			a.subscribe(">", "up.>", "rq.>", "rq.v1.*.*.enrol", "dn.>", "dn.v1.valfiorita-anagrafe.>", "led.>", "_INBOX.>", "_INBOX.*.x", "$SYS.>", "_R_.>")
			for _, verb := range []wire.Verb{wire.VerbEnrol, wire.VerbRenew} {
				if m, err := nc.Request(wire.RequestSubject(p.Office.ID, p.Totems[0], verb), []byte("{}"), answerWait); err != nil || len(m.Data) == 0 {
					t.Errorf("asking for credentials by %s: %v", verb, err)
				}
			}
		})
	}
}

// A reply subject is not checked against what its sender may publish: who answers, the scheduler or JetStream, would
// write there with rights of its own.
func TestNobodyReachesTheLedgerByTheReplySubjectOfAQuestion(t *testing.T) {
	ctx, p := context.Background(), plan(t)
	c := open(t, central.Config{DataDir: t.TempDir()})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	grant(t, connected(t, c, d), p)
	js, err := jetstream.New(c.Conn())
	if err != nil {
		t.Fatal(err)
	}
	reached, err := c.Conn().SubscribeSync("ros.v1.>")
	if err != nil {
		t.Fatal(err)
	}
	for name, way := range map[string]struct {
		options  []nats.Option
		verb     wire.Verb
		subjects []string
	}{
		"a totem":    {d.as(), wire.VerbLast, []string{"up.v1.valfiorita-anagrafe.ingresso.facts", "rq.v1.valfiorita-anagrafe.ingresso.last"}},
		"a stranger": {[]nats.Option{nats.CustomInboxPrefix(wire.StrangerInbox)}, wire.VerbRenew, []string{"rq.v1.valfiorita-anagrafe.ingresso.enrol"}},
	} {
		nc, _, err := reach(t, c, way.options...)
		if err != nil {
			t.Fatal(err)
		}
		for _, reply := range []string{"ros.v1.valfiorita-anagrafe.ingresso", "$JS.API.STREAM.DELETE.META", "led.v1.20261124.valfiorita-anagrafe.identita"} {
			for _, subject := range way.subjects {
				if err := nc.PublishRequest(subject, reply, []byte("{}")); err != nil {
					t.Fatal(err)
				}
			}
		}
		// What came before the question is answered before it, or nearly so: the second answer is later than all of them.
		for range 2 {
			if m, err := nc.Request(wire.RequestSubject(p.Office.ID, p.Totems[0], way.verb), []byte("{}"), answerWait); err != nil || len(m.Data) == 0 {
				t.Fatalf("%s asked: %v", name, err)
			}
		}
		for m, err := reached.NextMsg(200 * time.Millisecond); err == nil; m, err = reached.NextMsg(200 * time.Millisecond) {
			if !strings.HasPrefix(string(m.Data), `{"incarnation":`) { // else it is the scheduler, which parks what is no fact
				t.Errorf("%s reached the roster: %s", name, m.Data)
			}
		}
	}
	if _, err := js.Stream(ctx, "META"); err != nil {
		t.Errorf("a stream of the ledger: %v", err)
	}
	if _, err := c.Ledger().Member(ctx, p.Office.ID, p.Totems[0]); err != nil {
		t.Error(err)
	}
}

func TestAConnectionTakesNoMoreThanItsShare(t *testing.T) {
	p := plan(t)
	c := open(t, central.Config{DataDir: t.TempDir()})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	for name, way := range map[string]struct {
		options []nats.Option
		inbox   string
		payload int
		ask     wire.Verb
	}{
		"a totem":    {d.as(), wire.InboxPrefix(d.office, d.totem), 1<<20 + 1, wire.VerbPull},
		"a stranger": {nil, wire.StrangerInbox, 1<<10 + 1, wire.VerbEnrol},
	} {
		nc, refused, err := reach(t, c, way.options...)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 30 {
			if _, err := nc.SubscribeSync(way.inbox + "." + strings.Repeat("x", n+1)); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case err := <-refused:
			if !errors.Is(err, nats.ErrMaxSubscriptionsExceeded) {
				t.Errorf("%s with many subscriptions: %v", name, err)
			}
		case <-time.After(answerWait):
			t.Errorf("%s may subscribe without end", name)
		}
		nc, _, err = reach(t, c, way.options...)
		if err != nil {
			t.Fatal(err)
		}
		if err := nc.Publish(wire.RequestSubject(d.office, d.totem, way.ask), make([]byte, way.payload)); !errors.Is(err, nats.ErrMaxPayload) {
			if err = nc.Flush(); err == nil {
				t.Errorf("%s may send %d bytes", name, way.payload)
			}
		}
	}
}

func TestOnlyTheServerWhoseKeyIsPinnedIsSpokenTo(t *testing.T) {
	p := plan(t)
	c, foreign := open(t, central.Config{DataDir: t.TempDir()}), open(t, central.Config{DataDir: t.TempDir()})
	d := newDevice(t, p.Office.ID, p.Totems[0])
	asks := d.asks(c)
	asks.Pins = foreign.Pins()
	if _, err := natslink.Enrol(context.Background(), asks, wire.Enrol{Token: "x", Key: d.Key()}); fault.Of(err).Code != fault.CodeLinkServer {
		t.Errorf("asked another server: %v", err)
	}
	plain := "nats://" + strings.TrimPrefix(c.URL(), "tls://")
	if nc, err := nats.Connect(plain, nats.Timeout(500*time.Millisecond)); err == nil {
		nc.Close()
		t.Error("the server speaks without TLS")
	}
	if _, err := tls.Dial("tcp", strings.TrimPrefix(c.URL(), "tls://"), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}); err == nil {
		t.Error("the server speaks TLS 1.2")
	}
}

func TestTheBooksOfARunningSchedulerAreClosedToStrangers(t *testing.T) {
	c := open(t, central.Config{DataDir: t.TempDir()})
	began := time.Now()
	_, err := central.OpenBooks(context.Background(), central.Store{NATS: c.URL(), Pins: c.Pins()})
	if got := code(t, err); got != fault.CodeCentralNATS {
		t.Errorf("refused as %s: %v", got, err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("refused only after %s", took)
	}
}
