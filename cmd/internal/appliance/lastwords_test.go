package appliance_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/internal/fault"
)

func TestTheLastWordsOfAProgramAreFoundAgain(t *testing.T) {
	folder := t.TempDir()
	kiosk, display := filepath.Join(folder, "kiosk"), filepath.Join(folder, "display")
	if got := appliance.LastWords(kiosk, display); got != (appliance.Complaint{}) {
		t.Errorf("nobody has said anything, and %+v was read", got)
	}
	damaged := fault.New(fault.CodeStoreDamaged, errors.New("page 17"), "put it aside", "the database is damaged")
	want := appliance.ComplaintOf("totem-kiosk.service", damaged)
	if want.Code != fault.CodeStoreDamaged || want.Cause != "page 17" || want.Sentence != "the database is damaged" || want.Remedy != "put it aside" {
		t.Errorf("of %v it says %+v", damaged, want)
	}
	if err := want.Leave(kiosk); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(kiosk); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v: the service screen's unit cannot read it", info.Mode(), err)
	}
	if got := appliance.LastWords(kiosk, display); got != want {
		t.Errorf("read %+v, want %+v", got, want)
	}
	other := appliance.ComplaintOf("totem-display.service", errors.New("no screen"))
	if err := other.Leave(display); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(display, later, later); err != nil {
		t.Fatal(err)
	}
	if got := appliance.LastWords(kiosk, display); got != other {
		t.Errorf("read %+v, want the newer %+v", got, other)
	}
	if err := errors.Join(appliance.Forget(display), appliance.Forget(display)); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(kiosk, []byte("{half"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := appliance.LastWords(kiosk, display); got != (appliance.Complaint{}) {
		t.Errorf("of a damaged file it reads %+v", got)
	}
}

func TestACauseIsCutBetweenLetters(t *testing.T) {
	for extra := range 3 {
		c := appliance.ComplaintOf("u", errors.New(strings.Repeat("x", extra)+strings.Repeat("ô", 1000)))
		if len(c.Cause) > 410 || !utf8.ValidString(c.Cause) || !strings.HasSuffix(c.Cause, "…") {
			t.Errorf("%d bytes, valid %v", len(c.Cause), utf8.ValidString(c.Cause))
		}
	}
}

func TestWhatSystemdTellsOfAProgramIsSaidInWords(t *testing.T) {
	for _, c := range []struct{ result, status, want string }{
		{"watchdog", "KILL", "the program hung and was ended"},
		{"oom-kill", "KILL", "the program was ended because memory ran out"},
		{"timeout", "KILL", "the program was not ready in time and was ended"},
		{"core-dump", "SEGV", "the program was ended by signal SEGV"},
		{"signal", "BUS", "the program was ended by signal BUS"},
		{"exit-code", "203", "the program ended with status 203"},
		{"resources", "", "the program could not be started"},
		{"something new", "", "the program was ended"},
	} {
		told := map[string]string{"MONITOR_UNIT": "totem-kiosk.service", "MONITOR_SERVICE_RESULT": c.result, "MONITOR_EXIT_STATUS": c.status}
		got := appliance.Monitored(func(name string) string { return told[name] })
		want := appliance.Complaint{Unit: "totem-kiosk.service", Code: fault.CodeEnded, Sentence: c.want, Cause: "systemd says: " + c.result}
		if got != want {
			t.Errorf("of %q it says %+v, want %+v", c.result, got, want)
		}
	}
	for _, told := range []map[string]string{nil, {"MONITOR_UNIT": "totem-kiosk.service", "MONITOR_SERVICE_RESULT": "success"}} {
		if got := appliance.Monitored(func(name string) string { return told[name] }); got.Code != "" || got.Sentence != "" {
			t.Errorf("of %v it says %+v", told, got)
		}
	}
}
