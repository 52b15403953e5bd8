package audio_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.org/totem/hw/audio"
	"example.org/totem/locale"
)

// children returns the numbers of this process's children whose arguments hold what, and of theirs.
func children(t *testing.T, what string) (pids []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	mine := map[string]bool{strconv.Itoa(os.Getpid()): true}
	for range 3 { // generations
		for _, path := range stats {
			content, _ := os.ReadFile(path) // it may be gone meanwhile
			_, rest, _ := strings.Cut(string(content), ") ")
			if fields := strings.Fields(rest); len(fields) > 1 && mine[fields[1]] {
				mine[filepath.Base(filepath.Dir(path))] = true
			}
		}
	}
	delete(mine, strconv.Itoa(os.Getpid()))
	for pid := range mine {
		arguments, _ := os.ReadFile("/proc/" + pid + "/cmdline")
		if n, err := strconv.Atoi(pid); err == nil && strings.Contains(string(arguments), what) {
			pids = append(pids, n)
		}
	}
	return pids
}

func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// slowly is a text so long that espeak-ng waits for the player while the first of it is heard.
func slowly() []audio.Line {
	return italian(strings.Repeat("Prezzemolo e finocchio. ", 100), "Basilico.")
}

func TestNothingIsLeftWhenItEnds(t *testing.T) {
	needEspeak(t)
	for _, end := range []string{"in the middle", "after a player was killed", "after espeak-ng was killed", "in a pause"} {
		h, d := newHall(), newDiary()
		speaker := h.output(t, "speaker", 8)
		before := openFiles(t)
		v, stop := run(t, d.keep(audio.Config{Speaker: speaker}))
		v.Say(slowly())
		sounds := func(takes int) {
			h.await(t, "it sounds", func() bool { return len(h.sounded("speaker")) >= takes })
		}
		sounds(1)
		switch end {
		case "after a player was killed":
			kill(t, children(t, "sound-card"))
			sounds(2) // it goes on
		case "after espeak-ng was killed":
			kill(t, children(t, "espeak-ng"))
			d.await(t, "the rest is spoken", func() bool { _, _, heard, _ := d.read(); return heard == 1 })
		case "in a pause":
			v.Pause(true)
			h.await(t, "it is quiet", h.quiet)
		}
		stop()
		if left := append(children(t, "sound-card"), children(t, "espeak-ng")...); len(left) > 0 {
			t.Errorf("%s: processes %v are left", end, left)
		}
		h.await(t, "the hall is quiet", h.quiet)
		if after := openFiles(t); after > before {
			t.Errorf("%s: %d files are open, before %d", end, after, before)
		}
	}
}

func kill(t *testing.T, pids []int) {
	t.Helper()
	if len(pids) == 0 {
		t.Fatal("nothing runs that could be killed")
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

func TestATextStandsInNoArgumentNoEnvironmentAndNoFile(t *testing.T) {
	needEspeak(t)
	h := newHall()
	headset := h.output(t, "headset", 1)
	home := t.TempDir()
	for _, name := range []string{"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, home)
	}
	t.Chdir(home)
	v, stop := run(t, audio.Config{Headset: headset})
	v.Headset(true)
	lines := slowly()
	lines[0].Private = true
	v.Say(lines)
	h.await(t, "it sounds", func() bool { return len(h.sounded("headset")) > 0 })
	pids := append(children(t, "espeak-ng"), children(t, "sound-card")...)
	if len(pids) < 2 {
		t.Fatalf("only %v are running", pids)
	}
	for _, pid := range pids {
		for _, file := range []string{"cmdline", "environ"} {
			content, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), file))
			if err != nil || bytes.Contains(bytes.ToLower(content), []byte("prezzemolo")) {
				t.Errorf("%s of %d: %q, %v", file, pid, content, err)
			}
		}
		limits, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "limits"))
		if err != nil || strings.Join(strings.Fields(line(string(limits), "Max core")), " ") != "Max core file size 0 0 bytes" {
			t.Errorf("%d may leave a core: %q, %v", pid, line(string(limits), "Max core"), err)
		}
		files, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/fd/*")
		for _, file := range files {
			if to, err := os.Readlink(file); err == nil && strings.HasPrefix(to, home) {
				t.Errorf("%d has %s open", pid, to)
			}
		}
	}
	stop()
	if left, err := os.ReadDir(home); err != nil || len(left) > 0 {
		t.Errorf("%v was written, %v", left, err)
	}
}

func line(text, prefix string) string {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	return ""
}

func TestALanguageWithoutAVoiceIsLeftOutAndToldOnce(t *testing.T) {
	t.Parallel()
	h, d := newHall(), newDiary()
	without := strings.ReplaceAll(signsProgram(t), "ro uk", "ro")
	v, _ := run(t, d.keep(audio.Config{Espeak: script(t, t.TempDir(), without), Speaker: h.output(t, "speaker", 8)}))
	d.await(t, "the languages are known", func() bool { log, _, _, _ := d.read(); return log != "" })
	for ends := range 2 {
		v.Say([]audio.Line{{Text: "uno", Lang: locale.Italian}, {Text: "два", Lang: locale.Ukrainian}, {Text: "x", Lang: "tlh"}, {Text: "quattro", Lang: locale.Italian}})
		d.awaitEnds(t, ends+1)
	}
	log, states, heard, _ := d.read()
	if strings.Count(log, "audio.unvoiced") != 1 || !strings.Contains(log, "languages=uk\n") || heard != 4 || len(states) != 1 {
		t.Errorf("%d heard, states %v, log %s", heard, states, log)
	}
}
