package event_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/event"
)

var update = flag.Bool("update", false, "write docs/events.md anew")

// declared returns the ids of all events that the source declares.
func declared(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, value := range spec.Values {
			literal, ok := value.(*ast.CompositeLit)
			if !ok {
				continue
			}
			if kind, ok := literal.Type.(*ast.Ident); ok && kind.Name == "Event" {
				id, err := strconv.Unquote(literal.Elts[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, id)
			}
		}
		return false
	})
	return ids
}

func TestTheListHoldsEveryEventOnceAndInOrder(t *testing.T) {
	var listed []string
	seen := make(map[string]bool)
	for _, e := range event.List() {
		if seen[e.ID] {
			t.Errorf("%s is there twice", e.ID)
		}
		seen[e.ID] = true
		listed = append(listed, e.ID)
	}
	if diff := cmp.Diff(declared(t), listed); diff != "" {
		t.Errorf("declared, and listed:\n%s", diff)
	}
}

func TestEveryEventIsASentenceUnderAnOrderlyID(t *testing.T) {
	form := regexp.MustCompile(`^[a-z]+\.[a-z-]+$`)
	sentence := regexp.MustCompile(`^[A-Z][^|\n]*\.$`)
	for _, e := range event.List() {
		if !form.MatchString(e.ID) || !sentence.MatchString(e.Meaning) {
			t.Errorf("%s: %q", e.ID, e.Meaning)
		}
		if e.Remedy != "" && !sentence.MatchString(e.Remedy) || e.Remedy == "" && e.Level > slog.LevelWarn {
			t.Errorf("%s, %v: the remedy is %q", e.ID, e.Level, e.Remedy)
		}
	}
}

func TestThePageOfEventsIsTheList(t *testing.T) {
	const path = "../../docs/events.md"
	var page strings.Builder
	page.WriteString(`# Events

Everything that Totem writes to its log: the totem and the scheduler write to standard error, a line an event, as text or with
` + "`--json`" + ` as JSON. The field ` + "`event`" + ` holds the id, which never changes its meaning. No event tells what a citizen did or
typed, a ticket's number or code, a clerk or a desk.

This page is made from ` + "`internal/event`" + ` by ` + "`go test ./internal/event -update`" + `.

| event | level | meaning | what to do |
|---|---|---|---|
`)
	for _, e := range event.List() {
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n", e.ID, strings.ToLower(e.Level.String()), e.Meaning, e.Remedy)
	}
	if *update {
		if err := os.WriteFile(path, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), page.String()); diff != "" {
		t.Errorf("docs/events.md is not up to date, run with -update:\n%s", diff)
	}
}

func TestAnEventIsOneLineWithItsID(t *testing.T) {
	var out bytes.Buffer
	event.Log(slog.New(slog.NewTextHandler(&out, nil)), event.LinkDown, slog.String("error", "gone"))
	if line := out.String(); !strings.Contains(line, "level=WARN") || !strings.Contains(line, "event=link.down error=gone\n") || strings.Count(line, "\n") != 1 {
		t.Errorf("got %q", line)
	}
	event.Log(nil, event.LinkDown) // is silent
}
