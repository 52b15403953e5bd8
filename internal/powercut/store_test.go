package powercut_test

import (
	"math/rand/v2"
	"testing"
)

// A third of the cuts falls into the closing of days, which rewrites the whole database and is over in few events.
func TestNoPowerCutTakesATicketFromTheStore(t *testing.T) {
	needsDisk(t)
	seed := newSeed(t)
	app := record(t, seed)
	cuts := anyCuts(seed, int(number(t, cutsVariable, defaultCuts)), app.rec, 0)
	random := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i < len(cuts); i += 3 {
		cuts[i].At = app.duringClosing(random)
	}
	t.Logf("%d calls, %d tickets, %d writes and flushes", len(app.moments), len(app.tickets), app.rec.Len())
	t.Run("AnHonestDisk", func(t *testing.T) {
		sum := cutEach(t, app.rec, cuts, app.judge)
		t.Logf("the store: %v", sum)
		mustKeepAll(t, app.rec, sum)
	})
	// The same recording and the same judge, but flushes that flush nothing: what the store relies on is taken away.
	t.Run("ALyingDiskIsFoundOut", func(t *testing.T) {
		lost, corrupt := 0, 0
		for i := range uint64(6) { // most databases that lose something are whole: an old state of themselves
			sum := cutEach(t, app.rec, lying(anyCuts(seed+i<<32, 40, app.rec, app.moments[0].acked), 20), app.judge)
			t.Logf("the store on a lying disk: %v", sum)
			lost, corrupt = lost+sum.lost, corrupt+sum.corrupt
			if lost > 0 && corrupt > 0 {
				return
			}
		}
		t.Error("nothing was lost, or nothing corrupt: these power cuts prove nothing")
	})
}

// duringClosing returns an event while days are being closed.
func (l *life) duringClosing(random *rand.Rand) int {
	var events []int
	for _, m := range l.moments {
		for at := m.begun; m.doing == closing && at <= m.acked; at++ {
			events = append(events, at)
		}
	}
	return events[random.IntN(len(events))]
}
