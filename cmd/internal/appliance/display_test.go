package appliance

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/internal/fault"
)

// serverIn writes a program that stands for an X server: a shell script with these lines.
func serverIn(t *testing.T, lines string) Display {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "server")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return Display{Server: path, Config: filepath.Join(dir, "none"), Folder: dir, Random: rand.Reader, Patience: 20 * time.Second}
}

func TestADisplayIsReadyWhenItsServerListensAndStopsWithIt(t *testing.T) {
	d := serverIn(t, `echo "$@" >$(dirname $0)/arguments; echo 0 >&3; exec 3>&-; trap 'exit 0' TERM; while :; do sleep 0.05; done`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	input, err := os.Open(os.DevNull) // no terminal has no keyboard that could be taken away
	if err != nil {
		t.Fatal(err)
	}
	defer input.Close()
	ready, log := 0, new(bytes.Buffer)
	d.Ready, d.Input, d.Log = func() error { ready++; cancel(); return nil }, input, log
	if err := d.Run(ctx); err != nil || ready != 1 || log.Len() != 0 {
		t.Errorf("%v, ready %d times, said %q", err, ready, log)
	}
	arguments, err := os.ReadFile(filepath.Join(d.Folder, "arguments"))
	want := ":0 vt1 -nolisten tcp -novtswitch -keeptty -nocursor -s 0 -dpms -auth " + d.Folder + "/xauthority -logfile " + d.Folder + "/Xorg.log -displayfd 3\n"
	if err != nil || string(arguments) != want {
		t.Errorf("%v: %s", err, arguments)
	}
}

func TestAServerThatEndsIsToldWithTheLineThatSaysWhy(t *testing.T) {
	for what, c := range map[string]struct{ lines, want string }{
		"by its log": {`cat >$(dirname $0)/Xorg.log <<'E'
[    21.100] (II) modeset(0): Output HDMI-1 disconnected
[    21.113] (EE) modeset(0): No outputs definitely connected
[    21.114] (EE)
Fatal server error:
[    21.114] (EE) no screens found(EE)
[    21.114] (EE)
Please consult the The X.Org Foundation support
	 at http://wiki.x.org
[    21.114] (EE) Please also check the log file at "/run/totem-display/Xorg.log" for additional information.
[    21.120] (EE) Server terminated with error (1). Closing log file.
E
exit 1`, "no screens found(EE)"},
		"by its words": {`echo "(EE) parse_vt_settings: Cannot open /dev/tty0 (Permission denied)" >&2; exit 1`, "Cannot open /dev/tty0"},
		"by nothing":   {"exit 3", "exit status 3"},
	} {
		err := serverIn(t, c.lines).Run(t.Context())
		if f := fault.Of(err); f.Code != fault.CodeXServer || !strings.Contains(f.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	d := serverIn(t, "")
	d.Server = filepath.Join(d.Folder, "not-there")
	if f := fault.Of(d.Run(t.Context())); f.Code != fault.CodeXServer {
		t.Errorf("without a server: %v", f)
	}
}

func TestAServerThatDoesNotListenInTimeIsStopped(t *testing.T) {
	d := serverIn(t, "exec sleep 600")
	d.Patience = 50 * time.Millisecond
	if err := d.Run(t.Context()); fault.Of(err).Code != fault.CodeXServer || !strings.Contains(err.Error(), "does not listen") {
		t.Errorf("%v", err)
	}
}

func TestTheCookieIsWhatClientsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "xauthority")
	if err := writeCookie(path, 7, bytes.NewReader([]byte("0123456789abcdef"))); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	want := "\xff\xff\x00\x00\x00\x017\x00\x12MIT-MAGIC-COOKIE-1\x00\x100123456789abcdef"
	if err != nil || string(got) != want {
		t.Errorf("%v: %q", err, got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := writeCookie(path, 7, strings.NewReader("short")); err == nil {
		t.Error("a short cookie was written")
	}
}

// FuzzLastWord reads any log without taking long or making anything up.
func FuzzLastWord(f *testing.F) {
	f.Add("[ 1.0] (EE) no screens found(EE)\n")
	f.Add("]\n[\n(EE)")
	f.Fuzz(func(t *testing.T, log string) {
		if word := lastWord(log); !strings.Contains(log, word) {
			t.Errorf("%q is not in the log", word)
		}
	})
}
