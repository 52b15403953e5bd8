package jetstream_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
)

func TestATotemsRecordIsNeverBehindWhateverAnotherSchedulerWrites(t *testing.T) {
	ctx := context.Background()
	a, b, _, _ := twoSchedulers(t, 2)
	m := ledger.Member{Office: "rm001", Totem: "t1"}
	for n := range uint64(200) {
		var err error
		m.Folded = n
		if m, err = a.PutMember(ctx, m); err != nil {
			t.Fatal(err)
		}
		// Others ask at the same time, and share the question to the leader.
		var asking sync.WaitGroup
		for i, l := range []*jetstream.Ledger{a, b, b, b} {
			asking.Go(func() {
				got, err := l.Member(ctx, "rm001", "t1")
				if err != nil || got.Folded != n || got.Revision != m.Revision {
					t.Errorf("asker %d was told %+v, %v; want fact %d", i, got, err, n)
				}
				none, err := l.Member(ctx, "rm001", "t9")
				if err != nil || none.Revision != 0 || none.Totem != "t9" {
					t.Errorf("asker %d was told %+v, %v of a totem that is not there", i, none, err)
				}
			})
		}
		asking.Wait()
		if t.Failed() {
			return
		}
	}
}

func TestWhatATotemsRecordHoldsIsTheAskersOwn(t *testing.T) {
	ctx := context.Background()
	a, b, _, _ := twoSchedulers(t, 2)
	want := ledger.Member{Office: "rm001", Totem: "t1", Fenced: []booking.Incarnation{{1}}, Revoked: []string{"U1"}}
	if _, err := a.PutMember(ctx, want); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		got, err := b.Member(ctx, "rm001", "t1")
		if err != nil || fmt.Sprint(got.Fenced, got.Revoked) != fmt.Sprint(want.Fenced, want.Revoked) {
			t.Fatalf("%+v, %v", got, err)
		}
		got.Fenced[0], got.Revoked[0] = booking.Incarnation{9}, "U9"
	}
}
