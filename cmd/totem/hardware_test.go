package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/paper"
)

var update = flag.Bool("update", false, "write the tables of docs/hardware anew")

const hardware = "../../docs/hardware"

func TestEveryPrinterProfileHasItsPageAndEveryPageItsProfile(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(hardware, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	others := []string{"README", "board", "boards", "keypad", "panels", "scanner", "sound", "thermal-head", "touch"}
	var pages []string
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".md"); !slices.Contains(others, name) {
			pages = append(pages, name)
		}
	}
	if diff := cmp.Diff(escpos.Profiles(), pages); diff != "" {
		t.Errorf("(-profiles +pages):\n%s", diff)
	}
}

func TestThePagesOfPrintersSayWhatTheirProfilesSay(t *testing.T) {
	var list strings.Builder
	list.WriteString("| profile | for | printed line | confirms by | tells how it is | mouth | page |\n|---|---|---|---|---|---|---|\n")
	for _, name := range escpos.Profiles() {
		p := profile(t, name)
		compareTable(t, name, pageTable(p))
		a := p.Abilities
		status := "no"
		switch {
		case a.RealTime && a.Automatic:
			status = "at once, and by itself"
		case a.RealTime:
			status = "at once"
		case a.Fence || a.Slices:
			status = "while it works"
		}
		fmt.Fprintf(&list, "| `%s` | %s | %d dots, %.0f mm | %s | %s | %s | [%s](%s.md) |\n", name, p.Model, a.Dots, width(a), levels(a)[0], status,
			yes(a.Present, "holds, pulls back", "no"), name, name)
	}
	compareTable(t, "README", list.String())
}

func TestTheRunbookKnowsEveryStatusAndWhatTheDoctorSays(t *testing.T) {
	runbook, err := os.ReadFile("../../docs/runbooks/no-paper-or-jam.md")
	if err != nil {
		t.Fatal(err)
	}
	for s := paper.Status(1); !strings.HasPrefix(s.String(), "ready") && s.String() != ""; s <<= 1 {
		if !strings.Contains(string(runbook), "\n| `"+s.String()+"` |") {
			t.Errorf("the runbook does not know %s", s)
		}
	}
	for _, l := range []paper.Level{paper.ByProcessID, paper.ByFence, paper.BySlices, paper.ByDrain, paper.NotConfirmed} {
		readme, err := os.ReadFile(filepath.Join(hardware, "README.md"))
		if err != nil || !strings.Contains(string(readme), "\n| `"+l.String()+"` |") || device.LevelMeans(l) == "" {
			t.Errorf("the list of hardware does not know the level %s: %v", l, err)
		}
	}
}

func profile(t *testing.T, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.LoadProfile(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// compareTable holds a page against the table that belongs on it, between its marks.
func compareTable(t *testing.T, page, table string) {
	t.Helper()
	path := filepath.Join(hardware, page+".md")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(content), "by: go test ./cmd/totem -update -->\n")
	is, after, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatalf("%s has no place for its table", path)
	}
	if *update {
		is = table
		whole := before + "by: go test ./cmd/totem -update -->\n" + table + "<!-- end -->" + after
		if err := os.WriteFile(path, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(is, table); diff != "" {
		t.Errorf("%s is not up to date, run with -update:\n%s", path, diff)
	}
}

// data is what only the profile's file tells.
type data struct {
	Text struct {
		Pages []struct {
			Name   string `toml:"name"`
			Number int    `toml:"number"`
		} `toml:"pages"`
	} `toml:"text"`
	Bytes map[string]string `toml:"bytes"`
	Line  struct {
		Buffer int    `toml:"buffer"`
		Status string `toml:"status"`
	} `toml:"line"`
	Paper struct {
		Feed int `toml:"feed"`
	} `toml:"paper"`
}

func pageTable(p escpos.Profile) string {
	content, err := os.ReadFile("../../hw/printer/escpos/profiles/" + p.Name + ".toml")
	var d data
	if err == nil {
		err = toml.Unmarshal(content, &d)
	}
	if err != nil {
		return err.Error()
	}
	a := p.Abilities
	var b strings.Builder
	row := func(name, form string, args ...any) {
		fmt.Fprintf(&b, "| %s | %s |\n", name, fmt.Sprintf(form, args...))
	}
	b.WriteString("| | |\n|---|---|\n")
	row("for", "%s", p.Model)
	row("calls itself (`1D 49 43`)", "%s", known(strings.Join(p.Known, ", "), "nothing that is known"))
	row("printed line", "%d dots, %.1f mm, %d dots an inch", a.Dots, width(a), a.DPI)
	row("letters", "%s", letters(p, d))
	row("QR", "%s", yes(a.QR, "its own", "drawn"))
	row("QR beside the code (page mode)", "%s", yes(a.PageMode, "yes", "no"))
	row("cut", "%s", yes(a.Cut, "`"+d.Bytes["cut"]+"`", "none: torn off"))
	row("holds a slip in its mouth", "%s", yes(a.Present, "yes", "no"))
	row("pulls a slip back", "%s", yes(a.Retract, "`"+d.Bytes["retract"]+"`", "no"))
	row("status at once", "%s", yes(a.RealTime, yes(d.Line.Status == "custom", "`10 04 14`", "`10 04 01` to `10 04 04`"), "no"))
	row("status by itself", "%s", yes(a.Automatic, "`1D 61`", "no"))
	row("near-end sensor", "%s", yes(a.NearEnd, "yes", "no"))
	row("can confirm a slip by", "%s", strings.Join(levels(a), ", then "))
	row("forgets what it has not printed", "%s", known(d.Bytes["clear"], "no command"))
	row("speed as delivered", "%s", number(p.Baud, "bits a second"))
	row("flow control as delivered", "%s", known(string(p.Flow), "not known"))
	row("buffer that is reckoned with", "%s", number(d.Line.Buffer, "bytes"))
	row("paper speed that is reckoned with", "%s", number(d.Paper.Feed, "mm a second"))
	row("a new roll", "%s", number(p.Roll/1000, "m"))
	row("left when the near-end sensor trips", "%s", number(p.Reserve, "mm"))
	return b.String()
}

func letters(p escpos.Profile, d data) string {
	if len(d.Text.Pages) == 0 {
		return "none: each slip is drawn"
	}
	var pages []string
	for _, page := range d.Text.Pages {
		pages = append(pages, fmt.Sprintf("%s = %d", page.Name, page.Number))
	}
	return fmt.Sprintf("%d in a line; %s", p.Abilities.Columns, strings.Join(pages, ", "))
}

// levels are those that a model can confirm by, best first.
func levels(a paper.Abilities) []string {
	all := []paper.Level{}
	for level, can := range map[paper.Level]bool{paper.ByProcessID: a.ProcessID, paper.ByFence: a.Fence, paper.BySlices: a.Slices && !a.Fence,
		paper.ByDrain: a.RealTime && !a.Fence && !a.Slices} {
		if can {
			all = append(all, level)
		}
	}
	if len(all) == 0 {
		all = append(all, paper.NotConfirmed)
	}
	slices.Sort(all)
	words := []string{}
	for _, l := range all {
		words = append(words, l.String())
	}
	return words
}

func width(a paper.Abilities) float64 { return float64(a.Dots) * 25.4 / float64(a.DPI) }

func yes(is bool, so, not string) string {
	if is {
		return so
	}
	return not
}

func known(word, otherwise string) string {
	if word == "" {
		return otherwise
	}
	return "`" + word + "`"
}

func number(n int, unit string) string {
	if n == 0 {
		return "not known"
	}
	return fmt.Sprintf("%d %s", n, unit)
}
