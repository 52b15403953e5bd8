package storetest_test

import (
	"testing"

	"example.org/totem/internal/storetest"
)

func TestTheRealStoreConforms(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Device { return newDisk(t, storetest.Life, storetest.Clock) })
}

func TestTheModelConforms(t *testing.T) {
	storetest.Run(t, func(testing.TB) storetest.Device {
		return storetest.NewDesk(storetest.Office, storetest.Me, storetest.Life, storetest.Clock)
	})
}
