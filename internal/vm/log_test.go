package vm_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/internal/vm"
)

const diskSize = 64 * vm.Sector

// step is what a guest did, for a log that is made up.
type step struct {
	flags, sector, count uint64
	fill                 byte
}

func write(sector, count uint64, fill byte) step { return step{0, sector, count, fill} }
func flush() step                                { return step{flags: 1} }
func discard(sector, count uint64) step          { return step{4, sector, count, 0} }

// written is the log of QEMU for these steps, counted up to the last flush.
func written(steps ...step) []byte {
	le := binary.LittleEndian
	b, counted := make([]byte, vm.Sector), 0
	for i, s := range steps {
		e := make([]byte, vm.Sector)
		le.PutUint64(e, s.sector)
		le.PutUint64(e[8:], s.count)
		le.PutUint64(e[16:], s.flags)
		if b = append(b, e...); s.flags == 0 {
			b = append(b, bytes.Repeat([]byte{s.fill}, int(s.count)*vm.Sector)...)
		}
		if s.flags == 1 {
			counted = i + 1
		}
	}
	le.PutUint64(b, 0x6a736677736872)
	le.PutUint64(b[8:], 1)
	le.PutUint64(b[16:], uint64(counted))
	le.PutUint32(b[24:], vm.Sector)
	return append(b, make([]byte, 4*vm.Sector)...) // the room that is left
}

func read(t interface {
	Helper()
	Fatal(...any)
}, b []byte) *vm.Log {
	t.Helper()
	l, err := vm.ReadLog(bytes.NewReader(b), int64(len(b)), diskSize)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALogIsReadBeyondItsLastFlush(t *testing.T) {
	l := read(t, written(write(0, 2, 'a'), flush(), discard(8, 4), write(4, 1, 'b')))
	var kinds []vm.Kind
	for _, e := range l.Entries {
		kinds = append(kinds, e.Kind)
	}
	if want := []vm.Kind{vm.Write, vm.Flush, vm.Discard, vm.Write}; !slices.Equal(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
	if e := l.Entries[3]; e.Offset != 4*vm.Sector || e.Length != vm.Sector || l.Counted != 2 {
		t.Errorf("entry %+v, %d counted", e, l.Counted)
	}
	if !slices.Equal(l.Flushes(), []int{1}) {
		t.Errorf("flushes %v", l.Flushes())
	}
}

func TestALogThatIsNoneIsRefused(t *testing.T) {
	good := written(write(0, 1, 'a'), flush())
	damaged := func(at int, v byte) []byte { b := bytes.Clone(good); b[at] = v; return b }
	for name, b := range map[string][]byte{
		"magic": damaged(0, 0), "version": damaged(8, 2), "sectors": damaged(25, 4), "more entries than there are": damaged(16, 200),
		"flags": damaged(vm.Sector+16, 0x40), "a mark": damaged(vm.Sector+16, 8), "beyond the disk": damaged(vm.Sector, 64),
		"a length without end": damaged(vm.Sector+15, 0x7f), "cut short": good[:2*vm.Sector],
	} {
		if _, err := vm.ReadLog(bytes.NewReader(b), int64(len(b)), diskSize); !errors.Is(err, vm.ErrLog) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzLogsAreReadOrRefused(f *testing.F) {
	f.Add(written(write(0, 2, 'a'), flush(), discard(8, 4), write(4, 1, 'b')))
	f.Add(written())
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := vm.ReadLog(bytes.NewReader(b), int64(len(b)), diskSize)
		if err != nil {
			return
		}
		p := &vm.Player{Log: l, Disk: medium(make([]byte, diskSize))}
		for c := range l.Cuts(rand.New(rand.NewPCG(1, 2)), 1) {
			if err := p.Show(c, func() error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// medium is a disk in memory.
type medium []byte

func (m medium) ReadAt(b []byte, at int64) (int, error)  { return copy(b, m[at:]), nil }
func (m medium) WriteAt(b []byte, at int64) (int, error) { return copy(m[at:], b), nil }

// TestWhatWasFlushedIsThereAndOfTheRestAnyPart plays logs beside a model that knows, for every sector, what may be in it.
func TestWhatWasFlushedIsThereAndOfTheRestAnyPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			sector := rapid.Uint64Range(0, 63).Draw(t, "sector")
			count := rapid.Uint64Range(1, 64-sector).Draw(t, "count")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				return flush()
			case 1:
				return discard(sector, count)
			}
			return write(sector, count, byte(rapid.IntRange(1, 255).Draw(t, "fill")))
		}), 1, 20).Draw(t, "steps")
		log := read(t, append(written(steps...), 0))
		disk := medium(make([]byte, diskSize))
		player := &vm.Player{Log: log, Disk: disk}
		seed := rapid.Uint64().Draw(t, "seed")
		for cut := range log.Cuts(rand.New(rand.NewPCG(seed, 1)), 3) {
			err := player.Show(cut, func() error { mayBe(t, steps, cut, disk); return nil })
			if err != nil {
				t.Fatal(err)
			}
			mayBe(t, steps, vm.Cut{Flush: cut.Flush}, disk) // it was put back
		}
	})
}

// mayBe fails where a sector holds what cannot be there after the cut.
func mayBe(t *rapid.T, steps []step, cut vm.Cut, disk medium) {
	for sector := range uint64(64) {
		allowed := map[byte]bool{0: true}
		for i, s := range steps {
			if s.flags == 1 || sector < s.sector || sector >= s.sector+s.count {
				continue
			}
			if i <= cut.Flush {
				clear(allowed)
			} else if !slices.ContainsFunc(cut.Kept, func(p vm.Piece) bool { return p.Entry == i }) {
				continue
			}
			allowed[s.fill] = true
		}
		got := disk[sector*vm.Sector : (sector+1)*vm.Sector]
		if !allowed[got[0]] || slices.ContainsFunc(got, func(b byte) bool { return b != got[0] }) {
			t.Fatalf("sector %d holds %d after %+v of %v", sector, got[0], cut, steps)
		}
	}
}

func TestEveryFlushIsACutAndOneSeedGivesTheSameOnes(t *testing.T) {
	l := read(t, written(write(0, 1, 'a'), flush(), write(1, 1, 'b'), write(2, 1, 'c'), flush(), flush(), write(3, 1, 'd')))
	cuts := func() []vm.Cut { return slices.Collect(l.Cuts(rand.New(rand.NewPCG(3, 4)), 2)) }
	all := cuts()
	var flushes []int
	for _, c := range all {
		if c.Kept == nil {
			flushes = append(flushes, c.Flush)
		}
	}
	for _, want := range []int{-1, 1, 4, 5} {
		if !slices.Contains(flushes, want) {
			t.Errorf("no cut after entry %d: %v", want, flushes)
		}
	}
	if again := cuts(); len(again) != len(all) || len(all) != 4+3*2 {
		t.Errorf("%d and %d cuts, want 10", len(all), len(again))
	}
}

func TestCutsAreShownForwardsOnly(t *testing.T) {
	l := read(t, written(write(0, 1, 'a'), flush(), write(1, 1, 'b'), flush()))
	p := &vm.Player{Log: l, Disk: medium(make([]byte, diskSize))}
	look := func() error { return nil }
	if err := p.Show(vm.Cut{Flush: 3}, look); err != nil {
		t.Fatal(err)
	}
	if err := p.Show(vm.Cut{Flush: 1}, look); !errors.Is(err, vm.ErrBackwards) {
		t.Errorf("error %v", err)
	}
}
