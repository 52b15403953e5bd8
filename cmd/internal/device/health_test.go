package device_test

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/papersim"
	"example.org/totem/paper"
	"example.org/totem/sync/wire"
)

// heard waits until the scheduler has heard of the printer's status.
func heard(t *testing.T, c *central.Central, office booking.OfficeID, want paper.Status) wire.Health {
	t.Helper()
	ctx := waiting(t)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		all, err := c.Ledger().Healths(ctx, office)
		if err == nil && len(all) == 1 && all[0].Told.Printer == want {
			return all[0].Told
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("the scheduler has heard %+v, want a printer that is %s: %v", all, want, err)
		}
	}
}

// left waits until the totem has left word of such a printer, and returns it.
func left(t *testing.T, dir, want string) device.Health {
	t.Helper()
	ctx := waiting(t)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		var h device.Health
		data, err := os.ReadFile(filepath.Join(dir, "health.json"))
		if err == nil {
			err = json.Unmarshal(data, &h)
		}
		if err == nil && h.Printer == want {
			return h
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("the totem has left %q, want a printer that is %q: %v", data, want, err)
		}
	}
}

func TestThePrintersTroubleReachesTheSchedulerAndTheDoctor(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	sheet := openPaper(t, papersim.Config{})
	cfg := provisioned(t, c, config(t, folder(t, "totem"), sheet.Path, c.URL()))
	d := startTotem(t, cfg, now)
	if h := heard(t, c, cfg.Office, 0); h.Profile != cfg.Printer.Profile || h.Unsure != 0 || h.Clock != wire.ClockSynced && h.Clock != wire.ClockUnknown {
		t.Errorf("the scheduler has heard %+v", h)
	}
	if h := left(t, cfg.Data, "ready"); h.Unsure != 0 {
		t.Errorf("the totem has left %+v", h)
	}
	sheet.OpenCover()
	left(t, cfg.Data, "offline+cover-open")
	heard(t, c, cfg.Office, paper.Offline|paper.CoverOpen)
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, "health.json")); !os.IsNotExist(err) {
		t.Errorf("a totem that has stopped leaves word of its printer: %v", err)
	}
}

func TestWhatATotemLeftThatWasKilledIsNotTakenForTheTruth(t *testing.T) {
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", atOpening(t))
	cfg := provisioned(t, c, config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, c.URL()))
	file := filepath.Join(cfg.Data, "health.json")
	if err := os.WriteFile(file, []byte(`{"printer":"jam","unsure":9}`), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := device.Open(t.Context(), cfg, device.Parts{Glass: newGlass(), Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
}
