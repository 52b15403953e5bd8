package main

import (
	"os"
	"testing"
	"time"
)

func TestARootTreeIsBuiltOfPackages(t *testing.T) {
	work, arch := os.Getenv("TOTEM_ROOT_WORK"), os.Getenv("TOTEM_ROOT_ARCH")
	if work == "" {
		t.Skip("builds from packages: set TOTEM_ROOT_WORK to a folder that may be emptied, TOTEM_ROOT_ARCH to arm64 or amd64")
	}
	begin := time.Now()
	root, err := BuildRoot(t.Context(), RootConfig{Repository: "../..", Arch: arch, Work: work,
		Say: func(line string) { t.Logf("%5.1f s  %s", time.Since(begin).Seconds(), line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", root.Used)
}
