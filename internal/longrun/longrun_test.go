package longrun_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/longrun"
)

// number reads a number from the environment, def where it is not set.
func number(t testing.TB, name string, def int) int {
	text := os.Getenv(name)
	if text == "" {
		return def
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func play(t *testing.T, cfg longrun.Config) longrun.Report {
	t.Helper()
	r, err := longrun.Play(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestNoSlotIsSoldTwiceAndNoTicketIsLost plays 6 offices for 3 days, fewer under the race detector. LONGRUN_OFFICES, LONGRUN_TOTEMS, LONGRUN_DAYS,
// LONGRUN_SEED and LONGRUN_SEEDS, how many seeds from that one on, play another run.
func TestNoSlotIsSoldTwiceAndNoTicketIsLost(t *testing.T) {
	cfg := longrun.Config{Offices: number(t, "LONGRUN_OFFICES", offices), Totems: number(t, "LONGRUN_TOTEMS", 3), Days: number(t, "LONGRUN_DAYS", 3)}
	first := number(t, "LONGRUN_SEED", 1)
	for seed := first; seed < first+number(t, "LONGRUN_SEEDS", 1); seed++ {
		cfg.Seed = uint64(seed)
		began := time.Now()
		r := play(t, cfg)
		t.Logf("%v, in %v", r, time.Since(began).Round(time.Millisecond))
		if len(r.Wrong) > 0 {
			t.Fatalf("seed %d, %d offices, %d totems, %d days:\n%s", seed, cfg.Offices, cfg.Totems, cfg.Days, strings.Join(r.Wrong, "\n"))
		}
	}
}

// Each of these parts, if it were broken, would sell a slot twice. The play notices that within a few seeds.
func TestABrokenPartIsNoticed(t *testing.T) {
	for name, broken := range map[string]longrun.Broken{
		"slots are taken back without a release":      longrun.ReclaimWithoutRelease,
		"slots are passed on before that is durable":  longrun.SendBeforeCommit,
		"a set-back ledger goes on without asking":    longrun.SkipEpochMerge,
		"a slot is passed on again, to another totem": longrun.TransferTwice,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(12) {
				r := play(t, longrun.Config{Seed: seed, Offices: 1, Totems: 3, Days: 3, Broken: broken})
				if len(r.Wrong) > 0 {
					t.Logf("seed %d, step %d: %s", seed, r.Steps, strings.SplitN(r.Wrong[0], "\n", 2)[0])
					return
				}
			}
			t.Error("12 seeds, and nothing was wrong")
		})
	}
}

func TestASeedIsOneRun(t *testing.T) {
	cfg := longrun.Config{Seed: 5, Offices: 1, Totems: 3, Days: 1}
	first, again := play(t, cfg), play(t, cfg)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("played again, it is another run (-first +again):\n%s", diff)
	}
	cfg.Seed++
	if other := play(t, cfg); other.Digest == first.Digest {
		t.Error("another seed is the same run")
	}
}
