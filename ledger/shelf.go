package ledger

import (
	"context"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Shelf is a Book that has sheets at hand, perhaps not the newest. They serve where a sheet that is behind does no harm:
// to tell a totem what has changed, and to build a change upon that the ledger refuses if it is behind.
type Shelf interface {
	Book
	// Raw returns the sheets of an office and day like Sheets, not decoded and perhaps behind. That is much cheaper where
	// most of them are only compared by revision.
	Raw(ctx context.Context, office booking.OfficeID, day booking.Day) ([]RawSheet, error)
	// Glance returns a sheet that may be behind without asking anybody, ok false if it has none at hand.
	Glance(key booking.SheetKey) (s booking.Sheet, ok bool)
}

// RawSheet is a sheet as a ledger keeps it: its message as wire.EncodeSheet made it, which must not be changed, and the
// revision, whose sequence is not in the message.
type RawSheet struct {
	booking.SheetKey
	Revision booking.Revision
	Message  []byte
}

// Sheet decodes r.
func (r RawSheet) Sheet() (booking.Sheet, error) {
	s, err := wire.DecodeSheet(r.Message)
	if err != nil {
		return booking.Sheet{}, err
	}
	s.Revision = r.Revision
	return s, nil
}
