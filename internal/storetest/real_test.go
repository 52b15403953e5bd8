package storetest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/storetest"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// disk is a device with the real store.
type disk struct {
	t      testing.TB
	folder string
	now    func() time.Time
	life   booking.Incarnation
	boot   int
	store  *store.Store
}

func newDisk(t testing.TB, life booking.Incarnation, now func() time.Time) *disk {
	d := &disk{t: t, folder: t.TempDir(), now: now, life: life}
	if err := d.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.store.Close() })
	return d
}

func (d *disk) open() (err error) {
	d.store, err = store.Open(context.Background(), store.Config{Path: filepath.Join(d.folder, "totem.db"), Office: office, Totem: "t1",
		Now: d.now, Random: bytes.NewReader(d.life[:]), Boot: fmt.Sprint("boot-", d.boot)})
	return err
}

func (d *disk) Store() storetest.Store { return d.store }

func (d *disk) Asking(ctx context.Context) (func(context.Context, wire.Granted) (bool, error), error) {
	then, err := d.store.Footing(ctx)
	return func(ctx context.Context, g wire.Granted) (bool, error) { return d.store.TakeGranted(ctx, g, then) }, err
}

// Restart implements storetest.Device.
func (d *disk) Restart() error {
	if err := d.store.Close(); err != nil {
		return err
	}
	return d.open()
}

// Cut opens what lies in the files at this moment, under another boot.
func (d *disk) Cut() error {
	folder := d.t.TempDir()
	for _, name := range []string{"totem.db", "totem.db-wal", "totem.db.lock"} {
		data, err := os.ReadFile(filepath.Join(d.folder, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return err
		}
	}
	if err := d.store.Close(); err != nil {
		return err
	}
	d.folder = folder
	d.boot++
	return d.open()
}
