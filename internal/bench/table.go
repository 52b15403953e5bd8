package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// printTable prints the rows, whose figures are given in the same order. A ratio that misses its goal is marked.
func printTable(w io.Writer, all []figure, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\tvalue\tbaseline\tunit\tratio\tgoal\tn\tnote")
	for i, r := range rows {
		mark := ""
		if r.Ratio != nil && all[i].goal.missed(*r.Ratio) {
			mark = " !"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s%s\t%s\t%d\t%s\n", r.ID, number(r.Value), number(r.Baseline), r.Unit, number(r.Ratio), mark, all[i].goal, r.N, r.Note)
	}
	return t.Flush()
}

// number writes a figure with as many digits as it is worth; "–" for none.
func number(f *float64) string {
	switch {
	case f == nil:
		return "–"
	case *f >= 100 || *f <= -100:
		return strconv.FormatFloat(*f, 'f', 0, 64)
	case *f >= 10 || *f <= -10:
		return strconv.FormatFloat(*f, 'f', 1, 64)
	}
	return strconv.FormatFloat(*f, 'f', 3, 64)
}
