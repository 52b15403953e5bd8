package arch_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"example.org/totem/internal/arch"
)

func TestImportsPointDownwards(t *testing.T) {
	packages, err := arch.Read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) < 10 {
		t.Fatalf("read %d packages: the sources were not found", len(packages))
	}
	for _, breach := range arch.Check(packages) {
		t.Error(breach)
	}
}

func TestNoSimulatorIsLinkedIntoAShippedProgram(t *testing.T) {
	packages, err := arch.Read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"cmd/totem", "cmd/scheduler"} {
		reached := arch.Reach(packages, program)
		if len(reached) < 5 {
			t.Fatalf("%s reaches %v: that cannot be all", program, reached)
		}
		for _, fake := range simulators(reached) {
			t.Errorf("%s links %s", program, fake)
		}
	}
}

// simulators returns those of dirs that only simulators and tests may use.
func simulators(dirs []string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		shipped := dir == "internal/fault" || dir == "internal/event"
		fake := strings.HasPrefix(dir, "internal/") || strings.HasSuffix(dir, "test") || dir == "cmd/simulator"
		return shipped || !fake
	})
}

func TestEachKindOfBreachIsSeen(t *testing.T) {
	tests := []struct{ name, file, source, want string }{
		{"ground on an edge", "booking/a.go", `package booking; import _ "example.org/totem/store"`, "downwards only"},
		{"edge on edge", "store/a.go", `package store; import _ "example.org/totem/ui"`, "edges never import"},
		{"room on its own edge", "scheduler/agenda/a.go", `package agenda; import _ "example.org/totem/scheduler"`, "edges never import"},
		{"another's room", "store/a.go", `package store; import _ "example.org/totem/scheduler/agenda"`, "edges never import"},
		{"ground out of order", "paper/a.go", `package paper; import _ "example.org/totem/booking"`, "in the order"},
		{"rules on rules", "kiosk/a.go", `package kiosk; import _ "example.org/totem/ledger"`, "downwards only"},
		{"shipped on a fake", "cmd/totem/a.go", `package main; import _ "example.org/totem/internal/papersim"`, "no shipped program"},
		{"program on program", "cmd/totem/a.go", `package main; import _ "example.org/totem/cmd/scheduler"`, "no library"},
		{"a clock in the rules", "kiosk/a.go", `package kiosk; import _ "math/rand/v2"`, "no clock"},
		{"a package with no place", "helpers/a.go", `package helpers`, "no place"},
		{"a folder used as a package", "sync/a.go", `package sync`, "folder"},
		{"the event list on ours", "internal/event/a.go", `package event; import _ "example.org/totem/booking"`, "nothing of ours"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			packages, err := arch.Read(fstest.MapFS{tt.file: {Data: []byte(tt.source)}})
			if err != nil {
				t.Fatal(err)
			}
			breaches := strings.Join(arch.Check(packages), "\n")
			if !strings.Contains(breaches, tt.want) {
				t.Errorf("breaches = %q, want one with %q", breaches, tt.want)
			}
		})
	}
}

func TestAHouseUsesItsRoomsAndRoomsEachOther(t *testing.T) {
	packages, err := arch.Read(fstest.MapFS{
		"scheduler/a.go":       {Data: []byte(`package scheduler; import _ "example.org/totem/scheduler/agenda"`)},
		"scheduler/vault/a.go": {Data: []byte(`package vault; import _ "example.org/totem/scheduler/agenda"`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := arch.Check(packages); len(got) > 0 {
		t.Errorf("breaches = %q, want none", got)
	}
}

func TestAFakeIsFoundThroughOtherPackages(t *testing.T) {
	packages, err := arch.Read(fstest.MapFS{
		"cmd/totem/main.go":            {Data: []byte(`package main; import _ "example.org/totem/cmd/internal/device"`)},
		"cmd/internal/device/a.go":     {Data: []byte(`package device; import _ "example.org/totem/internal/papersim"`)},
		"internal/papersim/printer.go": {Data: []byte(`package papersim`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := simulators(arch.Reach(packages, "cmd/totem")); !slices.Equal(got, []string{"internal/papersim"}) {
		t.Errorf("simulators linked = %v, want internal/papersim", got)
	}
}
