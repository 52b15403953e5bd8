package imagetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/totem/internal/imager/figures"
)

// report is what was found.
type report struct {
	Arch        string    `json:"arch"`
	Image       string    `json:"image"`
	Accelerated bool      `json:"accelerated"` // under KVM; else every instruction was emulated
	Begun       time.Time `json:"begun"`
	Seconds     float64   `json:"seconds"`
	Cases       []outcome `json:"cases"`
}

// outcome is what was found in one case.
type outcome struct {
	Name     string             `json:"name"`
	Title    string             `json:"title"`
	OK       bool               `json:"ok"`
	Error    string             `json:"error,omitempty"`
	Seconds  float64            `json:"seconds"`
	Figures  map[string]float64 `json:"figures,omitempty"`
	Pictures []string           `json:"pictures,omitempty"`
	Notes    []string           `json:"notes,omitempty"`
}

func (r *report) failed() int {
	n := 0
	for _, c := range r.Cases {
		if !c.OK {
			n++
		}
	}
	return n
}

// inImageJSON are the figures that have a goal.
func inImageJSON() []string { return []string{"boot_to_start_s", "stop_s", "power_cuts"} }

// write writes report.json and report.md, and adds the figures that have a goal to the image's.
func (r *report) write(opt Options) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(filepath.Join(opt.Out, "report.json"), append(b, '\n'), 0o644),
		os.WriteFile(filepath.Join(opt.Out, "report.md"), []byte(r.page()), 0o644))
	var rows []figures.Row
	for _, c := range r.Cases {
		for _, id := range inImageJSON() {
			if v, ok := c.Figures[id]; ok && c.OK {
				row := figures.New(id, r.Arch, v)
				row.Note += ", " + how(r.Accelerated)
				rows = append(rows, row)
			}
		}
	}
	if len(rows) > 0 {
		err = errors.Join(err, figures.Add(opt.Figures, rows...))
	}
	return err
}

// how says how machines ran.
func how(kvm bool) string {
	if kvm {
		return "under KVM"
	}
	return "emulated"
}

// page is the report for people.
func (r *report) page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The image for %s, tried\n\n`%s`, %s, %s, in %.0f s: %d of %d cases hold.\n\n", r.Arch, filepath.Base(r.Image), how(r.Accelerated),
		r.Begun.UTC().Format("2006-01-02 15:04 MST"), r.Seconds, len(r.Cases)-r.failed(), len(r.Cases))
	b.WriteString("| case | what | | s | figures |\n|---|---|---|---|---|\n")
	for _, c := range r.Cases {
		word := "ok"
		if !c.OK {
			word = "**failed**"
		}
		var numbers []string
		for _, id := range slices.Sorted(maps.Keys(c.Figures)) {
			numbers = append(numbers, fmt.Sprintf("%s %.4g", id, c.Figures[id]))
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %.0f | %s |\n", c.Name, c.Name, c.Title, word, c.Seconds, strings.Join(numbers, ", "))
	}
	for _, c := range r.Cases {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", c.Name, c.Title)
		if c.Error != "" {
			fmt.Fprintf(&b, "**Failed**: %s\n\n", c.Error)
		}
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "- %s\n", n)
		}
		for _, p := range c.Pictures {
			fmt.Fprintf(&b, "\n![%s](%s)\n", strings.TrimSuffix(p, ".png"), p)
		}
	}
	return b.String()
}
