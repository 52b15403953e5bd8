package agenda

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/totem/internal/fault"
)

// Problem is one mistake in an office file.
type Problem struct {
	File   string
	Line   int    // from 1; of something missing, the line of the table that lacks it
	Field  string // "queue.slot_minutes"; "" where the file is not TOML
	Wrong  string // what is wrong
	Remedy string // what to do
}

// Error returns one line: "file:line: field: what is wrong; remedy".
func (p Problem) Error() string {
	where := fmt.Sprintf("%s:%d: ", p.File, p.Line)
	if p.Field != "" {
		where += p.Field + ": "
	}
	return where + p.Wrong + "; " + p.Remedy
}

// Problems are all the mistakes of an office file, in order of line; never empty.
type Problems []Problem

// Error returns one line for each mistake.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns every [Problem].
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i := range p {
		errs[i] = p[i]
	}
	return errs
}

// report collects the mistakes of one file.
type report struct {
	file  string
	found Problems
}

func (r *report) add(line int, field, wrong, remedy string) {
	r.found = append(r.found, Problem{r.file, line, field, wrong, remedy})
}

// err returns what was found as a fault, nil if nothing was.
func (r *report) err() error {
	if len(r.found) == 0 {
		return nil
	}
	slices.SortStableFunc(r.found, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	mistakes := "a mistake"
	if n := len(r.found); n > 1 {
		mistakes = fmt.Sprintf("%d mistakes", n)
	}
	return fault.New(fault.CodeOffice, r.found, "correct the lines named; docs/office-file.md describes every field",
		"the office file %s has %s", r.file, mistakes)
}
