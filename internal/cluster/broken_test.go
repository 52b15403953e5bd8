package cluster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// overwriter writes whether or not the sheet is still the one that was read.
type overwriter struct{ ledger.Book }

func (b overwriter) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	for {
		revision, err := b.Book.Put(ctx, s)
		if !errors.Is(err, ledger.ErrConflict) {
			return revision, err
		}
		newest, err := b.Sheet(ctx, s.SheetKey)
		if err != nil {
			return revision, err
		}
		s.Revision = newest.Revision
	}
}

// forgetful acknowledges one put in eight that it does not write.
type forgetful struct{ ledger.Book }

func (b forgetful) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	if rand.IntN(8) == 0 {
		return s.Revision, nil
	}
	return b.Book.Put(ctx, s)
}

// liar says of one put in eight that it was refused, and it was written.
type liar struct{ ledger.Book }

func (b liar) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	revision, err := b.Book.Put(ctx, s)
	if err == nil && rand.IntN(8) == 0 {
		return booking.Revision{}, ledger.ErrConflict
	}
	return revision, err
}

// lossy loses one answer in four, and the next few too.
type lossy struct {
	ledger.Book
	silent int // how many answers get lost from now on
}

var errLost = errors.New("the answer was lost")

func (b *lossy) lose() bool {
	if b.silent == 0 && rand.IntN(4) == 0 {
		b.silent = 1 + rand.IntN(4)
	}
	b.silent = max(b.silent-1, 0)
	return b.silent > 0
}

func (b *lossy) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	s, err := b.Book.Sheet(ctx, key)
	if b.lose() {
		return booking.Sheet{}, errLost
	}
	return s, err
}

func (b *lossy) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	revision, err := b.Book.Put(ctx, s)
	if b.lose() {
		return booking.Revision{}, errLost
	}
	return revision, err
}

func TestABrokenWriterIsCaught(t *testing.T) {
	for name, c := range map[string]struct {
		book       func(ledger.Book) ledger.Book
		anotherKey bool
		innocent   bool
	}{
		"one that does everything right":    {book: func(b ledger.Book) ledger.Book { return b }, innocent: true},
		"one whose answers get lost":        {book: func(b ledger.Book) ledger.Book { return &lossy{Book: b} }, innocent: true},
		"one that expects no revision":      {book: func(b ledger.Book) ledger.Book { return overwriter{b} }},
		"one that acknowledges too early":   {book: func(b ledger.Book) ledger.Book { return forgetful{b} }},
		"one that calls its own a conflict": {book: func(b ledger.Book) ledger.Book { return liar{b} }},
		"one that retries with another key": {book: func(b ledger.Book) ledger.Book { return &lossy{Book: b} }, anotherKey: true},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := inMemory(t, c.book, c.anotherKey).judge()
			for range 30 { // a broken writer does not do harm every time
				if c.innocent || len(wrong) > 0 {
					break
				}
				wrong = inMemory(t, c.book, c.anotherKey).judge()
			}
			switch {
			case c.innocent && len(wrong) > 0:
				t.Errorf("%d accusations, the first: %s", len(wrong), wrong[0])
			case !c.innocent && len(wrong) == 0:
				t.Error("nothing was noticed")
			case len(wrong) > 0:
				t.Logf("%d accusations, the first: %s", len(wrong), wrong[0])
			}
		})
	}
}

// inMemory lets bookers race on a ledger in memory, as the workers do on the cluster.
func inMemory(t *testing.T, book func(ledger.Book) ledger.Book, anotherKey bool) history {
	t.Helper()
	const sheets, bookers = 8, 6
	memory, lines := ledger.NewMemory(), new(bytes.Buffer)
	record := newRecorder(lines)
	var working sync.WaitGroup
	for client := 1; client <= bookers; client++ {
		b := newBooker(client, book(memory), record, uint64(client))
		b.anotherKey = anotherKey
		working.Go(func() { b.run(context.Background(), 0, sheets-1, nil, nil) })
	}
	working.Wait()
	h := history{operations: operationsOf(t, lines), final: make(map[int]content)}
	for sheet := range sheets {
		s, err := memory.Sheet(context.Background(), sheetOf(queueOf(sheet), 0).SheetKey)
		if err != nil {
			t.Fatal(err)
		}
		h.final[sheet] = contentOf(s)
	}
	return h
}

func newBooker(client int, b ledger.Book, record *recorder, seed uint64) *booker {
	return &booker{
		client: client, record: record, random: rand.New(rand.NewPCG(seed, uint64(client))),
		book: &recordedBook{Book: b, client: client, record: record},
	}
}

// operationsOf reads lines; of an operation with two of them the second stands.
func operationsOf(t *testing.T, r io.Reader) []operation {
	t.Helper()
	var order []string
	latest := make(map[string]operation)
	for lines := json.NewDecoder(r); ; {
		var o operation
		err := lines.Decode(&o)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := latest[o.ID]; !ok {
			order = append(order, o.ID)
		}
		latest[o.ID] = o
	}
	var all []operation
	for _, id := range order {
		all = append(all, latest[id])
	}
	return all
}
