package audio_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/totem/hw/audio"
)

func TestAnAbsentEspeakIsToldOnceAndComesBack(t *testing.T) {
	t.Parallel()
	h, d := newHall(), newDiary()
	dir := t.TempDir()
	later := filepath.Join(dir, "program")
	v, _ := run(t, d.keep(audio.Config{Espeak: later, Speaker: h.output(t, "speaker", 8), Retry: 20 * time.Millisecond}))
	for range 5 {
		v.Say(italian("uno", "due", "tre", "quattro", "cinque"))
	}
	v.Cue(audio.Click)
	h.await(t, "a cue sounds all the same", func() bool { return len(h.sounded("speaker")) > 0 })
	d.await(t, "the state is known", func() bool {
		_, states, _, _ := d.read()
		return len(states) > 0 && states[len(states)-1] == audio.NoVoice
	})
	write := func(name, body string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.Rename(write("new", signsProgram(t)), later); err != nil {
		t.Fatal(err)
	}
	d.await(t, "it is back", func() bool { log, _, _, _ := d.read(); return strings.Contains(log, "audio.back") })
	v.Say(italian("uno"))
	d.awaitEnds(t, 1)
	log, states, _, _ := d.read()
	if strings.Count(log, "audio.absent") != 1 || strings.Count(log, "audio.back") != 1 || states[len(states)-1] != audio.Works {
		t.Errorf("states %v, log:\n%s", states, log)
	}
	for _, word := range []string{"uno", "due", "tre", "cinque"} {
		if strings.Contains(log, word) {
			t.Errorf("the log holds a word that was spoken: %s", log)
		}
	}
}

func TestABrokenEspeakIsNoBrokenTotem(t *testing.T) {
	for name, body := range map[string]string{
		"crashes":         `kill -SEGV $$`,
		"fails":           `cat >/dev/null; exit 3`,
		"is something":    `echo "this is no sound at all, but a text that is long enough for a header"`,
		"gives half":      `cat >/dev/null; printf 'RIFF$\360\377\177WAVEfmt \020\000'`,
		"says nothing":    `cat >/dev/null`,
		"leaves children": `(sleep 86398 &) ; exit 1`,
		"does not read":   `exec <&- ; exit 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, d := newHall(), newDiary()
			v, stop := run(t, d.keep(audio.Config{Espeak: script(t, t.TempDir(), listing+body), Speaker: h.output(t, "speaker", 8)}))
			d.await(t, "it was looked at", func() bool { _, states, _, _ := d.read(); return len(states) > 0 })
			v.Say(italian("uno", "due", "tre", "quattro", "cinque"))
			d.await(t, "it is told", func() bool { log, _, _, _ := d.read(); return strings.Contains(log, "audio.absent") })
			v.Cue(audio.Click)
			h.await(t, "a cue sounds", func() bool { return len(h.sounded("speaker")) > 0 })
			stop()
			if name == "leaves children" {
				d.await(t, "the child of espeak-ng is gone", func() bool { return !running("86398") })
			}
			if log, _, heard, ended := d.read(); strings.Count(log, "audio.absent") != 1 || heard+ended != 0 {
				t.Errorf("%d heard, %d ended, log:\n%s", heard, ended, log)
			}
		})
	}
}

func TestABrokenPlayerIsToldOnceAndOthersPlay(t *testing.T) {
	for name, player := range map[string][]string{
		"absent":  {"/nowhere/aplay"},
		"fails":   {"sh", "-c", "echo 'no such device' >&2; exit 1"},
		"refuses": {"true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, d := newHall(), newDiary()
			v, _ := run(t, d.keep(audio.Config{Espeak: signs(t), Headset: audio.Output{Player: player}, Speaker: h.output(t, "speaker", 8)}))
			d.await(t, "it is told", func() bool {
				_, states, _, _ := d.read()
				return len(states) > 0 && states[len(states)-1] == audio.NoPlayer
			})
			v.Headset(true)
			v.Say(italian("uno"))
			v.Headset(false)
			v.Say(italian("due"))
			d.awaitEnds(t, 1)
			log, _, _, ended := d.read()
			if strings.Count(log, "audio.absent") != 1 || !strings.Contains(log, "part=headset") || ended != 1 {
				t.Errorf("%d ended, log:\n%s", ended, log)
			}
			if said := strings.Contains(log, "no such device"); said != (name == "fails") {
				t.Errorf("what the player says is not told: %s", log)
			}
		})
	}
}

func TestWithoutAnyOutputNothingHappens(t *testing.T) {
	d := newDiary()
	v, stop := run(t, d.keep(audio.Config{Espeak: "/nowhere"}))
	v.Headset(true)
	v.Say(italian("uno"))
	v.Cue(audio.Warning)
	v.Pause(true)
	v.Hush()
	stop()
	v.Say(italian("after the end"))
	v.Cue(77)
	if log, states, heard, ended := d.read(); log != "" || len(states)+heard+ended != 0 {
		t.Errorf("states %v, %d heard, %d ended, %s", states, heard, ended, log)
	}
}

// running reports whether a process, anybody's, has what among its arguments.
func running(what string) bool {
	arguments, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	return slices.ContainsFunc(arguments, func(path string) bool {
		content, _ := os.ReadFile(path) // it may be gone meanwhile
		return slices.Contains(strings.Split(string(content), "\x00"), what)
	})
}
