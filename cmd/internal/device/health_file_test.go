package device

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/store"
)

func TestWordOfThePrinterIsLeftWhenItIsNewsAndNamesNoTimeThatNobodyKnows(t *testing.T) {
	dir := t.TempDir()
	nobody := Machine{Boot: func() string { return "one" }}.complete(false)
	c := &clock{now: time.Now, steady: func() time.Duration { return 0 }, machine: nobody}
	c.begin(time.Time{}, memory{}, memory{})
	v := newVitals(&Device{front: new(front), cfg: Config{Data: dir}, parts: Parts{Machine: nobody}, clock: c})
	v.slips(2)
	if h, ok := readHealth(dir); ok {
		t.Fatalf("before the printer was looked at the file says %+v", h)
	}
	v.printer(paper.Jam)
	if h, ok := readHealth(dir); !ok || h.Clock != ClockUnknown || !h.At.IsZero() || !h.Since.IsZero() || h.Unsure != 2 || h.Boot != "one" {
		t.Fatalf("the file says %+v, %v", h, ok)
	}
	file := filepath.Join(dir, healthFile)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	v.slips(2)
	v.printer(paper.Jam)
	v.paper(paper.Supply{Near: true})
	if h, ok := readHealth(dir); ok {
		t.Errorf("what was no news is written again: %+v", h)
	}
	if v.slips(3); !exists(file) {
		t.Error("news are not written")
	}
	if err := os.Mkdir(file+".new", 0o700); err != nil { // as a disk that is full
		t.Fatal(err)
	}
	if v.slips(4); exists(file) {
		t.Error("what is not true any more is left")
	}
	if err := os.Remove(file + ".new"); err != nil {
		t.Fatal(err)
	}
	if v.slips(4); !exists(file) {
		t.Error("what could not be written is not tried again")
	}
	if v.forget(); exists(file) {
		t.Error("a totem that is not at work leaves word")
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func TestASlipThatCannotBeAskedForAgainIsToldAsItWasBefore(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "totem.db"), Office: "valfiorita", Totem: "ingresso"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	office := booking.Office{ID: "valfiorita", Name: locale.Text{"it": "Anagrafe"}}
	c := &conversation{store: s, office: office, zone: time.UTC, printed: func() { t.Error("the printer was woken") }}
	for _, known := range []paper.Outcome{paper.NotPrinted, paper.Unknown} {
		gone := kiosk.Ticket{Job: 99, Number: booking.NewNumber("A", 1), Code: "482917305566"}
		answers := c.reprint(t.Context(), kiosk.Reprint{Ticket: gone, Lang: "it", Known: known})
		if len(answers) != 1 {
			t.Fatalf("%s: %v", known, answers)
		}
		if ended, ok := answers[0].(kiosk.SlipEnded); !ok || ended.Job != 99 || ended.Result.Outcome != known {
			t.Errorf("%s: %+v", known, answers[0])
		}
	}
}
