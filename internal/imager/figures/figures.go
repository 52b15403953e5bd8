// Package figures keeps build/image.json: what an image of a totem is worth in numbers, each with its goal. The builder
// and the tests of the image each add what they have measured.
package figures

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Row is one figure of one architecture.
type Row struct {
	ID    string  `json:"id"`
	Arch  string  `json:"arch"` // arm64 or amd64
	Value float64 `json:"value"`
	Goal  string  `json:"goal"` // as <= 500; "" for none
	Unit  string  `json:"unit"`
	Note  string  `json:"note"` // how it was measured
}

// The figures, with the one place that says their goals. A test of the image takes its row from here and sets Arch,
// Value and, if it likes, Note.
func rows() []Row {
	return []Row{
		{ID: "slot_mb", Goal: "<= 500", Unit: "MB", Note: "what the files of one root slot take"},
		{ID: "image_mb", Goal: "<= 220", Unit: "MB", Note: "the compressed image of the card"},
		{ID: "build_cold_s", Goal: "<= 1200", Unit: "s", Note: "built with nothing in the cache"},
		{ID: "build_warm_s", Goal: "<= 240", Unit: "s", Note: "built with the packages in the cache"},
		{ID: "boot_to_start_s", Goal: "<= 70", Unit: "s", Note: "from power to the start screen"},
		{ID: "stop_s", Goal: "<= 8", Unit: "s", Note: "from the stop signal to power off"},
		{ID: "power_cuts", Goal: ">= 200", Unit: "points", Note: "points of a write log at which the power was cut, all whole"},
	}
}

// New returns the row of a figure, with its goal and unit. It panics for an id that there is not: that is a mistake of
// the program.
func New(id, arch string, value float64) Row {
	for _, r := range rows() {
		if r.ID == id {
			r.Arch, r.Value = arch, value
			return r
		}
	}
	panic("figures: no figure is called " + id)
}

// Met reports whether the value reaches the goal; a row without a goal always does.
func (r Row) Met() bool {
	var sign string
	var limit float64
	if _, err := fmt.Sscanf(r.Goal, "%s %g", &sign, &limit); err != nil {
		return true
	}
	if sign == ">=" {
		return r.Value >= limit
	}
	return r.Value <= limit
}

// Read returns the rows of a file; none for a file that is not there.
func Read(path string) ([]Row, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the figures: %w", err)
	}
	var all []Row
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("read the figures of %s: %w", path, err)
	}
	return all, nil
}

// Add puts rows into a file, each in place of an earlier one of the same id and architecture, and leaves the others.
// Folder and file are made where they are not there. One process at a time.
func Add(path string, added ...Row) error {
	all, err := Read(path)
	if err != nil {
		return err
	}
	for _, r := range added {
		all = slices.DeleteFunc(all, func(old Row) bool { return old.ID == r.ID && old.Arch == r.Arch })
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b Row) int { return cmp.Or(cmp.Compare(a.Arch, b.Arch), cmp.Compare(place(a.ID), place(b.ID))) })
	var data bytes.Buffer
	e := json.NewEncoder(&data)
	e.SetEscapeHTML(false) // goals are to be read by people too
	e.SetIndent("", "  ")
	if err := e.Encode(all); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	next := path + ".next"
	if err := os.WriteFile(next, data.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return os.Rename(next, path)
}

func place(id string) int { return slices.IndexFunc(rows(), func(r Row) bool { return r.ID == id }) }
