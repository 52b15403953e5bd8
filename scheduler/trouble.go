package scheduler

import (
	"context"
	"errors"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// troubles are errors that have nothing to do with each other, and are told one by one.
type troubles []error

func (t troubles) Error() string { return errors.Join(t...).Error() }

func (t troubles) Unwrap() []error { return t }

// gather returns all that are not nil, nil if there is none.
func gather(errs ...error) error {
	var all troubles
	for _, err := range errs {
		if more, ok := err.(troubles); ok {
			all = append(all, more...)
		} else if err != nil {
			all = append(all, err)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// report logs what could not be done, an event each.
func (s *Service) report(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	all, ok := err.(troubles)
	if !ok {
		all = troubles{err}
	}
	for _, err := range all {
		event.Log(s.log, event.CentralFault, fault.Attrs(unreadable(err))...)
	}
}

// unreadable makes an error of a record that cannot be read a fault. Others it returns as they are.
func unreadable(err error) error {
	var f *fault.Fault
	if err == nil || !errors.Is(err, ledger.ErrUnreadable) || errors.As(err, &f) {
		return err
	}
	return fault.New(fault.CodeCentralStore, err,
		"if a newer release was in use here, start that one again; else make a copy of the data directory and report it",
		"a record of the ledger cannot be read, and is left alone")
}

// book is the ledger as the service reads it: a sheet that cannot be read is reported and left out, so that those
// beside it are not held up.
type book struct {
	ledger.Book
	report func(context.Context, error)
}

var _ ledger.Shelf = book{}

// Raw returns the sheets of an office and day not decoded, perhaps behind if the ledger is a ledger.Shelf.
func (b book) Raw(ctx context.Context, office booking.OfficeID, day booking.Day) ([]ledger.RawSheet, error) {
	shelf, ok := b.Book.(ledger.Shelf)
	if !ok {
		sheets, err := b.Sheets(ctx, office, day)
		if err != nil {
			return nil, err
		}
		return rawOf(sheets)
	}
	raw, err := shelf.Raw(ctx, office, day)
	if errors.Is(err, ledger.ErrUnreadable) {
		b.report(ctx, err)
		err = nil
	}
	return raw, err
}

func rawOf(sheets []booking.Sheet) ([]ledger.RawSheet, error) {
	raw := make([]ledger.RawSheet, 0, len(sheets))
	for _, s := range sheets {
		message, err := wire.EncodeSheet(wire.Newest, s)
		if err != nil {
			return nil, err
		}
		raw = append(raw, ledger.RawSheet{SheetKey: s.SheetKey, Revision: s.Revision, Message: message})
	}
	return raw, nil
}

// Glance returns a sheet that may be behind, ok false if none is at hand.
func (b book) Glance(key booking.SheetKey) (s booking.Sheet, ok bool) {
	if shelf, is := b.Book.(ledger.Shelf); is {
		return shelf.Glance(key)
	}
	return booking.Sheet{}, false
}

func (b book) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	sheets, err := b.Book.Sheets(ctx, office, day)
	if errors.Is(err, ledger.ErrUnreadable) {
		b.report(ctx, err)
		err = nil
	}
	return sheets, err
}
