package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/totem/scheduler/agenda"
)

func TestABackupIsMadeWhileTheSchedulerWorksAndRestoredAfterIt(t *testing.T) {
	plan, err := agenda.ReadFile(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	dir, other := t.TempDir(), t.TempDir()
	file := filepath.Join(t.TempDir(), "totem.jsonl")
	if out, err := command("init", "--data", dir); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := start(t, dir)
	link := dial(t, s.url, plan, enrolled(t, s.url, dir, plan))
	introduce(t, link, plan)
	out, err := command("backup", file, "--data", dir)
	if err != nil || !strings.Contains(out, "holds 1 totem, ") {
		t.Errorf("backup: %v, %s", err, out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if left, err := filepath.Glob(file + ".*"); err != nil || len(left) != 0 {
		t.Errorf("beside it: %v, %v", left, err)
	}
	if out, err := command("restore", file, "--data", dir); err == nil || !strings.Contains(out, "T500") {
		t.Errorf("restored below a scheduler that works: %v, %s", err, out)
	}
	if err := link.Close(); err != nil {
		t.Fatal(err)
	}
	s.stop()
	if out, err := command("restore", file, "--data", dir); err == nil || !strings.Contains(out, "the ledger is not empty") {
		t.Errorf("restored into what is there: %v, %s", err, out)
	}
	if err := os.CopyFS(filepath.Join(other, "identity"), os.DirFS(filepath.Join(dir, "identity"))); err != nil {
		t.Fatal(err)
	}
	out, err = command("restore", file, "--data", other)
	if err != nil || !strings.Contains(out, "restored 1 totem, ") || !strings.Contains(out, "office "+string(plan.Office.ID)+" sells nothing before these totems have told what they hold: "+string(plan.Totems[0])) {
		t.Errorf("restore: %v, %s", err, out)
	}
	// Both are whole: the one that was not restored into, and the one that was.
	start(t, dir).stop()
	start(t, other).stop()
}
