package main

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newLab(t *testing.T) *lab { return &lab{id: "test", dir: t.TempDir(), progress: io.Discard} }

func TestTotemsAndBareClientsComeToAServerInAProcessOfItsOwn(t *testing.T) {
	l := newLab(t)
	if err := newCrowd(l.dir, 3, 2); err != nil {
		t.Fatal(err)
	}
	var costs [2]crowdCost
	for i, bare := range []bool{false, true} {
		var err error
		if costs[i], err = oneCrowd(t.Context(), l.dir, bare); err != nil {
			t.Fatal(err)
		}
		if c := costs[i]; c.connections != 6 || c.connect <= 0 {
			t.Errorf("bare %v: %+v", bare, c)
		}
	}
	totems, bare := costs[0], costs[1]
	if totems.subscriptions != bare.subscriptions || bare.subscriptions != 2*bare.connections || totems.hello <= 0 || bare.hello != 0 {
		t.Errorf("totems %+v, bare clients %+v", totems, bare)
	}
}

func TestThePushesOfEveryBookingAreCounted(t *testing.T) {
	d := delivery{offices: 2, totems: 3, slots: 8, blocks: 1, pace: pace{Count: 4, Every: 5 * time.Millisecond}}
	for _, last := range []bool{false, true} {
		d.last = last
		found, err := d.run(t.Context(), newLab(t))
		if err != nil {
			t.Fatal(err)
		}
		if found.middle.value <= 0 || found.late.value < found.middle.value || found.middle.n != 4 {
			t.Errorf("%+v", found)
		}
	}
}

func TestABroadcastIsAsLateAsItsLastTotem(t *testing.T) {
	due := []moment{{Sequence: 7, At: 10 * time.Millisecond}}
	came := []moment{{7, 12 * time.Millisecond}, {7, 19 * time.Millisecond}, {7, 11 * time.Millisecond}}
	for last, want := range map[bool][]float64{true: {9}, false: {2, 9, 1}} {
		got, err := delivery{last: last}.delays(due, came)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	if _, err := (delivery{}).delays(due, []moment{{Sequence: 8}}); err == nil {
		t.Error("a push that nobody made was taken")
	}
}

func TestAPartTellsWhatItCannotDo(t *testing.T) {
	p, err := startPart(t.Context(), crowdPart)
	if err != nil {
		t.Fatal(err)
	}
	for word, order := range map[string]any{"dance": nothing{}, "connect": invitation{Dir: "nowhere"}} {
		if _, err := tell[nothing](p, word, order); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", word, err)
		}
	}
	if err := p.close(); err != nil {
		t.Error(err)
	}
}

func TestTooManyConnectionsAreAReasonNotAFailure(t *testing.T) {
	var why cannot
	if err := admits(math.MaxInt32); !errors.As(err, &why) {
		t.Errorf("got %v", err)
	}
}

func TestRowsOfOneMeasurementAreMeasuredOnce(t *testing.T) {
	times := 0
	both := once(func(context.Context, *lab) (int, error) { times++; return times, nil })
	for range 2 {
		m, err := from(both, func(n int) measured { return measured{value: float64(n)} })(t.Context(), nil)
		if err != nil || m.value != 1 {
			t.Errorf("%+v, %v", m, err)
		}
	}
}
