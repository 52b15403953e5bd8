package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"example.org/totem/internal/cluster"
)

func TestMain(m *testing.M) {
	cluster.Serve()
	servePart()
	os.Exit(m.Run())
}

// wanted are the rows that docs/performance.md promises, in its order.
func wanted() []string {
	return []string{"issue", "issue-scale", "issues-per-second", "bookings-per-second", "bookings-r1-1", "bookings-r1-64", "bookings-r3-1", "bookings-r3-64", "first-byte", "slip-bytes", "slip-time", "slips-9600", "slips-19200", "slips-38400", "slips-57600", "slips-115200", "push", "catch-up",
		"outage-cost", "broadcast", "broadcast-p99", "targeted-push", "targeted-push-p99", "client-memory", "client-cpu", "idle-cpu", "memory", "start", "touch-pixel"}
}

func TestEveryFigureIsInTheTableOnceAndMeasured(t *testing.T) {
	page, err := os.ReadFile("../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range figures() {
		ids = append(ids, f.id)
		if f.unit == "" || f.measure == nil {
			t.Errorf("%s: unit %q, nothing measures it: %v", f.id, f.unit, f.measure == nil)
		}
		if !strings.Contains(string(page), "`"+f.id+"`") {
			t.Errorf("docs/performance.md does not tell of %s", f.id)
		}
	}
	if diff := cmp.Diff(wanted(), ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARowThatCannotBeMeasuredSaysWhyAndHasNoRatio(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.json")
	var out, progress bytes.Buffer
	if status := run([]string{"--rows", "touch-pixel,idle-cpu", "--json", "--out", file, "--dir", t.TempDir(), "--programs", t.TempDir()}, &out, &progress); status != exitOK {
		t.Fatalf("status %d: %s", status, progress.String())
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(out.String(), string(written)); diff != "" {
		t.Errorf("printed and written differ:\n%s", diff)
	}
	var rows []map[string]any
	if err := json.Unmarshal(written, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0]["id"] != "idle-cpu" || rows[1]["id"] != "touch-pixel" {
		t.Fatalf("rows %v", rows)
	}
	for _, r := range rows {
		note, _ := r["note"].(string)
		_, ratio := r["ratio"]
		if !strings.HasPrefix(note, "not measured here: ") || ratio || r["unit"] == "" || r["n"] != 0.0 {
			t.Errorf("row %v", r)
		}
	}
}

func TestAMeasuredRowHoldsValueBaselineAndTheirRatio(t *testing.T) {
	for _, c := range []struct {
		m    measured
		err  error
		want string
	}{
		{measured{3, 2, 7, "so"}, nil, `{"id":"x","value":3,"baseline":2,"unit":"µs","ratio":1.5,"n":7,"note":"so"}`},
		{measured{value: 3, n: 7}, nil, `{"id":"x","value":3,"unit":"µs","n":7,"note":""}`},
		{measured{}, cannot{"no disk"}, `{"id":"x","unit":"µs","n":0,"note":"not measured here: no disk"}`},
		{measured{}, errors.New("smoke"), `{"id":"x","unit":"µs","n":0,"note":"not measured, it failed: smoke"}`},
	} {
		r := Row{ID: "x", Unit: "µs"}
		r.fill(c.m, c.err)
		got, err := json.Marshal(r)
		if err != nil || string(got) != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
	}
}

func TestAnUnknownRowIsAWrongCommandLineThatListsTheRows(t *testing.T) {
	for _, args := range [][]string{{"--rows", "issue,nonsense"}, {"nonsense"}, {"--nonsense"}} {
		var progress bytes.Buffer
		if status := run(args, io.Discard, &progress); status != exitUsage {
			t.Errorf("%q ended with %d", args, status)
		}
		if !strings.Contains(progress.String(), "T100") || args[0] == "--rows" && !strings.Contains(progress.String(), strings.Join(wanted(), ", ")) {
			t.Errorf("%q: %s", args, progress.String())
		}
	}
}

func TestARatioThatMissesItsGoalIsMarked(t *testing.T) {
	all := []figure{{id: "slow", goal: atMost(1.3)}, {id: "good", goal: atMost(1.3)}, {id: "few", goal: atLeast(0.5)}, {id: "enough", goal: atLeast(0.5)}, {id: "plain"}}
	var rows []Row
	for i, ratio := range []float64{1.4, 1.3, 0.4, 0.5, 9} {
		rows = append(rows, Row{ID: all[i].id, Ratio: new(ratio)})
	}
	var out bytes.Buffer
	if err := printTable(&out, all, rows); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n")[1:] {
		id := strings.Fields(line)[0]
		if marked := strings.Contains(line, " !"); marked != (id == "slow" || id == "few") {
			t.Errorf("marked %v: %s", marked, line)
		}
	}
}

func TestAMedianIsNotMovedByOneBadBlock(t *testing.T) {
	l := &lab{progress: io.Discard}
	var order []int
	values := []float64{100, 1, 2, 3, 999, 2}
	medians, err := l.interleave(t.Context(), 5,
		func(_ context.Context, block int) (float64, error) {
			order = append(order, 0)
			return values[block], nil
		},
		func(_ context.Context, block int) (float64, error) { order = append(order, 1); return 10, nil })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{2, 10}, medians); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0}, order); diff != "" {
		t.Errorf("turns (-want +got):\n%s", diff)
	}
}

func TestALineThatPausesIsMeasuredAsSuch(t *testing.T) {
	const baud = 115200
	for _, pause := range []bool{false, true} {
		far, err := openFarEnd(baud)
		if err != nil {
			t.Skip(err)
		}
		near, err := os.OpenFile(far.path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		slip := bytes.Repeat([]byte("0123456789abcdef"), 40)
		makeRaw(t, near)
		half := len(slip) / 2
		if !pause {
			half = len(slip)
		}
		if _, err := near.Write(slip[:half]); err != nil {
			t.Fatal(err)
		}
		arrived(t, far, half)
		if _, err := near.Write(slip[half:]); err != nil {
			t.Fatal(err)
		}
		arrived(t, far, len(slip))
		first, last, ok := far.find(slip)
		if paused := last.Sub(first) > lineTime(len(slip), baud); !ok || paused != pause {
			t.Errorf("%s for %s of bytes, %v; paused: %v", last.Sub(first), lineTime(len(slip), baud), ok, pause)
		}
		if err := errors.Join(near.Close(), far.close()); err != nil {
			t.Error(err)
		}
	}
}

func makeRaw(t *testing.T, near *os.File) {
	t.Helper()
	mode, err := unix.IoctlGetTermios(int(near.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	mode.Oflag, mode.Lflag = 0, 0
	if err := unix.IoctlSetTermios(int(near.Fd()), unix.TCSETS, mode); err != nil {
		t.Fatal(err)
	}
}

// arrived waits until n bytes have passed the line.
func arrived(t *testing.T, far *farEnd, n int) {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for len(far.printer.Received()) < n {
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatal("the bytes do not arrive")
		}
	}
}
