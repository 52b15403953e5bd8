package contacts_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"example.org/totem/internal/powercut"
	"example.org/totem/scheduler/contacts"
)

// episode is what a store did to one contact, by how many events of the disk had happened.
type episode struct {
	put, kept      int // Put was called, and had returned
	erased, erases int // Erase had returned, and was called; 0: never
	key            []byte
}

// TestNoPowerCutLosesAContactThatIsKeptOrBringsAKeyBackThatWasErased cuts the power of a real disk at any moment.
func TestNoPowerCutLosesAContactThatIsKeptOrBringsAKeyBackThatWasErased(t *testing.T) {
	if err := powercut.Missing(); err != nil {
		t.Skipf("no power was cut here: %v", err)
	}
	const citizens, cuts = 8, 16
	disk, err := powercut.NewDisk(16 << 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disk.Close() })
	now := func() int {
		events, err := disk.Now()
		if err != nil {
			t.Fatal(err)
		}
		return events
	}
	dir := disk.Dir() + "/contacts"
	h := open(t, dir, newRecords())
	first := now()
	var all [citizens]episode
	for n := range all {
		all[n].put = now()
		h.put(entry(n, at950))
		all[n].kept = now()
		for _, name := range files(t, dir) {
			key, err := os.ReadFile(dir + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			if len(key) == 32 && !known(all[:n], key) {
				all[n].key = key
			}
		}
		if n%2 == 1 {
			all[n-1].erases = now()
			h.erase(entry(n-1, at950), contacts.Withdrawn)
			all[n-1].erased = now()
		}
	}
	if err := disk.Unmount(); err != nil {
		t.Fatal(err)
	}
	recording, err := disk.Recording()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range uint64(cuts) {
		cut := powercut.Cut{At: first + random.IntN(recording.Len()+1-first), Seed: i}
		image := recording.Image(cut)
		volume, err := recording.Mount(cut)
		if err != nil {
			t.Fatal(err)
		}
		after := open(t, volume.Dir+"/contacts", newRecords())
		for n, e := range all {
			held := after.holds(entry(n, at950))
			switch erased := e.erased > 0 && e.erased <= cut.At; {
			case held && (erased || cut.At < e.put):
				t.Errorf("cut %+v: %d came back", cut, n)
			case !held && e.kept <= cut.At && (e.erases == 0 || cut.At < e.erases):
				t.Errorf("cut %+v: %d is lost", cut, n)
			case erased && bytes.Contains(image, e.key):
				t.Errorf("cut %+v: the key of %d is on the disk", cut, n)
			}
		}
		if err := volume.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Contains(recording.Image(powercut.Cut{At: recording.Len()}), all[1].key) {
		t.Error("the key of a contact that is kept is not found on the disk: the test is blind")
	}
}

func known(episodes []episode, key []byte) bool {
	for _, e := range episodes {
		if bytes.Equal(e.key, key) {
			return true
		}
	}
	return false
}
