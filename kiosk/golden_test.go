package kiosk_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// shelf is a panel that holds so many of each.
type shelf map[kiosk.Role]int

func (s shelf) Fits(screen kiosk.Screen) bool {
	held := map[kiosk.Role]int{}
	for b := range screen.Root.All() {
		if held[b.Role]++; s[b.Role] > 0 && held[b.Role] > s[b.Role] {
			return false
		}
	}
	return true
}

// TestEveryScreenIsAsItWasRead compares the box tree of every scene with the one that people have read, each word in
// every language below the other. After a wanted change: go test ./kiosk -update, and read the difference.
func TestEveryScreenIsAsItWasRead(t *testing.T) {
	room := shelf{kiosk.RoleService: 8, kiosk.RoleHour: 12, kiosk.RoleCard: 3, kiosk.RoleField: 6}
	large := shelf{kiosk.RoleService: 3, kiosk.RoleHour: 4, kiosk.RoleCard: 2, kiosk.RoleField: 2, kiosk.RoleHero: 1}
	written := map[string]bool{}
	start := played(t, sceneOf(t, "start"), scenes.Setting{Room: room})
	read := func(name string, s scenes.Scene, in scenes.Setting) {
		written[name+".txt"] = true
		t.Run(name, func(t *testing.T) { golden(t, name+".txt", side(t, played(t, s, in), start)) })
	}
	for _, s := range scenes.All() {
		read(s.Name, s, scenes.Setting{Room: room})
	}
	for _, name := range []string{"start", "start-no-clock", "times", "number", "help", "record"} {
		read(name+"-large", sceneOf(t, name), scenes.Setting{Room: large, Look: kiosk.Look{Text: 200}})
	}
	read("start-low", sceneOf(t, "start"), scenes.Setting{Room: room, Look: kiosk.Look{Theme: kiosk.Dark, Low: true}})
	kept, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range kept {
		if !written[filepath.Base(path)] {
			t.Errorf("%s is of no scene", path)
		}
	}
}

func sceneOf(t *testing.T, name string) scenes.Scene {
	t.Helper()
	i := slices.IndexFunc(scenes.All(), func(s scenes.Scene) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no scene %q", name)
	}
	return scenes.All()[i]
}

// played returns a scene's screen in every language, in the order of [tongues].
func played(t *testing.T, s scenes.Scene, in scenes.Setting) (screens []kiosk.Screen) {
	t.Helper()
	for _, in.Lang = range tongues() {
		screen, err := s.Play(in)
		if err != nil {
			t.Fatal(err)
		}
		screens = append(screens, screen)
	}
	return screens
}

// tongues are the languages, Italian first: what the others are a translation of.
func tongues() []locale.Lang {
	others := slices.DeleteFunc(locale.Languages(), func(l locale.Lang) bool { return l == locale.Italian })
	return append([]locale.Lang{locale.Italian}, others...)
}

// side writes a screen with its words in all languages. What stands around the body is written where it is not as on the
// start screen.
func side(t *testing.T, screens, start []kiosk.Screen) string {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "screen %s", screens[0].Name)
	if look := screens[0].Look; look != (kiosk.Look{}) {
		fmt.Fprintf(&out, ", %+v", look)
	}
	out.WriteString(attention(screens[0]) + "\n")
	for i := range screens[0].Root.Children {
		part := boxes(screens, func(s kiosk.Screen) kiosk.Box { return s.Root.Children[i] })
		if before := around(start, part[0].Role); &screens[0] != &start[0] && before != nil && reflect.DeepEqual(part, before) {
			fmt.Fprintf(&out, "  %s as on start\n", part[0].Role)
			continue
		}
		sideBox(t, &out, part, 1)
	}
	return out.String()
}

// around returns the box of a role in every language, nil for the body.
func around(screens []kiosk.Screen, r kiosk.Role) []kiosk.Box {
	if _, ok := screens[0].Root.Find(func(b kiosk.Box) bool { return b.Role == r }); !ok || r == kiosk.RoleBody {
		return nil
	}
	return boxes(screens, func(s kiosk.Screen) kiosk.Box {
		b, _ := s.Root.Find(func(b kiosk.Box) bool { return b.Role == r })
		return b
	})
}

func boxes[From any](from []From, box func(From) kiosk.Box) []kiosk.Box {
	var all []kiosk.Box
	for _, one := range from {
		all = append(all, box(one))
	}
	return all
}

// sideBox writes one box, which must be the same in every language but for its words, their language, and which language
// is in use.
func sideBox(t *testing.T, out *strings.Builder, all []kiosk.Box, depth int) {
	t.Helper()
	line := make([]string, len(all))
	texts := make([]string, len(all))
	for i, b := range all {
		if len(b.Children) != len(all[0].Children) {
			t.Fatalf("%s %s has %d children in %s, %d in %s", b.Role, b.ID, len(b.Children), tongues()[i],
				len(all[0].Children), tongues()[0])
		}
		line[i], texts[i] = bare(b), b.Text
		if b.Lang != "" && b.Role != kiosk.RoleLanguage {
			texts[i] += " (" + string(b.Lang) + ")"
		}
		if line[i] != line[0] {
			t.Fatalf("in %s there is %q, in %s %q", tongues()[0], line[0], tongues()[i], line[i])
		}
	}
	indent := strings.Repeat("  ", depth)
	switch same := slices.Compact(slices.Clone(texts)); {
	case len(same) == 1 && same[0] == "":
		fmt.Fprintf(out, "%s%s\n", indent, line[0])
	case len(same) == 1:
		fmt.Fprintf(out, "%s%s %q\n", indent, line[0], same[0])
	default:
		fmt.Fprintf(out, "%s%s\n", indent, line[0])
		for i, text := range texts {
			fmt.Fprintf(out, "%s  | %s %s\n", indent, tongues()[i], text)
		}
	}
	for i := range all[0].Children {
		sideBox(t, out, boxes(all, func(b kiosk.Box) kiosk.Box { return b.Children[i] }), depth+1)
	}
}

// bare is a box without words.
func bare(b kiosk.Box) string {
	b.Text, b.Lang, b.Children = "", "", nil
	b.Chosen = b.Chosen && b.Role != kiosk.RoleLanguage
	var out strings.Builder
	outlineBox(&out, b, 0)
	return strings.TrimSuffix(out.String(), "\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-read +now):\n%s", name, diff)
	}
}
