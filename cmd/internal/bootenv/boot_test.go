package bootenv_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
	"example.org/totem/hw/esp"
)

// These tests start real machines: Debian's GRUB and kernel under QEMU, with the product's grub.cfg and initrd. They take
// minutes, and run only with TOTEM_BOOT_TEST=amd64 or =arm64, as in:
//
//	TOTEM_BOOT_TEST=amd64 go test ./cmd/internal/bootenv -run Boot -v -timeout 30m

// start is one time that the machine is switched on.
type start struct {
	slot string // that must come up; "" for none, which must be restarted again and again without a prompt
	cut  bool   // it hangs there, and its power is cut
}

type bootCase struct {
	name     string
	state    bootstate.State                  // in the first copy, with a later one in the second where broken says so
	probe    string                           // what each slot does: off, hang, good, failed
	broken   func(t *testing.T, image string) // after the state was written; nil: nothing
	readonly bool                             // the card takes no writes
	starts   []start
	after    bootstate.State // zero: not looked at
}

func TestBoot(t *testing.T) {
	p := bootParts(t)
	first := bootstate.Defaults()
	trial := bootstate.State{Gen: first.Gen + 1, Committed: bootstate.A, Trial: bootstate.B}
	onB := bootstate.State{Gen: first.Gen + 1, Committed: bootstate.B}
	with := func(s bootstate.State, change func(*bootstate.State)) bootstate.State { change(&s); return s }
	up := func(slots ...string) (all []start) {
		for _, s := range slots {
			all = append(all, start{slot: s})
		}
		return all
	}
	for _, c := range []bootCase{
		{name: "a new card starts from A, and nothing is written", state: first, starts: up("A", "A"), after: first},
		{name: "B is committed", state: onB, starts: up("B"), after: onB},
		{name: "the first copy is zeroed", state: onB, broken: zero(0), starts: up("B"), after: onB},
		{name: "the second copy is zeroed", state: onB, broken: zero(1), starts: up("A"), after: first},
		{name: "both copies are zeroed", state: onB, broken: both(zero(0), zero(1)), starts: up("A"), probe: "A=good"},
		{name: "both copies are zeroed and A has no kernel", state: onB, broken: both(zero(0), zero(1), remove("A", "vmlinuz")), starts: up("B")},
		{name: "the newer copy is torn", state: trial, broken: torn, starts: up("A"), after: first},
		{name: "the first copy is gone", state: onB, broken: gone("env1"), starts: up("B"), after: onB},
		{name: "the second copy is gone", state: onB, broken: gone("env2"), starts: up("A"), after: first},
		{name: "both copies are gone", state: onB, broken: both(gone("env1"), gone("env2")), starts: up("A")},
		{name: "a copy is empty", state: onB, broken: empty("env1"), starts: up("B"), after: onB},
		{name: "a trial proves good", state: trial, probe: "B=good", starts: up("B", "B"), after: onB},
		{name: "a trial hangs twice", state: trial, probe: "B=hang A=good", starts: []start{{slot: "B", cut: true}, {slot: "B", cut: true}, {slot: "A"}},
			after: with(first, func(s *bootstate.State) { s.Bad = s.Bad.With(bootstate.B) })},
		{name: "a trial that cannot be counted is not started", state: trial, readonly: true, starts: up("A"), after: trial},
		{name: "the kiosk fails on A, then on B", state: first, probe: "A=failed B=failed", starts: up("A", "B", "A"),
			after: with(first, func(s *bootstate.State) { s.Failed = s.Failed.With(bootstate.A).With(bootstate.B) })},
		{name: "the committed slot has no kernel", state: onB, broken: remove("B", "vmlinuz"), starts: up("A", "A"), after: onB},
		{name: "the committed slot has no initrd", state: onB, broken: remove("B", "initrd"), starts: up("A"), after: onB},
		{name: "the committed slot's kernel is none", state: onB, broken: spoil("B"), starts: up("A"), after: onB},
		{name: "the trial has no kernel", state: trial, broken: remove("B", "vmlinuz"), probe: "A=good", starts: up("A", "A"),
			after: with(first, func(s *bootstate.State) { s.Bad = s.Bad.With(bootstate.B) })},
		{name: "the trial's root cannot be run", state: trial, broken: remove("B", "../sbin/init"), starts: up("A"),
			after: with(first, func(s *bootstate.State) { s.Bad = s.Bad.With(bootstate.B) })},
		{name: "the committed slot's root cannot be run", state: first, broken: remove("A", "../sbin/init"), starts: up("B"),
			after: with(onB, func(s *bootstate.State) { s.Bad = s.Bad.With(bootstate.A) })},
		{name: "no slot has a kernel", state: first, broken: both(remove("A", "vmlinuz"), remove("B", "vmlinuz")), starts: up("")},
	} {
		t.Run(c.name, func(t *testing.T) { p.play(t, c) })
	}
}

// A slot on trial that hangs after its start is ended by the watchdog that the initrd has begun, and the start was counted.
func TestBootIsEndedByTheWatchdog(t *testing.T) {
	p := bootParts(t)
	image := p.copyImage(t)
	p.tell(t, image, "A=off B=hang")
	first := bootstate.Defaults()
	writeState(t, image, first.Succeed(first.SetPrimary(bootstate.B)))
	ctx, cancel := context.WithTimeout(t.Context(), 4*p.patience)
	defer cancel()
	lines, stop := p.run(ctx, t, image, false)
	defer stop()
	began := time.Now()
	var came []string
	for line := range lines {
		if said, ok := strings.CutPrefix(strings.TrimSpace(line), "PROBE slot "); ok {
			t.Logf("%.1f s: slot %s", time.Since(began).Seconds(), said)
			came = append(came, said[:1])
		}
	}
	if got := strings.Join(came, ""); got != "BBA" {
		t.Errorf("slots %s came up, want BBA: %v", got, ctx.Err())
	}
}

func (p parts) play(t *testing.T, c bootCase) {
	image := p.copyImage(t)
	if c.probe == "" {
		c.probe = "A=off B=off"
	}
	p.tell(t, image, c.probe)
	writeState(t, image, c.state)
	if c.broken != nil {
		c.broken(t, image)
	}
	for _, s := range c.starts {
		p.start(t, image, s, c.readonly)
	}
	if c.after == (bootstate.State{}) {
		return
	}
	env := readEnv(t, image)
	if !env.State.Same(c.after) {
		t.Errorf("the card says %+v, want %+v", env.State, c.after)
	}
}

// start switches the machine on and waits for what it must come to.
func (p parts) start(t *testing.T, image string, s start, readonly bool) {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), p.patience)
	defer cancel()
	lines, stop := p.run(ctx, t, image, readonly)
	defer stop()
	restarts := 0
	for line := range lines {
		if strings.Contains(line, "grub>") || strings.Contains(line, "grub rescue") || strings.Contains(line, "Enter username") {
			t.Fatalf("a prompt: %s", line)
		}
		if strings.Contains(line, "Neither slot") {
			if restarts++; restarts == 2 {
				if s.slot != "" {
					t.Fatal("no slot was started")
				}
				return
			}
		}
		said, ok := strings.CutPrefix(strings.TrimSpace(line), "PROBE slot ")
		if !ok {
			continue
		}
		t.Logf("%.1f s: slot %s", time.Since(began).Seconds(), said)
		words := strings.Fields(said)
		if words[0] != s.slot || words[len(words)-1] != "<nil>" {
			t.Fatalf("slot %s, want %q", said, s.slot)
		}
		if s.cut || words[1] != "hang" {
			return // and the power is cut
		}
	}
	t.Fatalf("nothing came up: %v", ctx.Err())
}

// run starts the machine and returns what it says; stop cuts its power.
func (p parts) run(ctx context.Context, t *testing.T, image string, readonly bool) (lines <-chan string, stop func()) {
	t.Helper()
	cmd := exec.CommandContext(ctx, "nice", append([]string{"-n", "5"}, p.command(t, image, readonly)...)...)
	out, err := cmd.StdoutPipe()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 100000)
	go func() {
		defer close(said)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			if os.Getenv("TOTEM_BOOT_SHOW") != "" {
				t.Logf("| %q", scan.Text())
			}
			said <- scan.Text()
		}
	}()
	return said, func() {
		_ = cmd.Process.Kill()
		for range said { // until the pipe is closed
		}
		err := cmd.Wait()
		if ended := new(exec.ExitError); err != nil && !errors.As(err, &ended) {
			t.Error(err)
		}
		if errs.Len() > 0 {
			t.Logf("QEMU: %s", errs.String())
		}
	}
}

func writeState(t *testing.T, image string, s bootstate.State) {
	t.Helper()
	p := openCard(t, image)
	older, newer := bootstate.Defaults().Encode(), s.Encode()
	if s.Same(bootstate.Defaults()) {
		newer = older
	}
	for i, block := range [][bootstate.Size]byte{older, newer} {
		if err := p.Overwrite(bootenv.Names()[i], 0, block[:]); err != nil {
			t.Fatal(err)
		}
	}
}

func openCard(t *testing.T, image string) *esp.Partition {
	t.Helper()
	p, err := esp.OpenAt(image, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func readEnv(t *testing.T, image string) bootenv.Env {
	t.Helper()
	env, err := bootenv.Read(openCard(t, image))
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func (p parts) copyImage(t *testing.T) string {
	t.Helper()
	image := filepath.Join(t.TempDir(), "card.img")
	command(t, "cp", "--sparse=always", p.image, image)
	return image
}
