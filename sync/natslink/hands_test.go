package natslink_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

func TestASheetWithHandsAndTheOtherTotemsComeThroughAPullAndHandOversGoOut(t *testing.T) {
	s := start(t, t.TempDir(), -1)
	d := newDesk()
	d.pulled = wire.Pulled{
		Peers: []wire.Peer{{Totem: "t2", Key: "U" + strings.Repeat("A", 55), Address: "192.0.2.7:7411"}},
		Sheets: []booking.Sheet{{
			SheetKey: booking.SheetKey{Office: office, Queue: "anagrafe", Day: today}, Revision: booking.Revision{Epoch: 1, Sequence: 9}, Prefix: "A",
			Slots: []booking.Slot{
				{Number: "A001", Start: noon, State: booking.Free, Holder: booking.HeldBy(totem), Hands: 3, Ask: booking.AskBack},
				{Number: "A002", Start: noon, State: booking.Free, Holder: booking.Limbo, Hands: 1},
				{Number: "A003", Start: noon, State: booking.Issued, Holder: booking.Pool,
					Ticket: booking.Ticket{Code: booking.CodeHash{1}, Moved: true, Expected: noon.Add(time.Hour)}},
			},
		}},
	}
	serve(t, s.ClientURL(), d)
	l := dial(t, s.ClientURL(), totem)
	store := booking.Incarnation{7}
	got, err := l.Pull(t.Context(), wire.Pull{Incarnation: store, N: 3})
	if diff := cmp.Diff(d.pulled, got, cmp.Comparer(func(a, b booking.Day) bool { return a == b })); err != nil || diff != "" {
		t.Errorf("%v, answered and heard:\n%s", err, diff)
	}
	chain := uint64(0)
	for i, f := range []booking.Fact{
		{Kind: booking.FactReleased, Slot: "A001", Hands: 4},
		{Kind: booking.FactTransferred, Slot: "A004", Hands: 2, Peer: "t2", Store: booking.Incarnation{8}},
		{Kind: booking.FactReceived, Slot: "A005", Hands: 2, Peer: "t2", Proof: booking.Proof{1}},
	} {
		f.ID, f.At, f.Day, f.Queue = booking.FactID{Incarnation: store, N: uint64(i) + 1}, noon, today, "anagrafe"
		if chain, err = l.Send(t.Context(), f, chain); err != nil {
			t.Fatalf("send %s: %v", f.Kind, err)
		}
	}
}
