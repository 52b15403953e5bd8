package powercut_test

import (
	crypto "crypto/rand"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.org/totem/internal/powercut"
)

const (
	// cutsVariable is how many power cuts the store goes through; without it, defaultCuts.
	cutsVariable = "TOTEM_POWER_CUTS"
	defaultCuts  = 300
	// seedVariable repeats the choices of an earlier run. What is recorded depends on the kernel's timing as well.
	seedVariable = "TOTEM_POWER_SEED"

	diskSize = 16 << 20
)

func TestMain(m *testing.M) {
	powercut.Serve()
	os.Exit(m.Run())
}

// number returns what a variable says, otherwise if it says nothing.
func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// newSeed returns the seed of this test and says it.
func newSeed(t *testing.T) uint64 {
	t.Helper()
	var b [4]byte
	crypto.Read(b[:])
	seed := number(t, seedVariable, uint64(binary.LittleEndian.Uint32(b[:])))
	t.Logf("%s=%d", seedVariable, seed)
	return seed
}

// needsDisk skips a test where there can be no recorded disk.
func needsDisk(t *testing.T) {
	t.Helper()
	if err := powercut.Missing(); err != nil {
		t.Skipf("no power was cut here: %v", err)
	}
}

func newDisk(t *testing.T) *powercut.Disk {
	t.Helper()
	d, err := powercut.NewDisk(diskSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// now returns how many events were recorded.
func now(t *testing.T, d *powercut.Disk) int {
	t.Helper()
	events, err := d.Now()
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// finish unmounts the disk and returns what was recorded.
func finish(t *testing.T, d *powercut.Disk) *powercut.Recording {
	t.Helper()
	if err := d.Unmount(); err != nil {
		t.Fatal(err)
	}
	rec, err := d.Recording()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return rec
}

// verdict is what one power cut did to an application's data.
type verdict struct {
	lost    bool   // something acknowledged is gone
	corrupt bool   // what is there is not what was ever committed, or cannot be read
	why     string // "" for neither
}

func lost(format string, args ...any) verdict {
	return verdict{lost: true, why: fmt.Sprintf(format, args...)}
}

func corrupt(format string, args ...any) verdict {
	return verdict{corrupt: true, why: fmt.Sprintf(format, args...)}
}

// tally is what many power cuts did.
type tally struct {
	cuts, lost, corrupt int
	taken               time.Duration
	failed              []failure // the first few
}

type failure struct {
	cut powercut.Cut
	why string
}

func (r tally) String() string {
	return fmt.Sprintf("%d cuts: %d lost, %d corrupt, in %.1f s", r.cuts, r.lost, r.corrupt, r.taken.Seconds())
}

func (r *tally) add(c powercut.Cut, v verdict) {
	r.cuts++
	if v.lost {
		r.lost++
	}
	if v.corrupt {
		r.corrupt++
	}
	if v.why != "" && len(r.failed) < 5 {
		r.failed = append(r.failed, failure{c, v.why})
	}
}

// cutEach mounts what each cut leaves and has it judged, some at a time.
func cutEach(t *testing.T, rec *powercut.Recording, cuts []powercut.Cut, judge func(dir string, c powercut.Cut) verdict) tally {
	t.Helper()
	var mu sync.Mutex
	var sum tally
	begun := time.Now()
	work := make(chan powercut.Cut)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for c := range work {
				v := judgeCut(rec, c, judge)
				mu.Lock()
				sum.add(c, v)
				mu.Unlock()
			}
		})
	}
	for _, c := range cuts {
		work <- c
	}
	close(work)
	workers.Wait()
	sum.taken = time.Since(begun)
	return sum
}

func judgeCut(rec *powercut.Recording, c powercut.Cut, judge func(dir string, c powercut.Cut) verdict) (v verdict) {
	volume, err := rec.Mount(c)
	if err != nil {
		return corrupt("%v", err)
	}
	defer func() {
		if err := volume.Close(); err != nil && v.why == "" {
			v = corrupt("%v", err)
		}
	}()
	return judge(volume.Dir, c)
}

// mustKeepAll fails the test for each loss or corruption, and keeps the images (go test -artifacts).
func mustKeepAll(t *testing.T, rec *powercut.Recording, sum tally) {
	t.Helper()
	if sum.lost+sum.corrupt > 0 {
		t.Errorf("%v", sum)
	}
	for _, f := range sum.failed {
		path := filepath.Join(t.ArtifactDir(), fmt.Sprintf("cut-%d-%d.img", f.cut.At, f.cut.Seed))
		if err := os.WriteFile(path, rec.Image(f.cut), 0o600); err != nil {
			t.Error(err)
		}
		t.Errorf("cut %+v: %s (%s)", f.cut, f.why, path)
	}
}

// anyCuts returns n cuts, each anywhere from event first on.
func anyCuts(seed uint64, n int, rec *powercut.Recording, first int) []powercut.Cut {
	random := rand.New(rand.NewPCG(seed, 0))
	cuts := make([]powercut.Cut, n)
	for i := range cuts {
		cuts[i] = powercut.Cut{At: first + random.IntN(rec.Len()+1-first), Seed: seed + uint64(i)}
	}
	return cuts
}

// lying returns the cuts for a disk that said of so many events that they were flushed when they were not.
func lying(cuts []powercut.Cut, events int) []powercut.Cut {
	all := slices.Clone(cuts)
	for i := range all {
		all[i].Lying = events
	}
	return all
}
