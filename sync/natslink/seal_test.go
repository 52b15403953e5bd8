package natslink_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// canary returns a fact with a code that is found in files: as bytes and in the form in which it travels.
func canary(who booking.TotemID, n uint64) booking.Fact {
	f := fact(n)
	sum := sha256.Sum256([]byte(fmt.Sprint("canary ", who, n)))
	copy(f.Code[:], sum[:])
	return f
}

// traces returns how many facts of the totems are found in the files below dir, by their codes.
func traces(t *testing.T, dir string, totems []booking.TotemID, facts uint64) (found int) {
	t.Helper()
	var files []byte
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		var data []byte
		if err == nil && !d.IsDir() {
			data, err = os.ReadFile(path)
			files = append(files, data...)
		}
		if errors.Is(err, fs.ErrNotExist) { // the server has put a file in another's place
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range totems {
		for n := range facts {
			code := canary(who, n+1).Code
			text, err := code.MarshalText()
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(files, text) || bytes.Contains(files, code[:]) {
				found++
			}
		}
	}
	return found
}

// tell lets a totem send facts from number first on, on a chain, and returns where it ends.
func tell(t *testing.T, l *natslink.Totem, who booking.TotemID, first, last, chain uint64) uint64 {
	t.Helper()
	for n := first; n <= last; n++ {
		var err error
		if chain, err = l.Send(t.Context(), canary(who, n), chain); err != nil {
			t.Fatalf("send fact %d of %s: %v", n, who, err)
		}
	}
	return chain
}

func lastOf(t *testing.T, l *natslink.Totem) wire.Accepted {
	t.Helper()
	last, err := l.Last(t.Context(), wire.Last{Incarnation: booking.Incarnation{7}})
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// closeDay does what the scheduler does when a day is closed.
func closeDay(t *testing.T, c *natslink.Central, folded map[booking.TotemID]uint64) {
	t.Helper()
	for who, sequence := range folded {
		if err := c.Seal(t.Context(), office, who, sequence); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAClosedDayLeavesNoTraceInTheServersFiles(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, -1)
	url := s.ClientURL()
	d := newDesk()
	c := serve(t, url, d)
	const facts = 10
	var totems []booking.TotemID
	links, chains := map[booking.TotemID]*natslink.Totem{}, map[booking.TotemID]uint64{}
	for i := range 16 {
		who := booking.TotemID(fmt.Sprint("t", i))
		totems = append(totems, who)
		links[who] = dial(t, url, who)
	}
	for n := range uint64(facts) { // in turns, as they come on a day
		for _, who := range totems {
			chains[who] = tell(t, links[who], who, n+1, n+1, chains[who])
		}
	}
	all := func(n uint64) func() bool {
		return func() bool {
			return !slices.ContainsFunc(totems, func(who booking.TotemID) bool { return uint64(len(d.facts[who])) < n })
		}
	}
	d.until(t, "the day's facts", all(facts))
	if n := traces(t, dir, totems, facts); n != len(totems)*facts {
		t.Fatalf("the test itself finds only %d facts", n)
	}
	for _, who := range totems[:8] {
		links[who].Close() // offline when its day is closed
	}
	before := lastOf(t, links["t12"])

	closeDay(t, c, chains)
	if n := traces(t, dir, totems, facts); n != 0 {
		t.Errorf("%d facts are still in the files", n)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	stop(s)
	if n := traces(t, dir, totems, facts); n != 0 {
		t.Errorf("%d facts are in the files after the server has stopped", n)
	}
	start(t, dir, portOf(t, url))
	serve(t, url, d)
	if n := traces(t, dir, totems, facts); n != 0 {
		t.Errorf("%d facts are in the files after the server has started again", n)
	}

	// Every chain goes on, of who was there and who was not.
	for _, who := range totems {
		l := dial(t, url, who)
		awaitUp(t, l)
		last := lastOf(t, l)
		want := before
		want.Sequence, want.Digest = last.Sequence, digestOf(t, canary(who, facts))
		if last != want || last.Sequence <= chains[who] {
			t.Errorf("%s: last %+v, want %+v behind %d", who, last, want, chains[who])
		}
		tell(t, l, who, facts+1, facts+1, last.Sequence)
	}
	d.until(t, "the next day's facts", all(facts+1))
	if len(d.parked) > 0 {
		t.Errorf("parked %v", d.parked)
	}
}

func TestNightAfterNightNothingIsLeft(t *testing.T) {
	dir := t.TempDir()
	url := start(t, dir, -1).ClientURL()
	d := newDesk()
	c := serve(t, url, d)
	busy, idle := booking.TotemID("t1"), booking.TotemID("t2")
	chains := map[booking.TotemID]uint64{idle: tell(t, dial(t, url, idle), idle, 1, 3, 0)}
	l := dial(t, url, busy)
	for night := range uint64(3) {
		chains[busy] = lastOf(t, l).Sequence
		chains[busy] = tell(t, l, busy, 10*night+1, 10*night+10, chains[busy])
		d.until(t, "the facts", func() bool { return uint64(len(d.facts[busy])) == 10*night+10 })
		closeDay(t, c, chains)
		if n := traces(t, dir, []booking.TotemID{busy, idle}, 40); n != 0 {
			t.Fatalf("after night %d: %d facts are in the files", night+1, n)
		}
	}
	if last := lastOf(t, dial(t, url, idle)); last.N != 3 {
		t.Errorf("the end of the idle totem's chain is %+v", last)
	}
	var size int64
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if info, err := e.Info(); err == nil && !e.IsDir() {
			size += info.Size()
		}
		return err
	})
	if err != nil || size > 9<<20 {
		t.Errorf("the store has grown to %d bytes, %v", size, err)
	}
}

func TestWhatIsNotFoldedIsNeitherSealedNorErased(t *testing.T) {
	dir := t.TempDir()
	url := start(t, dir, -1).ClientURL()
	d := newDesk()
	c := serve(t, url, d)
	l := dial(t, url, totem)
	folded := tell(t, l, totem, 1, 5, 0)
	d.until(t, "the facts", func() bool { return len(d.facts[totem]) == 5 })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	// The scheduler is down. Who seals is another one, which does not fold.
	last := tell(t, l, totem, 6, 7, folded)
	stuck := newDesk()
	stuck.fail = func(booking.Fact) error { return os.ErrDeadlineExceeded }
	c = serve(t, url, stuck)
	if err := c.Seal(t.Context(), office, totem, folded); err != nil {
		t.Fatal(err)
	}
	if err := c.Scrub(t.Context()); err == nil {
		t.Error("facts are not folded, and the files were called clean")
	}
	if got := lastOf(t, l); got.Sequence != last || got.N != 7 {
		t.Errorf("last is %+v, want fact 7 at %d", got, last)
	}
	stuck.mu.Lock()
	stuck.fail = nil
	stuck.mu.Unlock()
	stuck.until(t, "both facts", func() bool { return slices.Equal(stuck.facts[totem], []uint64{6, 7}) })
	closeDay(t, c, map[booking.TotemID]uint64{totem: last})
	if n := traces(t, dir, []booking.TotemID{totem}, 7); n != 0 {
		t.Errorf("%d facts are in the files", n)
	}
}

func TestAMarkedChainIsRefusedToWhoDoesNotKnowTheMark(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	d := newDesk()
	c := serve(t, url, d)
	l := dial(t, url, totem)
	end := tell(t, l, totem, 1, 2, 0)
	d.until(t, "the facts", func() bool { return len(d.facts[totem]) == 2 })
	closeDay(t, c, map[booking.TotemID]uint64{totem: end})
	if _, err := l.Send(t.Context(), fact(3), end); err != outbox.ErrChain {
		t.Errorf("on the old chain: %v", err)
	}
	send(t, l, 3, lastOf(t, l).Sequence)
}
