//go:build !race

package grants_test

import (
	"context"
	crypto "crypto/rand"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/totem/internal/cluster"
)

// number returns what the environment says, or usual.
func number(t *testing.T, name string, usual uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatalf("%s = %q is no number", name, text)
	}
	return n
}

// start starts everybody, with enough slots for those who come in so long a time, as far as numbers of three digits go.
func start(t *testing.T, length time.Duration) *riot {
	t.Helper()
	var b [4]byte
	crypto.Read(b[:])
	w := world{Seed: number(t, "TOTEM_PROOF_SEED", uint64(binary.LittleEndian.Uint32(b[:])))}
	t.Logf("TOTEM_PROOF_SEED=%d", w.Seed)
	w.Open = min(max(int(length/time.Second)/6, 3), 20)
	w.Speed = min(max(8*time.Hour/length, 10), 180)
	r := newRiot(t, w)
	t.Cleanup(r.keep)
	return r
}

// finish makes everything whole, lets everybody come to rest, and returns what is wrong then.
func (r *riot) finish(patience time.Duration) (wrong []string) {
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	r.heal(ctx)
	began := time.Now()
	resting, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	wrong = r.rest(resting)
	r.t.Logf("at rest %s after all was whole: %s", time.Since(began).Round(time.Millisecond), r.tally())
	judging, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	return append(wrong, r.judge(judging)...)
}

func TestWhatCitizensWereToldIsInTheLedgerWhateverIsKilledOrCutOff(t *testing.T) {
	t.Parallel()
	length := time.Duration(number(t, "TOTEM_PROOF_SECONDS", 6)) * time.Second
	r := start(t, length)
	ctx, cancel := context.WithTimeout(t.Context(), length+time.Minute)
	defer cancel()
	r.await(ctx, "acquainted", totems)
	for until := time.Now().Add(length); time.Now().Before(until); {
		r.step(ctx)
	}
	for _, what := range r.finish(2 * time.Minute) {
		t.Error(what)
	}
	if r.count("ticket") < 20 || r.count("booked") < 10 {
		t.Error("hardly anything was sold")
	}
}

func TestASchedulerThatTakesSlotsBackByItselfIsNoticed(t *testing.T) {
	t.Parallel()
	for try := 1; try <= 3; try++ { // whether citizens choose what was taken back is chance
		noticed := false
		t.Run(strconv.Itoa(try), func(t *testing.T) { noticed = noticesTaking(t) })
		if noticed || t.Failed() {
			return
		}
	}
	t.Error("nothing was noticed")
}

// noticesTaking plays with a scheduler that takes slots back by itself, and reports whether one was sold twice.
func noticesTaking(t *testing.T) bool {
	r := start(t, time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r.await(ctx, "ticket", 10)
	for _, d := range r.devices {
		r.cutLinks(d, cluster.Both, false)
	}
	r.reclaim(ctx)
	sold, booked := r.count("ticket"), r.count("booked")
	r.await(ctx, "ticket", sold+30)
	r.await(ctx, "booked", booked+120)
	wrong := r.finish(time.Second) // who finds its slots sold to others does not come to rest
	noticed := slices.DeleteFunc(wrong, func(s string) bool { return !strings.Contains(s, "is sold twice") })
	if len(noticed) > 0 {
		t.Logf("%d noticed, as: %s", len(noticed), noticed[0])
	}
	return len(noticed) > 0
}

// keep keeps the words of all processes of a run that failed.
func (r *riot) keep() {
	if !r.t.Failed() {
		return
	}
	paths, _ := filepath.Glob(filepath.Join(r.dir, "*.log"))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join(r.t.ArtifactDir(), filepath.Base(path)), text, 0o644)
		}
		if err != nil {
			r.t.Log(err)
		}
	}
}
