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
	"example.org/totem/sync/natslink"
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
			f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
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

// sendUntilFull tells facts, after so many that were sent, until the scheduler says that its disk is full. It returns how many were
// accepted in the end.
func sendUntilFull(t *testing.T, c *central.Central, link *natslink.Totem, sheet booking.Sheet, slots []booking.Number, dir string, sent uint64) uint64 {
	t.Helper()
	last, err := link.Last(t.Context(), wire.Last{})
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	for chain := last.Sequence; failed == nil && sent < uint64(len(slots)); {
		sending, cancel := context.WithTimeout(t.Context(), 5*time.Second)
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
		case <-time.After(time.Minute):
			t.Fatal("the scheduler did not notice that its disk is full")
		}
	}
	wantFull(t, failed, dir)
	return sent
}

func TestASchedulerWhoseDiskIsFullSaysSoAndWorksAgainAfterItsNextStart(t *testing.T) {
	ctx, p := context.Background(), plan(t)
	dir, fill, room := smallDisk(t)
	c := open(t, central.Config{DataDir: dir})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	link := connected(t, c, d)
	sheet, slots := grant(t, link, p)
	fill()
	sent := sendUntilFull(t, c, link, sheet, slots, dir, 0)
	if err := link.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}

	fill() // the server may have made some room when it ended
	// It does not start, or starts because there is nothing to write, and ends with the first that there is.
	again, err := central.Open(ctx, central.Config{OfficeFiles: []string{officeFile}, DataDir: dir, Listen: "127.0.0.1:0", Now: now})
	if err == nil {
		link := connected(t, again, d)
		sent = sendUntilFull(t, again, link, sheet, slots, dir, sent)
		err = errors.Join(link.Close(), again.Close())
		if err != nil {
			t.Errorf("close: %v", err)
		}
	} else {
		wantFull(t, err, dir)
	}
	room()
	c = open(t, central.Config{DataDir: dir})
	if sheets, err := c.Sheets(ctx, p.Office.ID, booking.DayOf(now(), p.Zone)); err != nil || len(sheets) == 0 {
		t.Errorf("%d sheets, %v", len(sheets), err)
	}
	link = connected(t, c, d)
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
