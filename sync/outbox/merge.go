package outbox

import (
	"context"
	"fmt"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// The bounds of a page of a merge. A sheet alone is far below them.
const (
	pageSheets = 64
	pageBytes  = wire.MaxMessage * 3 / 4 // of its sheets and keys, as they are estimated
	sheetFrame = 48                      // bytes around a sheet that is not by itself
	keyBytes   = 64
)

// merge tells the ledger of the given epoch, which began anew, all that this store holds. A page says the same however
// often it is told: after trouble the whole of it is told again.
func (e *engine) merge(ctx context.Context, at Standing, epoch uint64) error {
	sheets, keys, err := e.Store.Mine(ctx)
	if err != nil {
		return storeError{err}
	}
	pages, err := paged(sheets, keys)
	if err != nil {
		return storeError{err}
	}
	for i, page := range pages {
		page.Incarnation, page.Told, page.More = at.ID.Incarnation, at.Told, i < len(pages)-1
		merged, err := ask(ctx, e, func(ctx context.Context) (wire.Merged, error) { return e.Link.Merge(ctx, page) })
		if err != nil {
			return fmt.Errorf("tell a new ledger what this store holds: %w", err)
		}
		if merged.Epoch != epoch { // it began anew once more: the pages before are not in it
			return errHello
		}
	}
	return nil
}

// paged shares sheets out into pages, each with the keys of its days. There is at least one page, perhaps an empty one:
// that a store holds nothing is to be told too.
func paged(sheets []booking.Sheet, keys map[booking.Day]booking.DayKey) ([]wire.Merge, error) {
	var pages []wire.Merge
	first, size := 0, 0
	for i, s := range sheets {
		message, err := wire.EncodeSheet(wire.Newest, s)
		if err != nil {
			return nil, err
		}
		n := len(message) + sheetFrame + keyBytes
		if i > first && (i-first == pageSheets || size+n > pageBytes) {
			pages = append(pages, pageOf(sheets[first:i], keys))
			first, size = i, 0
		}
		size += n
	}
	return append(pages, pageOf(sheets[first:], keys)), nil
}

func pageOf(sheets []booking.Sheet, keys map[booking.Day]booking.DayKey) wire.Merge {
	page := wire.Merge{Sheets: slices.Clip(sheets), Keys: make(map[booking.Day]booking.DayKey)}
	for _, s := range sheets {
		if key, ok := keys[s.Day]; ok {
			page.Keys[s.Day] = key
		}
	}
	return page
}
