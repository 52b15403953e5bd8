package ledger_test

import (
	"testing"

	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
)

func TestTheLedgerInMemoryIsALedger(t *testing.T) {
	ledgertest.Run(t, func(*testing.T) (ledger.Book, ledger.Roster) {
		m := ledger.NewMemory()
		return m, m
	})
}
