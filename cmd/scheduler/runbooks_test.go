package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestTheRunbooksNameCommandsThatThereAre reads every command line of a runbook as the program does, down to its flags.
func TestTheRunbooksNameCommandsThatThereAre(t *testing.T) {
	files, err := filepath.Glob("../../docs/runbooks/*.md")
	if err != nil {
		t.Fatal(err)
	}
	read := make(map[string]int)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range regexp.MustCompile("(?m)(?:`|^\\$ )scheduler ([^`\n#]*)").FindAllStringSubmatch(string(text), -1) {
			root := &cobra.Command{Use: "scheduler", SilenceErrors: true, SilenceUsage: true}
			root.AddCommand(newEdit(), newVoid(), newFence(), newSheets(), newTotems(), newEnrol())
			root.SetOut(io.Discard)
			args := strings.Fields(line[1])
			c, rest, err := root.Find(args)
			if err == nil {
				err = c.ParseFlags(rest)
			}
			if err != nil || c == root {
				t.Errorf("%s: scheduler %s: %v", filepath.Base(file), line[1], err)
			}
			read[filepath.Base(file)]++
		}
	}
	for _, file := range []string{"a-totem-is-lost.md", "a-counter-closes.md", "somebody-took-all-tickets.md"} {
		if read[file] < 2 {
			t.Errorf("%d commands were found in %s", read[file], file)
		}
	}
}
