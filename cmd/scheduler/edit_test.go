package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
)

// answering runs a command whose question is answered.
func answering(answer string, args ...string) (string, error) {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asScheduler+"=1")
	c.Stdin = strings.NewReader(answer + "\n")
	out, err := c.CombinedOutput()
	return string(out), err
}

// says fails unless all patterns are in what a command said, in this order.
func says(t *testing.T, out string, err error, patterns ...string) {
	t.Helper()
	if err != nil {
		t.Errorf("%v", err)
	}
	rest := out
	for _, p := range patterns {
		at := regexp.MustCompile("(?m)" + p).FindStringIndex(rest)
		if at == nil {
			t.Fatalf("it did not say %q in:\n%s", p, out)
		}
		rest = rest[at[1]:]
	}
}

// edited is an office whose totem has given three tickets of a day to come, and told of them.
type edited struct {
	*process
	dir  string
	plan agenda.Plan
	link *natslink.Totem
	totem
}

func newEdited(t *testing.T) edited {
	t.Helper()
	plan, err := agenda.ReadFile(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	e := edited{dir: t.TempDir(), plan: plan}
	if out, err := command("init", "--data", e.dir); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	e.process = start(t, e.dir)
	e.link = dial(t, e.url, plan, enrolled(t, e.url, e.dir, plan))
	e.totem = introduce(t, e.link, plan)
	e.slots = e.slots[len(e.slots)-3:] // late ones: for the last there may be no other time
	if err := e.send(context.Background(), e.link, func(uint64) {}); err != nil {
		t.Fatal(err)
	}
	e.awaitSheet(t, func(s booking.Sheet) bool { return e.told(s) == len(e.slots) })
	return e
}

func (e edited) awaitSheet(t *testing.T, wanted func(booking.Sheet) bool) {
	t.Helper()
	await(t, e.link, func(ev outbox.Event) bool {
		return ev.Pushed != nil && ev.Pushed.Sheet.SheetKey == e.sheet.SheetKey && wanted(ev.Pushed.Sheet)
	})
}

// args adds what every change is told: the files and the day.
func (e edited) args(words ...string) []string {
	return append(words, "--data", e.dir, "--day", e.sheet.Day.String())
}

func (e edited) view(t *testing.T) sheetView {
	t.Helper()
	out, err := command("sheets", "--office", string(e.plan.Office.ID), "--day", e.sheet.Day.String(), "--data", e.dir, "--json")
	var all []sheetView
	if err == nil {
		err = json.Unmarshal([]byte(out), &all)
	}
	i := slices.IndexFunc(all, func(v sheetView) bool { return v.Queue == e.sheet.Queue })
	if err != nil || i < 0 {
		t.Fatalf("%v: %s", err, out)
	}
	return all[i]
}

func TestADayIsEditedBesideASchedulerThatRunsAndWithoutIt(t *testing.T) {
	e := newEdited(t)
	e.voids(t)
	e.stops(t)
	e.fences(t)
	if err := e.link.Close(); err != nil {
		t.Fatal(err)
	}
	e.stop() // from here on without a scheduler
	out, err := command(e.args("edit", "resume", officeFile, string(e.sheet.Queue), "--yes")...)
	says(t, out, err, `instead of 0 at a time$`, `^  1 ticket is moved to the next free time \(given: 1 by ingresso\)$`, `^  \d+ new slots are added$`, "^done$")
	i := slices.IndexFunc(e.view(t).Slots, func(s slotView) bool { return s.Number == e.slots[2] })
	if slot := e.view(t).Slots[i]; slot.State != "issued" || !slot.Moved || slot.Expected == nil || slot.Expected.Before(slot.Start) {
		t.Errorf("the ticket is %+v", slot)
	}
}

// voids cancels two of the three tickets, and replaces them.
func (e edited) voids(t *testing.T) {
	t.Helper()
	void := e.args("void", officeFile, "--queue", string(e.sheet.Queue), "--numbers", string(e.slots[0])+"-"+string(e.slots[1]), "--replace")
	out, err := command(append(void, "--dry-run")...)
	says(t, out, err, `^  2 tickets to cancel: 2 waiting \(given: 2 by ingresso\)$`, "^  2 new slots are added$", "dry run")
	out, err = command(append(void, "--yes", "--json")...)
	var done changeView
	if err == nil {
		err = json.Unmarshal([]byte(out), &done)
	}
	if err != nil || !done.Done || len(done.Sheets) != 1 || done.Sheets[0].Annulled != 2 || done.Sheets[0].Added != 2 ||
		done.Sheets[0].Tickets["issued"] != 2 || len(done.Sheets[0].Totems) != 1 {
		t.Errorf("%v: %s", err, out)
	}
	e.awaitSheet(t, func(s booking.Sheet) bool {
		i, _ := s.Find(e.slots[0])
		return s.Slots[i].State == booking.Cancelled
	})
	out, err = command(append(void, "--yes")...)
	says(t, out, err, "^  as they are: 2 cancelled before$", "^nothing changes$")
	out, err = command(e.args("void", officeFile, "--totem", "nobody", "--yes")...)
	says(t, out, err, "^no ticket is selected$", "^nothing changes$")
}

// stops has the queue stop for the whole day, with the totem connected.
func (e edited) stops(t *testing.T) {
	t.Helper()
	office, queue := string(e.plan.Office.ID), string(e.sheet.Queue)
	stop := e.args("edit", "stop", officeFile, queue)
	out, err := command(append(stop, "--dry-run")...)
	says(t, out, err, "^"+queue+", "+e.sheet.Day.Weekday().String()+" "+e.sheet.Day.String()+":$", "to .*: 0 instead of",
		`^  \d+ free slots are taken out of sale$`, `^  \d+ free slots are asked back from totem ingresso`,
		`^  1 ticket is moved, and no time is free for it \(given: 1 by ingresso\)$`, "told to ask at the desk", "^nothing was changed: this was a dry run$")
	if out, err = answering("no", stop...); err == nil || !strings.Contains(out, "T100: nothing was changed") {
		t.Errorf("not confirmed: %v, %s", err, out)
	}
	if slices.ContainsFunc(e.view(t).Slots, func(s slotView) bool { return s.State == "void" }) {
		t.Error("a preview changed the ledger")
	}
	out, err = answering(office, stop...)
	says(t, out, err, "^Type "+office+" to go on: done")
	e.awaitSheet(t, func(s booking.Sheet) bool {
		return slices.ContainsFunc(s.Slots, func(slot booking.Slot) bool { return slot.Holder == "ingresso" && slot.Ask == booking.AskVoid })
	})
	out, err = command("sheets", "--office", office, "--day", e.sheet.Day.String(), "--data", e.dir)
	says(t, out, err, queue+` .*, 3 tickets \(1 moved, 1 of them without a time\), \d+ void, \d+ free for ingresso \(\d+ asked back\)$`)
	out, err = command(append(stop, "--yes")...)
	says(t, out, err, "^nothing changes$")
}

// fences declares the totem lost.
func (e edited) fences(t *testing.T) {
	t.Helper()
	office, queue := string(e.plan.Office.ID), string(e.sheet.Queue)
	fence := []string{"fence", office, "ingresso", "--data", e.dir}
	out, err := command(append(fence, "--dry-run")...)
	says(t, out, err, "^totem ingresso of office "+office+", never heard:$", `^  it holds \d+ free slots, sold twice if it still gives tickets:$`,
		`^    \d{4}-\d\d-\d\d: .*`+queue+` \d+`, "dry run")
	if out, err = command(append(fence, "--json")...); err == nil || !strings.Contains(out, "--json asks nothing") {
		t.Errorf("--json without an answer beforehand: %v, %s", err, out)
	}
	var v fenceView
	out, err = command(append(fence, "--dry-run", "--json")...)
	if err == nil {
		err = json.Unmarshal([]byte(out), &v)
	}
	if err != nil || v.Done || len(v.Risk) == 0 || v.Risk[0].Free == 0 || v.Totem != "ingresso" {
		t.Errorf("for machines: %v, %s", err, out)
	}
	out, err = answering("ingresso", fence...)
	says(t, out, err, "^Is the device of ingresso destroyed", "^Type ingresso to fence it: totem ingresso of office "+office+" is fenced, and a new store may take its name$",
		`^\d+ free slots are in limbo: the scheduler has them sold again when it has heard the office's other totems, if there are any$`)
}

func TestASheetIsSummedUpInOneLine(t *testing.T) {
	slot := func(state booking.State, h booking.Holder, ask booking.Ask) booking.Slot {
		return booking.Slot{State: state, Holder: h, Ask: ask}
	}
	moved := slot(booking.Issued, "ingresso", 0)
	moved.Ticket.Moved = true
	expected := moved
	expected.Ticket.Expected = time.Unix(60, 0)
	s := booking.Sheet{Slots: []booking.Slot{
		slot(booking.Free, booking.Reserve, 0), slot(booking.Free, "ingresso", booking.AskBack), slot(booking.Free, "ingresso", 0),
		slot(booking.Free, booking.Limbo, booking.AskVoid), slot(booking.Void, booking.Pool, 0), slot(booking.Served, booking.Pool, 0), expected,
	}}
	if got, want := sumOf(s), "7 slots, 2 tickets (1 moved), 1 void, 1 free for reserve, 2 free for ingresso (1 asked back), 1 in limbo (1 asked back)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s.Slots = append(s.Slots, moved)
	if got, want := sumOf(s), "8 slots, 3 tickets (2 moved, 1 of them without a time), 1 void,"; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	if words := []string{askWord(booking.AskNothing), askWord(booking.AskBack), askWord(booking.AskVoid)}; !slices.Equal(words, []string{"", "back", "void"}) {
		t.Errorf("asked is %q", words)
	}
}

func TestALostTotemsRiskAndWhatBecomesOfItsSlotsAreTold(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC)
	d := func(s string) booking.Day {
		d, err := booking.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	var out strings.Builder
	passed := []scheduler.RiskPeer{{Totem: "atrio", Heard: now.Add(-5 * time.Hour)}, {Totem: "retro"}}
	risk := scheduler.Risk{Known: true, Heard: now.Add(-40 * time.Minute), Unfolded: true, Passed: passed, Slots: []scheduler.RiskAt{
		{Day: d("2026-11-23"), Queue: "identita", Free: 9}, {Day: d("2026-11-23"), Queue: "residenza", Free: 2}, {Day: d("2026-11-24"), Queue: "identita", Free: 1}}}
	full := riskTold{"prova", "ingresso", risk, true, now}
	full.print(&out)
	full.printFenced(&out, scheduler.Fenced{Waiting: 12})
	bare := riskTold{office: "prova", totem: "ingresso", Risk: scheduler.Risk{Known: true}, now: now}
	bare.print(&out)
	bare.printFenced(&out, scheduler.Fenced{Returned: 1})
	want := `totem ingresso of office prova, last heard 40 min ago:
  it holds 12 free slots, sold twice if it still gives tickets:
    2026-11-23: identita 9, residenza 2
    2026-11-24: identita 1
  it has told of tickets that are not in the ledger yet; fencing it waits for these
  it may have passed slots on to atrio (last heard 5 h ago), retro (never heard)
  a record of the ledger cannot be read, so there may be more
totem ingresso of office prova is fenced, and a new store may take its name
12 free slots are in limbo, and not sold, until the scheduler has heard what was passed on to atrio (last heard 5 h ago), retro (never heard);
at the latest until each slot's own time. scheduler sheets shows what is in limbo
totem ingresso of office prova, never heard:
  it holds no free slots
totem ingresso of office prova is fenced, and a new store may take its name
1 free slot can be sold again
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAChangeIsToldInAPersonsWords(t *testing.T) {
	plan, err := agenda.ReadFile(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	day, _ := booking.ParseDay("2026-11-24")
	at := func(minutes int) time.Time { return day.At(booking.Clock(9*60+minutes), plan.Zone) }
	now := at(0)
	var out strings.Builder
	s := show{&out, plan, map[booking.TotemID]time.Time{"atrio": now.Add(-time.Minute), "ingresso": now.Add(-3 * time.Hour)}, now}
	s.all([]touched{{
		sheet:   booking.SheetKey{Office: plan.Office.ID, Queue: "identita", Day: day},
		tickets: map[booking.State]int{booking.Issued: 4, booking.Arrived: 1, booking.Called: 1, booking.Served: 2, booking.Cancelled: 3},
		Touched: agenda.Touched{Void: 1, Asked: 6, Limbo: 2, Moved: 1, Untimed: 2, Annulled: 5, Added: 1,
			Totems: []agenda.TouchedTotem{{Totem: "atrio", Asked: 1, Annulled: 2, Moved: 1}, {Totem: "ingresso", Asked: 4, Annulled: 1}, {Totem: "retro", Asked: 1, Untimed: 1}},
			Starts: []agenda.TouchedStart{{Start: at(0), Before: 3, After: 2}, {Start: at(10), Before: 3, After: 2}, {Start: at(20), Before: 2, After: 1},
				{Start: at(60), Before: 2, After: 1}}},
	}, {sheet: booking.SheetKey{Office: plan.Office.ID, Queue: "residenza", Day: day}}}, false)
	want := `identita, Tuesday 2026-11-24:
  5 tickets to cancel: 4 waiting, 1 checked in (given: 2 by atrio, 1 by ingresso)
  as they are: 1 called, 2 served, 3 cancelled before
  09:00 to 09:10: 2 instead of 3 at a time
  09:20: 1 instead of 2 at a time
  10:00: 1 instead of 2 at a time
  1 free slot is taken out of sale
  1 free slot is asked back from totem atrio
  4 free slots are asked back from totem ingresso, last heard 3 h ago; what it sells until it hears of this is moved
  1 free slot is asked back from totem retro, which tells nothing of itself; what it sells until it hears of this is moved
  2 free slots in limbo are asked back from whoever has them
  1 ticket is moved to the next free time (given: 1 by atrio)
  2 tickets are moved, and no time is free for them (given: 1 by retro)
    whoever has one is told to ask at the desk; a time is looked for every minute
  1 new slot is added
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
