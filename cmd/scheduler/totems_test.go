package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

func totems(t *testing.T, args ...string) (fleet []totemView) {
	t.Helper()
	out, err := command(append([]string{"totems", "--json"}, args...)...)
	if err == nil {
		err = json.Unmarshal([]byte(out), &fleet)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return fleet
}

func TestTheFleetIsShownBesideASchedulerThatRunsAndWithoutIt(t *testing.T) {
	plan, err := agenda.ReadFile(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if out, err := command("init", "--data", dir); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := start(t, dir)
	link := dial(t, s.url, plan, enrolled(t, s.url, dir, plan))
	store := introduce(t, link, plan).store
	if fleet := totems(t, "--data", dir); len(fleet) != 1 || fleet[0].Heard != nil || fleet[0].Store != scheduler.BondKnown || fleet[0].Key != "enrolled" ||
		fleet[0].Trouble != scheduler.TroubleSilent {
		t.Errorf("before it told anything: %+v", fleet)
	}
	at := time.Now().UTC().Truncate(time.Minute)
	told := wire.Health{Incarnation: store, N: 1, Printer: paper.CoverOpen | paper.PaperEnd, Since: at.Add(-12 * time.Minute), Profile: "generic-80",
		Paper: wire.PaperLeft{Known: true, LeftMM: 4210, Slips: 31}, Unsure: 2, Clock: wire.ClockHoldover, Program: "totem 1.0",
		Touch: wire.PartWorks, Keypad: wire.PartSilent, Scanner: wire.PartNone, Sound: wire.PartWorks}
	if n, err := link.Health(context.Background(), told); err != nil || n.N != 1 {
		t.Fatalf("%+v, %v", n, err)
	}
	for _, when := range []string{"beside a scheduler that runs", "without one"} {
		fleet := totems(t, "--data", dir, "--trouble", "--office", string(plan.Office.ID))
		if len(fleet) != 1 {
			t.Fatalf("%s: %+v", when, fleet)
		}
		v := fleet[0]
		if v.Trouble != scheduler.TroublePrinter || v.Printer != "cover-open+paper-end" || v.Heard.Before(at) || !v.Since.Equal(told.Since) || !v.Unready.Equal(told.Since) ||
			*v.Paper != (paperView{4210, 31}) || *v.Unsure != 2 || v.Clock != wire.ClockHoldover || v.Program != "totem 1.0" || v.Profile != "generic-80" ||
			*v.Touch != (partView{State: wire.PartWorks}) || v.Keypad.State != wire.PartSilent || v.Keypad.Down.Before(at) ||
			*v.Scanner != (partView{}) || *v.Sound != (partView{State: wire.PartWorks}) {
			t.Errorf("%s: %+v", when, v)
		}
		if fleet := totems(t, "--data", dir, "--trouble", "--unready", "1h"); len(fleet) != 0 {
			t.Errorf("%s, with more patience: %+v", when, fleet)
		}
		out, err := command("totems", "--data", dir)
		if err != nil || !strings.Contains(out, "\nprinter ") || !strings.Contains(out, "cover-open+paper-end for 1") || !strings.Contains(out, "4.2 m, about 31 slips") {
			t.Errorf("%s: %v\n%s", when, err, out)
		}
		if when == "beside a scheduler that runs" {
			if err := link.Close(); err != nil {
				t.Fatal(err)
			}
			s.stop()
		}
	}
	s = start(t, dir)
	var fenced fenceView
	out, err := command("fence", string(plan.Office.ID), string(plan.Totems[0]), "--data", dir, "--yes", "--json")
	if err == nil {
		err = json.Unmarshal([]byte(out), &fenced)
	}
	if err != nil || !fenced.Done || fenced.Totem != plan.Totems[0] {
		t.Fatalf("%v: %s", err, out)
	}
	if fleet := totems(t, "--data", dir); len(fleet) != 1 || fleet[0].Heard != nil || fleet[0].Store != scheduler.BondFenced || fleet[0].Key != "revoked" || fleet[0].Trouble != "" {
		t.Errorf("fenced: %+v", fleet)
	}
	s.stop()
}

func TestTheTotemsInTroubleComeFirst(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC)
	one := booking.Incarnation{1}
	m := ledger.Member{Office: "rm001", Totem: "t1", Incarnation: one, Speaks: 2, Merged: 7}
	h := ledger.Health{Heard: now.Add(-3 * time.Minute), Told: wire.Health{Incarnation: one, N: 1, Profile: "generic-80", Clock: wire.ClockSynced}}
	var fleet []totemView
	for _, edit := range []func(*ledger.Health){
		func(h *ledger.Health) { h.Told.Printer = paper.NearEnd },
		func(h *ledger.Health) { h.Heard = now.Add(-3 * time.Hour) },
		func(h *ledger.Health) { h.Told.Sound, h.Down.Sound = wire.PartSilent, now.Add(-3*time.Hour) },
		func(h *ledger.Health) {
			h.Told.Touch, h.Told.Keypad, h.Down.Touch = wire.PartStuck, wire.PartWorks, now.Add(-12*time.Minute)
		},
		func(h *ledger.Health) { h.Told.Printer, h.Unready = paper.Silent, now.Add(-50*time.Hour) },
		func(h *ledger.Health) {},
		func(h *ledger.Health) { *h = ledger.Health{} },
	} {
		h := h
		edit(&h)
		fleet = append(fleet, viewOf(m, h, 8, scheduler.Patience{}, now))
	}
	worstFirst(fleet)
	var out strings.Builder
	if err := printTotems(&out, fleet, false, now); err != nil {
		t.Fatal(err)
	}
	want := `TROUBLE    OFFICE  TOTEM  HEARD      PRINTER            PAPER LEFT  UNSURE  CLOCK   TOUCH             KEYPAD  READER  SOUND           BOARD      PROGRAM  STORE    KEY
silent     rm001   t1     3 h ago    ready              -           0       synced  none              none    none    none            -          -        awaited  none
silent     rm001   t1     never      -                  -           -       -       -                 -       -       -               -          -        awaited  none
touch      rm001   t1     3 min ago  ready              -           0       synced  stuck for 12 min  works   none    none            -          -        awaited  none
printer    rm001   t1     3 min ago  silent for 2 days  -           0       synced  none              none    none    none            -          -        awaited  none
sound      rm001   t1     3 min ago  ready              -           0       synced  none              none    none    silent for 3 h  -          -        awaited  none
paper-low  rm001   t1     3 min ago  near-end           -           0       synced  none              none    none    none            -          -        awaited  none
-          rm001   t1     3 min ago  ready              -           0       synced  none              none    none    none            -          -        awaited  none
`
	if got := out.String(); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
