package central_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// smallDisk mounts a disk of 24 MiB, and returns how to fill it and make room again.
func smallDisk(t *testing.T) (dir string, fill, room func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(dir, "filling")
	return dir, func() {
			f, err := os.Create(path)
			for err == nil {
				_, err = f.Write(make([]byte, 4096))
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
		}, func() {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
}

func wantFull(t *testing.T, err error, dir string) {
	t.Helper()
	if got := code(t, err); got != fault.CodeCentralStore {
		t.Errorf("%s: %v", got, err)
	}
	if remedy := fault.Of(err).Remedy; !strings.Contains(remedy, "make room in "+dir) {
		t.Errorf("remedy %q of %v", remedy, err)
	}
}

func TestASchedulerWhoseDiskIsFullSaysSoAndWorksAgainAfterItsNextStart(t *testing.T) {
	ctx, p := context.Background(), plan(t)
	dir, fill, room := smallDisk(t)
	c := open(t, central.Config{DataDir: dir})
	link := dial(t, c, p)
	sheet, slots := grant(t, link, p)
	fill()
	var sent uint64
	var failed error
	for chain := uint64(0); failed == nil && sent < uint64(len(slots)); {
		sending, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		if next, err := link.Send(sending, issued(sent+1, sheet, slots[sent]), chain); err == nil {
			chain, sent = next, sent+1
		}
		cancel()
		select {
		case failed = <-c.Failed():
		default:
		}
	}
	if failed == nil {
		select {
		case failed = <-c.Failed():
		case <-time.After(10 * time.Second):
			t.Fatal("the scheduler did not notice that its disk is full")
		}
	}
	wantFull(t, failed, dir)
	if err := link.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}

	_, err := central.Open(ctx, central.Config{OfficeFiles: []string{officeFile}, DataDir: dir, Listen: "127.0.0.1:0", Now: now})
	wantFull(t, err, dir)
	room()
	c = open(t, central.Config{DataDir: dir})
	if sheets, err := c.Sheets(ctx, p.Office.ID, booking.DayOf(now(), p.Zone)); err != nil || len(sheets) == 0 {
		t.Errorf("%d sheets, %v", len(sheets), err)
	}
	link = dial(t, c, p)
	last, err := link.Last(ctx, wire.Last{})
	if err != nil || last.N < sent {
		t.Fatalf("last %+v, %v; %d were accepted", last, err, sent)
	}
	if int(last.N) < len(slots) {
		if _, err := link.Send(ctx, issued(last.N+1, sheet, slots[last.N]), last.Sequence); err != nil {
			t.Error(err)
		}
	}
}
