package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/internal/disk/ext4"
)

func TestTwoBuildsMakeTheSameBytes(t *testing.T) {
	arch := os.Getenv("TOTEM_IMAGE_TWICE")
	if arch == "" {
		t.Skip("builds an image twice from packages: set TOTEM_IMAGE_TWICE to arm64 or amd64, and call go test with -timeout 40m")
	}
	var sums []string
	folder := t.TempDir()
	for _, name := range []string{"one", "two"} {
		b := building{raw: true, out: filepath.Join(folder, name), figures: filepath.Join(folder, "image.json")}
		b.root.Arch, b.root.Repository, b.root.Development = arch, "../..", filepath.Join(folder, "development")
		if err := b.run(t.Context(), newDiary(os.Stderr)); err != nil {
			t.Fatal(err)
		}
		sum, err := hashOf(b.path(".img"))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum)
	}
	if sums[0] != sums[1] {
		t.Errorf("%s and %s", sums[0], sums[1])
	}
}

func TestPackedImagesAreTheSameEachTimeAndTellHowFarTheyAre(t *testing.T) {
	if _, err := ext4.Tool("zstd"); err != nil {
		t.Skip(err)
	}
	folder := t.TempDir()
	from := filepath.Join(folder, "image")
	place(t, from, string(bytes.Repeat([]byte("0123456789abcdef"), 300_000)))
	now, told := time.Unix(0, 0), new(bytes.Buffer)
	d := &diary{out: told, began: now, now: func() time.Time { now = now.Add(beat); return now }}
	var sums []string
	for _, name := range []string{"one", "two"} {
		size, err := compress(t.Context(), from, filepath.Join(folder, name), d)
		if err != nil || size <= 0 || size > 100_000 {
			t.Fatalf("%d bytes, %v", size, err)
		}
		sum, err := hashOf(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum)
	}
	if sums[0] != sums[1] || !bytes.Contains(told.Bytes(), []byte("compressing: 100 %")) {
		t.Errorf("%v: %s", sums, told)
	}
	if _, err := compress(t.Context(), filepath.Join(folder, "none"), filepath.Join(folder, "x"), newDiary(io.Discard)); err == nil {
		t.Error("nothing was packed")
	}
}
