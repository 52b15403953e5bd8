package store_test

import (
	"bytes"
	"encoding/binary"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/store"
)

const (
	logHeader = 32
	logFrame  = 24 + 4096
)

// image is what a power cut leaves of a store: its files, by what their names end with.
type image map[string][]byte

// cut returns the files of an open store.
func cut(tb testing.TB, cfg store.Config) image {
	tb.Helper()
	files := make(image)
	for _, suffix := range []string{"", "-wal", ".lock"} {
		b, err := os.ReadFile(cfg.Path + suffix)
		if err != nil {
			tb.Fatal(err)
		}
		files[suffix] = b
	}
	return files
}

// put lays the files down in a folder of their own. A nil file is left out.
func (m image) put(tb testing.TB) store.Config {
	tb.Helper()
	cfg := config(filepath.Join(tb.TempDir(), "totem.db"))
	m.write(tb, cfg)
	return cfg
}

func (m image) write(tb fataler, cfg store.Config) {
	tb.Helper()
	for suffix, b := range m {
		if b == nil {
			continue
		}
		if err := os.WriteFile(cfg.Path+suffix, b, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

// with returns the image with another file.
func (m image) with(suffix string, b []byte) image {
	m = maps.Clone(m)
	m[suffix] = b
	return m
}

// refused opens the image, which must fail for its damage and leave every file as it was.
func (m image) refused(t *testing.T) {
	t.Helper()
	cfg := m.put(t)
	openFails(t, cfg, fault.CodeStoreDamaged)
	for suffix, want := range m {
		got, err := os.ReadFile(cfg.Path + suffix)
		if want == nil && (suffix == ".lock" || os.IsNotExist(err)) {
			continue
		}
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("the file %q was changed (%v)", suffix, err)
		}
	}
	openFails(t, cfg, fault.CodeStoreDamaged) // the second try is no way around it
}

// tickets opens the image and returns the tickets that are in it.
func (m image) tickets(t *testing.T) []booking.Number {
	t.Helper()
	s := open(t, m.put(t))
	defer s.Close()
	var numbers []booking.Number
	for _, f := range outboxOf(t, s) {
		if f.Kind == booking.FactIssued {
			numbers = append(numbers, f.Slot)
		}
	}
	return numbers
}

const cutTickets = 6

// cutStore returns what is left of a store that was cut off after so many tickets, all of them in its log.
func cutStore(tb testing.TB) image {
	tb.Helper()
	s, cfg := fresh(tb)
	grant := sheet(today, 1, 60)
	take(tb, s, grant)
	for i := range cutTickets {
		mustIssue(tb, s, order(tb, grant, i))
	}
	return cut(tb, cfg)
}

// commits returns where the transactions of a log of 4 KiB pages end.
func commits(log []byte) (ends []int) {
	for at := logHeader; at+logFrame <= len(log); at += logFrame {
		if binary.BigEndian.Uint32(log[at+4:]) != 0 {
			ends = append(ends, at+logFrame)
		}
	}
	return ends
}

func flip(b []byte, at int, mask byte) []byte {
	b = bytes.Clone(b)
	b[at] ^= mask
	return b
}

func TestAByteThatChangedInADurableTransactionIsDamage(t *testing.T) {
	whole := cutStore(t)
	log := whole["-wal"]
	ends := commits(log)
	durable := ends[len(ends)-2] // where the last transaction begins
	if len(ends) < cutTickets || ends[len(ends)-1] != len(log) {
		t.Fatalf("%d transactions in the log, the last until %d of %d", len(ends), ends[len(ends)-1], len(log))
	}
	if err := store.CheckLog(bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	for at := range logHeader {
		if store.CheckLog(bytes.NewReader(flip(log, at, 1<<(at%8)))) == nil {
			t.Errorf("byte %d of the header may change", at)
		}
	}
	for frame := logHeader; frame < durable; frame += logFrame {
		for i := range 24 {
			mask := byte(1) << ((i + frame/logFrame) % 8)
			if store.CheckLog(bytes.NewReader(flip(log, frame+i, mask))) == nil {
				t.Errorf("byte %d of the header of frame %d may change by %02x", i, frame/logFrame, mask)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		at, mask := rapid.IntRange(0, durable-1).Draw(t, "at"), rapid.IntRange(1, 255).Draw(t, "mask")
		if store.CheckLog(bytes.NewReader(flip(log, at, byte(mask)))) == nil {
			t.Fatalf("byte %d of %d may change by %02x", at, durable, mask)
		}
	})
	for at := 5; at < durable; at += durable / 12 {
		whole.with("-wal", flip(log, at, 0x5a)).refused(t)
	}
}

func TestALogThatWasSpoiltAllOverIsDamage(t *testing.T) {
	whole := cutStore(t)
	log := whole["-wal"]
	scattered := bytes.Clone(log)
	for at := 50; at < len(log); at += 97 {
		scattered[at] ^= 0x5a
	}
	whole.with("-wal", scattered).refused(t)
	whole.with("-wal", make([]byte, len(log))).refused(t)

	ends := commits(log)
	hole := bytes.Clone(log)
	clear(hole[ends[2]-logFrame : ends[2]+512]) // a commit mark, and the beginning of what follows
	whole.with("-wal", hole).refused(t)
}

// The log alone cannot tell transactions that were cut off from a power cut before them: what is left of it is whole.
func TestALogThatEndsEarlyKeepsEveryTransactionBeforeItsEnd(t *testing.T) {
	whole := cutStore(t)
	log := whole["-wal"]
	all := whole.tickets(t)
	if len(all) != cutTickets {
		t.Fatalf("tickets %v", all)
	}
	ends := commits(log)
	before := len(ends) - cutTickets // transactions, before the first ticket's
	try := func(size int) {
		t.Helper()
		n := 0
		for n < len(ends) && ends[n] <= size {
			n++
		}
		want := all[:max(n-before, 0)]
		if got := whole.with("-wal", log[:size]).tickets(t); !slices.Equal(got, want) {
			t.Errorf("of %d bytes %v is left, want %v", size, got, want)
		}
	}
	for size := logHeader; size <= len(log); size += logFrame {
		try(size)
	}
	for _, size := range []int{0, 7, logHeader + 1, len(log) - 1, len(log) - 24, len(log) - 4096, len(log) - logFrame - 100} {
		try(size)
	}
}

// A disk writes the sectors of one transaction in any order. What is not written holds zeros, or what was there before.
func TestATornLastTransactionIsAPowerCut(t *testing.T) {
	whole := cutStore(t)
	log := whole["-wal"]
	ends := commits(log)
	last := ends[len(ends)-2]
	rapid.Check(t, func(t *rapid.T) {
		torn := bytes.Clone(log)
		const sector = 512
		for at := (last + sector - 1) / sector * sector; at < len(torn); at += sector {
			if rapid.Bool().Draw(t, "lost") {
				clear(torn[at:min(at+sector, len(torn))])
			}
		}
		if err := store.CheckLog(bytes.NewReader(torn)); err != nil {
			t.Fatal(err)
		}
	})
	torn := bytes.Clone(log)
	clear(torn[last : last+512])
	if got := whole.with("-wal", torn).tickets(t); len(got) != cutTickets-1 {
		t.Errorf("tickets %v, want all but the last", got)
	}
}

// The header of frame 42 of a log of 4 KiB pages lies in two sectors, 8 bytes in the one and 16 in the other.
func TestAHeaderInTwoSectorsIsNoWitness(t *testing.T) {
	var pages []uint32
	for range 20 {
		pages = append(pages, 3, 10)
	}
	log := logOf(4096, append(pages, 0, 7, 3, 10)) // 0: the next page is a transaction by itself
	const straddling = logHeader + 41*logFrame
	if straddling%512 != 504 {
		t.Fatalf("frame 42 lies at %d of its sector", straddling%512)
	}
	if err := store.CheckLog(bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	for _, half := range [][2]int{{straddling, straddling + 8}, {straddling + 8, straddling + 24}} {
		for what, left := range map[string][]byte{"nothing": make([]byte, 24), "another page, no mark": {3: 10}} {
			torn := bytes.Clone(log)
			clear(torn[half[0]:half[1]])
			copy(torn[half[0]:half[1]], left)
			if err := store.CheckLog(bytes.NewReader(torn)); err != nil {
				t.Errorf("half of the header of the last transaction is lost, and holds %s: %v", what, err)
			}
		}
	}
}

func TestALogThatIsUsedAgainIsWhole(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 60)
	take(t, s, grant)
	for i := range 25 {
		mustIssue(t, s, order(t, grant, i))
	}
	if err := s.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := 25; i < 28; i++ {
		mustIssue(t, s, order(t, grant, i))
	}
	whole := cut(t, cfg)
	log := whole["-wal"]
	salts := log[16:24]
	if tail := log[len(log)-logFrame:]; bytes.Equal(tail[8:16], salts) {
		t.Fatal("no frame of an older generation is left in the log")
	}
	if got := whole.tickets(t); len(got) != 28 {
		t.Errorf("%d tickets", len(got))
	}
	whole.with("-wal", flip(log, logHeader+logFrame+2000, 4)).refused(t)
	whole.with("-wal", flip(log, 17, 4)).refused(t)
}

func TestALogInEitherByteOrderIsRead(t *testing.T) {
	whole := cutStore(t)
	other := turned(whole["-wal"])
	if got := whole.with("-wal", other).tickets(t); len(got) != cutTickets {
		t.Errorf("%d tickets", len(got))
	}
	whole.with("-wal", flip(other, logHeader+30, 1)).refused(t)
}

// turned returns a log whose checksums read words in the other byte order.
func turned(log []byte) []byte {
	log = bytes.Clone(log)
	log[3] ^= 1
	var order binary.ByteOrder = binary.LittleEndian
	if log[3]&1 != 0 {
		order = binary.BigEndian
	}
	var a, b uint32
	add := func(bytes []byte) {
		for ; len(bytes) > 0; bytes = bytes[8:] {
			a += order.Uint32(bytes) + b
			b += order.Uint32(bytes[4:]) + a
		}
	}
	note := func(at int) {
		binary.BigEndian.PutUint32(log[at:], a)
		binary.BigEndian.PutUint32(log[at+4:], b)
	}
	add(log[:24])
	note(24)
	size := int(binary.BigEndian.Uint32(log[8:]))
	for at := logHeader; at+24+size <= len(log); at += 24 + size {
		add(log[at : at+8])
		add(log[at+24 : at+24+size])
		note(at + 16)
	}
	return log
}

// smallLog has a frame for each page; every second one ends a transaction.
func smallLog(pages ...uint32) []byte { return logOf(512, pages) }

// logOf returns a log of transactions of two pages each. A page 0 stands for none: its transaction has but one.
func logOf(size int, pages []uint32) []byte {
	log := make([]byte, logHeader)
	binary.BigEndian.PutUint32(log, 0x377f0682)
	binary.BigEndian.PutUint32(log[8:], uint32(size))
	copy(log[16:], "generate")
	for i, page := range pages {
		if page == 0 {
			continue
		}
		frame := make([]byte, 24+size)
		binary.BigEndian.PutUint32(frame, page)
		binary.BigEndian.PutUint32(frame[4:], uint32(i%2)*9)
		copy(frame[8:], "generate")
		log = append(log, frame...)
	}
	return turned(log)
}

func TestTheLastButOneTransactionIsMissedWhateverPagesItHas(t *testing.T) {
	for _, log := range [][]byte{smallLog(1, 2, 3, 4), turned(smallLog(1, 2, 3, 4)), smallLog(3, 4, 1, 2)} {
		if err := store.CheckLog(bytes.NewReader(log)); err != nil {
			t.Fatal(err)
		}
		for at := range logHeader + 2*(24+512) {
			if store.CheckLog(bytes.NewReader(flip(log, at, 9))) == nil {
				t.Errorf("byte %d may change", at)
			}
		}
	}
}

func FuzzWAL(f *testing.F) {
	f.Add([]byte{})
	f.Add(smallLog())
	f.Add(smallLog(1, 2, 1, 3))
	f.Add(turned(smallLog(1, 2, 1, 3)))
	f.Add(flip(smallLog(1, 2, 1, 3), 100, 1))
	f.Fuzz(func(t *testing.T, log []byte) {
		err := store.CheckLog(bytes.NewReader(log))
		if len(log) >= logHeader && err == nil && store.CheckLog(bytes.NewReader(log[:len(log)-1])) != nil {
			t.Error("a whole log is broken when its last byte is cut off")
		}
	})
}

// BenchmarkCheckLog is the log of 200 pages at which SQLite moves it into the database by itself.
func BenchmarkCheckLog(b *testing.B) {
	log := make([]byte, logHeader, logHeader+200*logFrame)
	binary.BigEndian.PutUint32(log, 0x377f0683)
	binary.BigEndian.PutUint32(log[8:], 4096)
	for i := range 200 {
		frame := make([]byte, logFrame)
		binary.BigEndian.PutUint32(frame, uint32(i+1))
		log = append(log, frame...)
	}
	log = turned(log)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if err := store.CheckLog(bytes.NewReader(log)); err != nil {
			b.Fatal(err)
		}
	}
}
