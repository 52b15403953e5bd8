package jetstream_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger/ledgertest"
)

func TestManyFirstSheetsOfADayAreAllWritten(t *testing.T) {
	l, _ := fresh(t)
	for n := range 3 {
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				key := booking.SheetKey{Office: "rm001", Queue: booking.QueueID(fmt.Sprintf("q%02d", i)), Day: ledgertest.Day.AddDays(n)}
				if _, err := l.Put(context.Background(), booking.Sheet{SheetKey: key, Prefix: "A"}); err != nil {
					t.Errorf("the first sheets of %s at the same time: %v", key.Day, err)
				}
			})
		}
		all.Wait()
	}
}
