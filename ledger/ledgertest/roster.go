package ledgertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// whole is a member of which nothing is empty.
func whole(office booking.OfficeID, totem booking.TotemID) ledger.Member {
	return ledger.Member{
		Office: office, Totem: totem, Incarnation: booking.Incarnation{1, 2}, Folded: 3, Sequence: 9,
		Merged: Epoch, Speaks: 2, Key: "UNOW", Revoked: []string{"UFIRST", "USECOND"},
		Token:  ledger.Token{Hash: [32]byte{1, 31: 2}, Until: time.Date(2026, 11, 28, 7, 0, 3, 0, time.UTC)},
		Fenced: []booking.Incarnation{{7}, {8}},
	}
}

func memberWhole(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	want := whole("rm001", "t1")
	put, err := open().PutMember(ctx, want)
	if err != nil {
		t.Fatal(err)
	}
	want.Revision = put.Revision
	l := open()
	check := func(what string, got ledger.Member, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, compareEmpty); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("put", put, nil)
	got, err := l.Member(ctx, "rm001", "t1")
	check("read", got, err)
	if len(got.Fenced) == 2 && len(got.Revoked) == 2 { // the caller's copy is the caller's
		got.Fenced[0], got.Revoked[0] = booking.Incarnation{99}, "USOMEBODY"
	}
	got, err = l.Member(ctx, "rm001", "t1")
	check("read again", got, err)
	want = ledger.Member{Office: "rm001", Totem: "t1", Revision: got.Revision} // what is taken away is gone
	if want, err = l.PutMember(ctx, want); err != nil {
		t.Fatal(err)
	}
	got, err = l.Member(ctx, "rm001", "t1")
	check("emptied", got, err)
}

func members(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	list := func(office booking.OfficeID, want ...ledger.Member) {
		t.Helper()
		got, err := l.Members(ctx, office)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, compareEmpty); diff != "" {
			t.Errorf("totems of %q (-want +got):\n%s", office, diff)
		}
	}
	list("")
	list("rm001")
	all := []ledger.Member{whole("rm", "t2"), whole("rm-1", "t1"), whole("rm001", "t1"), whole("rm001", "t1-b"), whole("rm001", "t2")}
	for _, i := range []int{3, 0, 4, 1, 2} {
		var err error
		if all[i], err = l.PutMember(ctx, all[i]); err != nil {
			t.Fatal(err)
		}
	}
	list("", all...)
	list("rm001", all[2:]...)
	list("rm", all[0])
	list("rm002")
}

// twoOpeners holds that a read never answers from memory what another opener has written since: whether a store was
// fenced is decided by it.
func twoOpeners(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	openers := []Ledger{open(), open(), open()}
	var last ledger.Member
	for n := range uint64(12) {
		writer := openers[n%3]
		m, err := writer.Member(ctx, "rm001", "t1")
		if err != nil || m.Revision != last.Revision || m.Folded != n {
			t.Fatalf("read %d at %d, %v, want %d at %d", m.Folded, m.Revision, err, n, last.Revision)
		}
		m.Folded++
		if last, err = writer.PutMember(ctx, m); err != nil {
			t.Fatal(err)
		}
		if _, err := openers[(n+1)%3].PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
			t.Fatalf("written upon what is no more: %v, want ErrConflict", err)
		}
	}
}
