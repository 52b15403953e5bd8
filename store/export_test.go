package store

import (
	"context"
	"io"

	"example.org/totem/booking"
)

// CheckLog is checkLog, for tests that go through more logs than a store can be opened with.
func CheckLog(r io.Reader) error { return checkLog(r) }

// CloseDaysOnly is CloseDays up to where its transaction is durable and the erasure of the bytes has not begun.
func (s *Store) CloseDaysOnly(ctx context.Context, before booking.Day) error {
	return s.closeDays(ctx, before)
}
