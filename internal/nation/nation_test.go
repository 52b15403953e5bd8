package nation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/nation"
	"example.org/totem/ledger"
)

// play plays a day by a clock that stands still, so that nothing of the report depends on the machine.
func play(t *testing.T, cfg nation.Config) nation.Report {
	t.Helper()
	memory := ledger.NewMemory()
	cfg.Book, cfg.Roster, cfg.Tallies, cfg.Keys = memory, memory, memory, nation.NewKeys(cfg.Seed)
	cfg.Clock = func() time.Time { return time.Time{} }
	r, err := nation.Play(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestANationsDayKeepsEveryPromise(t *testing.T) {
	var told []nation.Progress
	r := play(t, nation.Config{Offices: 3, Totems: 7, Seed: 3, Workers: 2, Outages: 0.5, Progress: func(p nation.Progress) { told = append(told, p) }})
	for _, wrong := range r.Wrong {
		t.Error(wrong)
	}
	if r.Walk < 60 || r.Offline < 5 || r.Web < 60 || r.Released < 5 || r.Checked < 2*(r.Walk+r.Web) {
		t.Errorf("too little happened: %+v", r.Counts)
	}
	if last := told[len(told)-1]; last.Stage != "closing" || last.Tickets != r.Walk+r.Web {
		t.Errorf("the last that was told of the progress is %+v", last)
	}
}

func TestTheSameSeedIsTheSameDay(t *testing.T) {
	a, b := play(t, nation.Config{Offices: 2, Totems: 5, Seed: 8, Workers: 1}), play(t, nation.Config{Offices: 2, Totems: 5, Seed: 8, Workers: 2})
	if diff := cmp.Diff(a.Counts, b.Counts); diff != "" {
		t.Error(diff)
	}
}

func TestAReportIsReadByPeopleAndPrograms(t *testing.T) {
	r := play(t, nation.Config{Offices: 1, Totems: 3, Seed: 1})
	r.Wrong = append(r.Wrong, "A001 of somewhere is sold twice")
	if text := r.Text(); !strings.Contains(text, "**1 broken**") || !strings.Contains(text, "sold twice") {
		t.Error("a broken promise is not told:\n", text)
	}
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var back nation.Report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Walk != r.Walk {
		t.Errorf("read back: %v, %+v", err, back.Counts)
	}
}

func TestADayThatCannotBeIsRefused(t *testing.T) {
	for name, cfg := range map[string]nation.Config{"no office": {Totems: 3}, "fewer totems than offices": {Offices: 4, Totems: 3}, "no ledger": {Offices: 1, Totems: 1}} {
		if _, err := nation.Play(context.Background(), cfg); err == nil {
			t.Errorf("%s: it was played", name)
		}
	}
}
