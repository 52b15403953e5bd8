package issuing_test

import (
	"bytes"
	"context"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
)

var update = flag.Bool("update", false, "write the pictures anew")

func TestATicketLeavesTheSameDotsOnEveryProcessor(t *testing.T) {
	for _, name := range []string{"epson-tm-t20", "ttl-58"} {
		t.Run(name, func(t *testing.T) {
			profile, err := escpos.LoadProfile(name)
			if err != nil {
				t.Fatal(err)
			}
			model, ok := papersim.ModelOf(name)
			if !ok {
				t.Fatalf("no simulated %s", name)
			}
			sheet, err := papersim.OnPTY(papersim.Config{Model: model}, papersim.Line{})
			if err != nil {
				t.Fatal(err)
			}
			defer sheet.Close()
			calm := escpos.Limits{Answer: 10 * time.Second, Stall: 20 * time.Second, Slip: 20 * time.Second} // processors are emulated too
			p, err := escpos.Open(escpos.Config{Path: sheet.Path, Profile: profile, Baud: 115200, Limits: calm})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			since := time.Now()
			now := func() time.Time { return opens.Add(time.Since(since)) }
			s := openStore(t, t.TempDir(), now)
			defer s.Close()
			d := start(t, s, p, now)
			defer d.stop()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			last, err := d.take(ctx, "it")
			if err != nil || last.Name != "take" {
				t.Fatalf("the ticket ends on the screen %q: %v", last.Name, err)
			}
			if model.NoCutter {
				rests(ctx, t, sheet)
				sheet.Tear()
			}
			slips := sheet.Slips()
			if len(slips) != 1 {
				t.Fatalf("%d slips came out", len(slips))
			}
			compare(t, filepath.Join("testdata", name+".png"), slips[0])
		})
	}
}

// rests waits until the paper stands still: a printer without a cutter feeds the slip out after it has answered.
func rests(ctx context.Context, t *testing.T, sheet *papersim.PTY) {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for sheet.State().Printing {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal("the paper never stands still")
		}
	}
}

// compare holds a slip against the picture of the same one that was kept.
func compare(t *testing.T, file string, slip papersim.Slip) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, slip.PNG(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(kept))
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != slip.Image.Bounds() {
		t.Fatalf("the slip is %v dots, the one kept in %s %v", slip.Image.Bounds().Max, file, want.Bounds().Max)
	}
	differ := 0
	for y := range want.Bounds().Max.Y {
		for x := range want.Bounds().Max.X {
			r, _, _, _ := want.At(x, y).RGBA()
			if (r == 0) != slip.Black(x, y) {
				differ++
			}
		}
	}
	if differ > 0 {
		t.Errorf("%d dots differ from %s", differ, file)
	}
}
