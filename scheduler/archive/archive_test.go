package archive_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
	"example.org/totem/scheduler/archive"
)

var (
	_    archive.Books = (*ledger.Memory)(nil)
	made               = time.Date(2026, 11, 23, 20, 0, 5, 0, time.UTC)
	same               = cmp.Options{
		cmp.Comparer(func(a, b booking.Day) bool { return a == b }), cmpopts.EquateEmpty(),
		cmpopts.IgnoreFields(ledger.Member{}, "Revision"), cmpopts.IgnoreFields(ledger.Tally{}, "Revision"),
		cmpopts.IgnoreFields(booking.Sheet{}, "Revision"),
	}
)

func must[A any](a A, err error) func(t testing.TB) A {
	return func(t testing.TB) A {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// filled returns a ledger with something of everything.
func filled(t testing.TB) *ledger.Memory {
	t.Helper()
	ctx, m := context.Background(), ledger.NewMemory()
	must(m.Raise(ctx, 40))(t)
	for _, office := range []booking.OfficeID{"rm001", "rm002"} {
		for d := range 3 {
			s := ledgertest.Sheet(office, "anagrafe", ledgertest.Day.AddDays(d), 12)
			s.Slots[0].Holder = "t1"
			s.Slots[1].Holder, s.Slots[1].State = "t1", booking.Called
			s.Slots[1].Ticket = booking.Ticket{Code: ledgertest.Code(7), Returns: 2, Paper: booking.PaperPrinted}
			must(m.Put(ctx, s))(t)
		}
	}
	must(m.PutMember(ctx, ledger.Member{
		Office: "rm001", Totem: "t1", Incarnation: booking.Incarnation{1}, Folded: 12, Sequence: 99, Merged: 41, Speaks: 2,
		Key: "UKEY", Revoked: []string{"UOLD"}, Token: ledger.Token{Hash: [32]byte{1}, Until: made}, Fenced: []booking.Incarnation{{8}},
	}))(t)
	must(m.PutMember(ctx, ledger.Member{Office: "rm001", Totem: "t2", Fenced: []booking.Incarnation{{}}}))(t)
	must(m.PutMember(ctx, ledger.Member{Office: "rm002", Totem: "t1", Incarnation: booking.Incarnation{2}}))(t)
	must(m.PutTally(ctx, ledger.Tally{
		Office: "rm001", Day: ledgertest.Day.AddDays(-1), Queues: map[booking.QueueID]ledger.Count{"anagrafe": {Slots: 9, Pool: 1, Walk: 2, Arrived: 8, Cancelled: 9, Printed: 3, NotPrinted: 4, Unsure: 5,
			LateIssued: 6, LatePrinted: 7, LateArrived: 10, LateCancelled: 11, Taken: []ledger.Taken{{Totem: "t1", Half: 18, N: 12}}}},
		Late: map[booking.TotemID]booking.FactID{"t1": {Incarnation: booking.Incarnation{1}, N: 7}},
	}))(t)
	if err := m.Close(ctx, ledgertest.Day.AddDays(-1)); err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t testing.TB, b archive.Books) []byte {
	t.Helper()
	var file bytes.Buffer
	must(archive.Write(context.Background(), &file, b, made, nil))(t)
	return file.Bytes()
}

func TestWhatWasBackedUpIsRestoredInALaterEpoch(t *testing.T) {
	ctx, m, restored := context.Background(), filled(t), ledger.NewMemory()
	file := write(t, m)
	told := 0
	contents := must(archive.Restore(ctx, bytes.NewReader(file), restored, func(archive.Contents) { told++ }))(t)
	want := archive.Contents{Made: made, Epoch: 41, Totems: 3, Sheets: 6, Tallies: 1, Closed: 1}
	if contents != want || told != 3+6+1+1 {
		t.Errorf("contents %+v, want %+v; progress told %d times", contents, want, told)
	}
	if epoch := must(restored.Epoch(ctx))(t); epoch <= 41 {
		t.Errorf("epoch %d", epoch)
	}
	for _, office := range []booking.OfficeID{"rm001", "rm002"} {
		for d := range 3 {
			day := ledgertest.Day.AddDays(d)
			if diff := cmp.Diff(must(m.Sheets(ctx, office, day))(t), must(restored.Sheets(ctx, office, day))(t), same); diff != "" {
				t.Errorf("sheets of %s on %s (-want +got):\n%s", office, day, diff)
			}
		}
	}
	members := must(m.Members(ctx, ""))(t)
	for i := range members {
		members[i].Sequence, members[i].Token = 0, ledger.Token{} // of a stream that is not there, and no secret
	}
	members[2].Merged = 1 // in step with an earlier ledger, whichever
	if diff := cmp.Diff(members, must(restored.Members(ctx, ""))(t), same); diff != "" {
		t.Errorf("roster (-want +got):\n%s", diff)
	}
	day := ledgertest.Day.AddDays(-1)
	if diff := cmp.Diff(must(m.Tally(ctx, "rm001", day))(t), must(restored.Tally(ctx, "rm001", day))(t), same); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
	if _, err := restored.Put(ctx, ledgertest.Sheet("rm001", "anagrafe", day, 1)); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("a day that was closed: %v", err)
	}
	if _, err := archive.Restore(ctx, bytes.NewReader(file), restored, nil); !errors.Is(err, archive.ErrNotEmpty) {
		t.Errorf("restored a second time: %v", err)
	}
}

func TestATotemThatHoldsSlotsButIsNotOnTheRosterIsWaitedFor(t *testing.T) {
	ctx, m, restored := context.Background(), filled(t), ledger.NewMemory()
	s := ledgertest.Sheet("rm001", "protocollo", ledgertest.Day, 3)
	s.Slots[0].Holder = "t9" // it came when the roster had been written already
	must(m.Put(ctx, s))(t)
	must(archive.Restore(ctx, bytes.NewReader(write(t, m)), restored, nil))(t)
	if got := must(restored.Member(ctx, "rm001", "t9"))(t); got.Merged != 1 {
		t.Errorf("member %+v", got)
	}
}

func TestADamagedBackupRestoresNothing(t *testing.T) {
	ctx := context.Background()
	file := write(t, filled(t))
	refuses := func(what string, file []byte, want error) {
		t.Helper()
		empty := ledger.NewMemory()
		if _, err := archive.Restore(ctx, bytes.NewReader(file), empty, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
		if offices := must(empty.Offices(ctx))(t); len(offices) != 0 {
			t.Errorf("%s: something of %v was restored", what, offices)
		}
	}
	for at := range file {
		cut := file[:at]
		if at%17 == 0 || at > len(file)-200 {
			refuses("cut off", cut, archive.ErrDamaged)
		}
	}
	for at := 0; at < len(file); at += 13 {
		spoiled := bytes.Clone(file)
		spoiled[at] ^= 1
		empty := ledger.NewMemory()
		if _, err := archive.Restore(ctx, bytes.NewReader(spoiled), empty, nil); err == nil {
			t.Fatalf("byte %d was changed, and nobody noticed", at)
		}
		if offices := must(empty.Offices(ctx))(t); len(offices) != 0 {
			t.Errorf("byte %d: something of %v was restored", at, offices)
		}
	}
	text := string(file)
	refuses("lengthened", []byte(text+text), archive.ErrDamaged)
	middle := strings.SplitAfter(text, "\n")
	refuses("a line left out", []byte(strings.Join(append(middle[:3:3], middle[4:]...), "")), archive.ErrDamaged)
	refuses("newer", []byte(strings.Replace(text, `"backup":1`, `"backup":2`, 1)), archive.ErrNewer)
	refuses("something else", []byte("{}\n"), archive.ErrDamaged)
	refuses("nothing", nil, archive.ErrDamaged)
}

func TestABackupHoldsNoKeyAndNoToken(t *testing.T) {
	file := string(write(t, filled(t)))
	for _, word := range []string{"token", "sequence", "hash", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		if strings.Contains(file, word) {
			t.Errorf("it says %q", word)
		}
	}
}

func FuzzCheckNeverPanicsAndTakesOnlyWhatIsWhole(f *testing.F) {
	whole := write(f, filled(f))
	f.Add(whole)
	f.Add([]byte("{\"backup\":1}\n{\"totem\":null}\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := archive.Check(bytes.NewReader(file)); err != nil {
			return
		}
		if _, err := archive.Restore(context.Background(), bytes.NewReader(file), ledger.NewMemory(), nil); err != nil &&
			!errors.Is(err, archive.ErrDamaged) && !errors.Is(err, archive.ErrNotEmpty) && !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("a whole file: %v", err)
		}
	})
}
