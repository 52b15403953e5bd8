package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/keypad"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
)

func page(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "docs"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestThePageOfKeypadsNamesTheUsualKeys(t *testing.T) {
	rows := map[keypad.Key]string{keypad.Previous: "previous", keypad.Next: "next", keypad.Select: "select", keypad.Back: "back", keypad.Repeat: "repeat",
		keypad.Louder: "louder, softer", keypad.Softer: "louder, softer", keypad.Faster: "faster, slower", keypad.Slower: "faster, slower",
		keypad.Headset: "headset", keypad.HeadsetIn: "the plug goes in, goes out", keypad.HeadsetOut: "the plug goes in, goes out"}
	keypads, named := page(t, "hardware", "keypad.md"), 0
	for row := range strings.SplitSeq(keypads, "\n") {
		meaning, keys, ok := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		if !ok {
			continue
		}
		for _, name := range regexp.MustCompile("`((?:KEY|SW)_\\w+)`").FindAllStringSubmatch(keys, -1) {
			in, err := evdev.Parse(name[1])
			if err != nil {
				t.Fatal(err)
			}
			key := keypad.Usual()[in]
			if _, digit := key.IsDigit(); !digit && rows[key] != meaning {
				t.Errorf("%s stands beside %q and means %s", name[1], meaning, key)
			} else if !digit {
				named++
			}
		}
	}
	usual := 0
	for _, key := range keypad.Usual() {
		if _, digit := key.IsDigit(); !digit {
			usual++
		}
	}
	if named != usual {
		t.Errorf("the page names %d keys, there are %d", named, usual)
	}
}

func TestThePageOfAccessibilityHasTheNumbersOfTheProgram(t *testing.T) {
	text := page(t, "accessibility.md")
	var rates, texts []string
	for _, r := range kiosk.Rates() {
		rates = append(rates, fmt.Sprint(r))
	}
	for _, s := range kiosk.Texts() {
		texts = append(texts, fmt.Sprint(int(s)))
	}
	for _, want := range []string{
		enumerated(rates) + " per cent", enumerated(texts) + " per cent",
		fmt.Sprintf("%d steps of 5 dB, from %d to %d dB", kiosk.MostLevel-kiosk.LeastLevel+1, 65+5*kiosk.LeastLevel, 65+5*kiosk.MostLevel),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// enumerated returns "1, 2 and 3".
func enumerated(all []string) string {
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " and " + all[last]
}

// TestThePagesOfHandsLeadToEachOther holds that what they link to is there, and that the runbooks know the codes of their
// parts and the exit status of those.
func TestThePagesOfHandsLeadToEachOther(t *testing.T) {
	link := regexp.MustCompile(`\]\(([\w./-]+)(?:#[\w-]+)?\)`)
	for _, path := range []string{"accessibility.md", "hardware/touch.md", "hardware/keypad.md", "hardware/scanner.md", "hardware/sound.md", "hardware/README.md",
		"runbooks/screen-does-not-react.md", "runbooks/nothing-is-heard.md"} {
		for _, to := range link.FindAllStringSubmatch(page(t, path), -1) {
			if _, err := os.Stat(filepath.Join("..", "..", "docs", filepath.Dir(path), to[1])); err != nil {
				t.Errorf("%s leads nowhere: %v", path, err)
			}
		}
	}
	runbooks := page(t, "runbooks", "screen-does-not-react.md") + page(t, "runbooks", "nothing-is-heard.md")
	for _, code := range []fault.Code{fault.CodeTouchOpen, fault.CodeTouchState, fault.CodeVoice, fault.CodeCalibration} {
		if !strings.Contains(runbooks, string(code)) {
			t.Errorf("no runbook knows %s", code)
		}
		if status := cli.Status(fault.New(code, nil, "", "")); status != cli.ExitFailed {
			t.Errorf("%s ends a program with status %d, the runbook says 1", code, status)
		}
	}
}
