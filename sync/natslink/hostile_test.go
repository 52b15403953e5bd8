package natslink_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// startWide is start for messages longer than any that is allowed.
func startWide(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true, MaxPayload: 4 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("the NATS server does not start")
	}
	t.Cleanup(func() { stop(s) })
	return s.ClientURL()
}

// verbs are the kinds of question and answer of every verb.
var verbs = []struct {
	verb             wire.Verb
	question, answer string
}{
	{wire.VerbHello, "hello", "welcome"}, {wire.VerbLast, "last", "accepted"}, {wire.VerbPull, "pull", "pulled"},
	{wire.VerbMerge, "merge", "merged"}, {wire.VerbClock, "clock", "reading"},
	{wire.VerbEnrol, "enrol", "credentials"}, {wire.VerbRenew, "renew", "credentials"}, {wire.VerbHealth, "health", "noted"},
	{wire.VerbVacancy, "vacancy", "vacant"}, {wire.VerbWant, "want", "granted"}, {wire.VerbContact, "contact", "kept"},
	{wire.VerbReminder, "reminder", "reminded"}, {wire.VerbWithdraw, "withdraw", "withdrawn"},
}

var aTicket = wire.TicketRef{Queue: "anagrafe", Day: today, Slot: "A003", Code: booking.CodeHash{1}}

// spoilt returns messages that are none of the kind, and whether each is of a version that nobody speaks.
func spoilt(kind string) map[string]bool {
	all := map[string]bool{
		"":                                    false,
		"nonsense":                            false,
		"\xff\xfe\x00":                        false,
		`{"version":2,"kind":"` + kind + `"}`: false,
		`{"version":2,"kind":"` + kind + `","body":null}`:                                 false,
		`{"version":2,"kind":"` + kind + `","body":{"sung":true}}`:                        false,
		`{"version":2,"kind":"song","body":{}}`:                                           false,
		`{"version":-1,"kind":"` + kind + `","body":{}}`:                                  true,
		`{"version":9,"kind":"` + kind + `","body":{}}`:                                   true,
		`{"version":2,"kind":"` + kind + `","body":` + strings.Repeat("[", 1<<19):         false,
		`{"version":2,"kind":"` + kind + `","body":{}` + strings.Repeat(" ", 1<<20) + `}`: false,
	}
	return all
}

func TestNoQuestionHoldsUpTheOthersWhateverItSays(t *testing.T) {
	url := startWide(t)
	serve(t, url, newDesk())
	conn := connect(t, url)
	for _, v := range verbs {
		for data, future := range spoilt(v.question) {
			reply, err := conn.Request(wire.RequestSubject(office, totem, v.verb), []byte(data), patience)
			if err != nil {
				t.Fatalf("%s of %.60q: %v", v.verb, data, err)
			}
			r, err := wire.Decode[wire.Refusal](reply.Data)
			ok := r.Code == wire.RefusedMessage || future && r.Code == wire.RefusedVersion
			if err != nil || !ok || r.Sentence == "" || r.Remedy == "" || len(r.Sentence) > 1000 {
				t.Errorf("%s of %.60q was answered with %.300s, %v", v.verb, data, reply.Data, err)
			}
		}
	}
	for _, subject := range []string{"rq.v1.RM001.t1.hello", "rq.v1.rm001.T-1.hello"} {
		reply, err := conn.Request(subject, []byte("nonsense"), patience)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := wire.Decode[wire.Refusal](reply.Data); err != nil || r.Code != wire.RefusedMessage {
			t.Errorf("%s was answered with %s, %v", subject, reply.Data, err)
		}
	}
	l := dial(t, url, totem)
	awaitUp(t, l)
	if _, err := l.Hello(t.Context(), wire.Hello{Incarnation: booking.Incarnation{7}, Speaks: []int{2, 1}}); err != nil {
		t.Errorf("a right question after them: %v", err)
	}
}

func TestWhatIsNoAnswerIsNotTakenForOne(t *testing.T) {
	url := startWide(t)
	conn := connect(t, url)
	var said atomic.Pointer[[]byte]
	for _, v := range verbs {
		_, err := conn.Subscribe(wire.RequestsSubject(v.verb), func(m *nats.Msg) { _ = m.Respond(*said.Load()) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Flush(); err != nil {
		t.Fatal(err)
	}
	l := dial(t, url, totem)
	awaitUp(t, l)
	store := booking.Incarnation{7}
	for kind, ask := range map[string]func(context.Context) error{
		"welcome": func(ctx context.Context) error {
			_, err := l.Hello(ctx, wire.Hello{Incarnation: store, Speaks: []int{1}})
			return err
		},
		"accepted": func(ctx context.Context) error { _, err := l.Last(ctx, wire.Last{Incarnation: store}); return err },
		"pulled":   func(ctx context.Context) error { _, err := l.Pull(ctx, wire.Pull{Incarnation: store}); return err },
		"merged":   func(ctx context.Context) error { _, err := l.Merge(ctx, wire.Merge{Incarnation: store}); return err },
		"reading":  func(ctx context.Context) error { _, err := l.Clock(ctx, wire.Clock{Nonce: wire.Nonce{1}}); return err },
		"vacant": func(ctx context.Context) error {
			_, err := l.Vacancy(ctx, wire.Vacancy{Incarnation: store, Queue: "anagrafe"})
			return err
		},
		"granted": func(ctx context.Context) error {
			_, err := l.Want(ctx, wire.Want{Incarnation: store, Queue: "anagrafe", Day: today, Start: noon})
			return err
		},
		"kept": func(ctx context.Context) error {
			_, err := l.Contact(ctx, wire.Contact{Incarnation: store, Sealed: bytes.Repeat([]byte{1}, wire.SealedContact)})
			return err
		},
		"reminded": func(ctx context.Context) error {
			_, err := l.Reminder(ctx, wire.Reminder{Incarnation: store, Ticket: aTicket})
			return err
		},
		"withdrawn": func(ctx context.Context) error {
			_, err := l.Withdraw(ctx, wire.Withdraw{Incarnation: store, Ticket: aTicket})
			return err
		},
	} {
		for data := range spoilt(kind) {
			words := []byte(data)
			said.Store(&words)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			err := ask(ctx)
			cancel()
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != fault.CodeLinkVersion {
				t.Errorf("%.60q for %s: %v", data, kind, err)
			}
			if err != nil && len(err.Error()) > 2000 {
				t.Errorf("%.60q for %s: an error of %d bytes", data, kind, len(err.Error()))
			}
		}
	}
}

func TestWhatIsNoAcknowledgementIsNotTakenForOne(t *testing.T) {
	url := startWide(t) // and no stream takes the facts
	conn := connect(t, url)
	var said atomic.Pointer[[]byte]
	if _, err := conn.Subscribe(wire.AllFacts, func(m *nats.Msg) { _ = m.Respond(*said.Load()) }); err != nil {
		t.Fatal(err)
	}
	if err := conn.Flush(); err != nil {
		t.Fatal(err)
	}
	l := dial(t, url, totem)
	awaitUp(t, l)
	for _, data := range []string{"", "nonsense", "{}", `{"stream":"FACTS"}`, `{"stream":"FACTS","seq":0}`, `{"seq":4}`, `{"stream":"FACTS","seq":-4}`,
		`{"error":{"code":503,"err_code":10077,"description":"full"}}`} {
		words := []byte(data)
		said.Store(&words)
		if sequence, err := l.Send(t.Context(), fact(1), 0); err == nil {
			t.Errorf("%s was taken for an acknowledgement of %d", data, sequence)
		}
	}
}

func TestAPushThatIsNotOfTheOfficeIsOnlyAReasonToPull(t *testing.T) {
	url := startWide(t)
	l := dial(t, url, totem)
	awaitListening(t, l)
	conn := connect(t, url)
	s, data := sheetData(t)
	foreign := s
	foreign.Office = "rm002"
	other, err := wire.EncodeSheet(wire.Newest, foreign)
	if err != nil {
		t.Fatal(err)
	}
	for what, message := range map[string][]byte{
		"a sheet of another office": other,
		"of a version to come":      bytes.Replace(data, []byte(`"version":1`), []byte(`"version":9`), 1),
		"of another kind":           bytes.Replace(data, []byte(`"kind":"sheet"`), []byte(`"kind":"song"`), 1),
		"too long":                  append(bytes.Clone(data), bytes.Repeat([]byte(" "), 1<<20)...),
		"cut short":                 data[:len(data)/2],
		"nothing":                   nil,
	} {
		if bytes.Equal(message, data) {
			t.Fatalf("%s: the message is whole", what)
		}
		push(t, conn, s.SheetKey, message, "9", "4")
		select {
		case ev := <-l.Events():
			if !ev.Gap {
				t.Errorf("%s: %+v, want a gap", what, ev)
			}
		case <-time.After(patience):
			t.Fatalf("%s: no event", what)
		}
	}
	push(t, conn, s.SheetKey, data, "9", fmt.Sprint(uint64(1<<63))) // and it goes on
	if ev := <-l.Events(); ev.Pushed == nil {
		t.Errorf("%+v", ev)
	}
}
