package ledger_test

import (
	"context"
	"testing"

	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
)

func TestTheLedgerInMemoryIsALedger(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) func() ledgertest.Ledger {
		m := ledger.NewMemory()
		if _, err := m.Raise(context.Background(), ledgertest.Epoch-1); err != nil {
			t.Fatal(err)
		}
		return func() ledgertest.Ledger { return m }
	})
}
