package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatTheSystemStartsIsACommand(t *testing.T) {
	files, err := filepath.Glob("../../images/root/usr/lib/systemd/system/totem-*.service")
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, file := range files {
		unit, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(unit)) {
			key, start, _ := strings.Cut(strings.TrimSpace(line), "=")
			_, arguments, ours := strings.Cut(start, "/usr/bin/totem ")
			if !strings.HasPrefix(key, "Exec") || !ours || tried[arguments] {
				continue
			}
			tried[arguments] = true
			tryHelp(t, filepath.Base(file), strings.Fields(arguments))
		}
	}
	if len(tried) < 8 {
		t.Errorf("the units start %d commands of ours: %v", len(tried), tried)
	}
}

// tryHelp asks for the help of a command with all its flags, which refuses those that it does not know.
func tryHelp(t *testing.T, unit string, arguments []string) {
	t.Helper()
	out, err := exec.Command("totem", append(arguments, "--help")...).CombinedOutput()
	words := "totem"
	for _, a := range arguments {
		if strings.HasPrefix(a, "-") {
			break
		}
		words += " " + a
	}
	if err != nil || !strings.Contains(string(out), "\nUsage:\n  "+words+" [") && !strings.Contains(string(out), "\nUsage:\n  "+words+"\n") {
		t.Errorf("%s starts %q, which is no command: %v\n%s", unit, strings.Join(arguments, " "), err, out)
	}
}
