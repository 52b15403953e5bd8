package jetstream_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
	"example.org/totem/sync/wire"
)

func TestARecordThatNoLedgerWroteIsUnreadableAndLeavesTheOthersAlone(t *testing.T) {
	for name, garbage := range map[string]*nats.Msg{
		"bytes":         {Data: []byte("x")},
		"nothing":       {},
		"JSON":          {Data: []byte(`{"version":9,"kind":"sheet"}`)},
		"other headers": {Data: []byte("x"), Header: nats.Header{"A": {"b"}}},
		"as a ledger":   {Data: []byte("x")},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			l, nc := fresh(t)
			bad, good := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3), ledgertest.Sheet("rm001", "protocollo", ledgertest.Day, 3)
			member := ledger.Member{Office: "rm001", Totem: "t1", Incarnation: booking.Incarnation{1}}
			var err error
			if bad.Revision, err = l.Put(ctx, bad); err != nil {
				t.Fatal(err)
			}
			if _, err = l.Put(ctx, good); err != nil {
				t.Fatal(err)
			}
			if member, err = l.PutMember(ctx, member); err != nil {
				t.Fatal(err)
			}
			if _, err = l.PutMember(ctx, ledger.Member{Office: "rm001", Totem: "t3"}); err != nil {
				t.Fatal(err)
			}
			for subject, last := range map[string]uint64{"ros.v1.rm001.t1": member.Revision, wire.LedgerSubject(bad.SheetKey): bad.Revision.Sequence} {
				m := *garbage
				m.Subject = subject
				if name == "as a ledger" {
					m.Header = nats.Header{"Nats-Expected-Last-Subject-Sequence": {strconv.FormatUint(last, 10)}}
				}
				if _, err := nc.RequestMsg(&m, 30*time.Second); err != nil {
					t.Fatal(err)
				}
			}
			unread, err := l.Member(ctx, "rm001", "t1")
			if !errors.Is(err, ledger.ErrUnreadable) || unread.Totem != "t1" || unread.Revision <= member.Revision {
				t.Errorf("member: %+v, %v", unread, err)
			}
			if all, err := l.Members(ctx, ""); !errors.Is(err, ledger.ErrUnreadable) || len(all) != 1 || all[0].Totem != "t3" {
				t.Errorf("roster: %+v, %v", all, err)
			}
			for _, where := range []string{"at the server", "in the mirror"} {
				if where == "in the mirror" {
					await(t, mirror(t, l))
				}
				if _, err := l.Sheet(ctx, bad.SheetKey); !errors.Is(err, ledger.ErrUnreadable) {
					t.Errorf("sheet %s: %v", where, err)
				}
				sheets, err := l.Sheets(ctx, "rm001", ledgertest.Day)
				if !errors.Is(err, ledger.ErrUnreadable) || len(sheets) != 1 || sheets[0].Queue != good.Queue {
					t.Errorf("%d sheets can be read %s, %v", len(sheets), where, err)
				}
				raw, err := l.Raw(ctx, "rm001", ledgertest.Day)
				if !errors.Is(err, ledger.ErrUnreadable) || len(raw) != 1 || raw[0].Queue != good.Queue {
					t.Errorf("%d raw sheets can be read %s, %v", len(raw), where, err)
				}
			}
			// Whoever read before may go on; whether he is told of a conflict or of garbage, he ends.
			if _, err := l.PutMember(ctx, member); !errors.Is(err, ledger.ErrUnreadable) && !errors.Is(err, ledger.ErrConflict) {
				t.Errorf("put member: %v", err)
			}
			if _, err := l.Put(ctx, bad); !errors.Is(err, ledger.ErrUnreadable) && !errors.Is(err, ledger.ErrConflict) {
				t.Errorf("put: %v", err)
			}
			edited := 0
			_, err = ledger.Change(ctx, l, bad.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
				edited++
				return s.Book("A001", booking.Reserve, ledgertest.Code(1))
			})
			if !errors.Is(err, ledger.ErrUnreadable) || edited > 0 {
				t.Errorf("change: %v after %d edits", err, edited)
			}
			if _, err := l.PutMember(ctx, unread); err != nil {
				t.Errorf("put member anew: %v", err)
			}
			if m, err := l.Member(ctx, "rm001", "t2"); err != nil || m.Revision != 0 {
				t.Errorf("another member: %+v, %v", m, err)
			}
		})
	}
}
