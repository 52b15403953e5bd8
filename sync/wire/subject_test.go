package wire_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

func TestEverySubjectIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		office, totem := booking.OfficeID(drawID.Draw(t, "office")), drawTotem(t)
		key := booking.SheetKey{Office: office, Queue: booking.QueueID(drawID.Draw(t, "queue")), Day: drawDay(t)}
		if o, u, err := wire.ParseFactsSubject(wire.FactsSubject(office, totem)); err != nil || o != office || u != totem {
			t.Fatal(o, u, err)
		}
		if k, err := wire.ParsePushSubject(wire.PushSubject(key)); err != nil || k != key {
			t.Fatal(k, err)
		}
		if k, err := wire.ParseLedgerSubject(wire.LedgerSubject(key)); err != nil || k != key {
			t.Fatal(k, err)
		}
		verb := rapid.SampledFrom([]wire.Verb{wire.VerbHello, wire.VerbPull, wire.VerbLast, wire.VerbMerge,
			wire.VerbClock, wire.VerbHealth, wire.VerbEnrol, wire.VerbRenew, wire.VerbVacancy, wire.VerbWant, wire.VerbContact,
			wire.VerbReminder, wire.VerbWithdraw}).Draw(t, "verb")
		if o, u, v, err := wire.ParseRequestSubject(wire.RequestSubject(office, totem, verb)); err != nil || o != office || u != totem || v != verb {
			t.Fatal(o, u, v, err)
		}
	})
}

func TestTheSubjectsAreTheDocumentedOnes(t *testing.T) {
	day := booking.DayOf(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), time.UTC)
	key := booking.SheetKey{Office: "rm001", Queue: "anagrafe", Day: day}
	for got, want := range map[string]string{
		wire.FactsSubject("rm001", "t1"):                   "up.v1.rm001.t1.facts",
		wire.PushSubject(key):                              "dn.v1.rm001.anagrafe.20261121",
		wire.PushesSubject("rm001"):                        "dn.v1.rm001.>",
		wire.RequestSubject("rm001", "t1", wire.VerbHello): "rq.v1.rm001.t1.hello",
		wire.RequestsSubject(wire.VerbLast):                "rq.v1.*.*.last",
		wire.RequestsSubject(wire.VerbMerge):               "rq.v1.*.*.merge",
		wire.RequestsSubject(wire.VerbClock):               "rq.v1.*.*.clock",
		wire.RequestSubject("rm001", "t1", wire.VerbEnrol): "rq.v1.rm001.t1.enrol",
		wire.RequestSubject("rm001", "t1", wire.VerbRenew): "rq.v1.rm001.t1.renew",
		wire.RequestsSubject(wire.VerbVacancy):             "rq.v1.*.*.vacancy",
		wire.RequestsSubject(wire.VerbWant):                "rq.v1.*.*.want",
		wire.RequestsSubject(wire.VerbContact):             "rq.v1.*.*.contact",
		wire.RequestsSubject(wire.VerbReminder):            "rq.v1.*.*.reminder",
		wire.RequestsSubject(wire.VerbWithdraw):            "rq.v1.*.*.withdraw",
		wire.InboxPrefix("rm001", "t1"):                    "_INBOX.rm001.t1",
		wire.StrangerInbox:                                 "_INBOX.stranger",
		wire.LedgerSubject(key):                            "led.v1.20261121.rm001.anagrafe",
		wire.LedgerDaySubject(day):                         "led.v1.20261121.*.*",
		wire.LedgerPush(day):                               "dn.v1.{{wildcard(1)}}.{{wildcard(2)}}.20261121",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAForeignSubjectIsRefused(t *testing.T) {
	for _, subject := range []string{"", "up.v1.rm001.t1", "up.v2.rm001.t1.facts", "up.v1.RM001.t1.facts", "up.v1.rm001.pool.facts",
		"dn.v1.rm001.anagrafe.2026112", "dn.v1.rm001.anagrafe.20261131", "dn.v1.rm001.*.20261121", "rq.v1.rm001.t1.reboot",
		"led.v1.20261121.rm001", "led.v1.x.rm001.anagrafe"} {
		if _, _, err := wire.ParseFactsSubject(subject); err == nil {
			t.Errorf("%q was read as a subject of facts", subject)
		}
		if _, err := wire.ParsePushSubject(subject); err == nil {
			t.Errorf("%q was read as a subject of a push", subject)
		}
		if _, _, _, err := wire.ParseRequestSubject(subject); err == nil {
			t.Errorf("%q was read as a subject of a request", subject)
		}
		if _, err := wire.ParseLedgerSubject(subject); err == nil {
			t.Errorf("%q was read as a subject of the ledger", subject)
		}
	}
}

func TestNoOfficeIsAnsweredInTheInboxOfStrangers(t *testing.T) {
	inbox := wire.InboxPrefix(wire.StrangerOffice, "t1")
	if !strings.HasPrefix(inbox, wire.StrangerInbox+".") {
		t.Fatalf("%s is not in %s: an office may be called so", inbox, wire.StrangerInbox)
	}
	if office, totem, verb, err := wire.ParseRequestSubject(wire.RequestSubject(wire.StrangerOffice, "t1", wire.VerbPull)); err == nil {
		t.Errorf("%s of %s asks for %s", totem, office, verb)
	}
}
