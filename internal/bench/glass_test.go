package main

import (
	"errors"
	"image"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"example.org/totem/internal/xvfb"
)

func TestEveryScreenOfADisplayIsSeenAndTouchedByItself(t *testing.T) {
	name, stop, err := xvfb.StartScreens(t.Context(), 2, 320, 240)
	if errors.Is(err, xvfb.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var roots []uint32
	for _, screen := range []string{"", ".0", ".1"} {
		d, err := openDisplay(name + screen)
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, d.root)
		if d.size != image.Pt(320, 240) {
			t.Errorf("%s: the screen is %v", screen, d.size)
		}
		if err := errors.Join(d.point(image.Pt(10, 10)), d.press(), d.release()); err != nil {
			t.Errorf("%s: %v", screen, err)
		}
		dots, err := d.dots(image.Rect(8, 8, 28, 18))
		if err != nil || len(dots) != 4*20*10 {
			t.Errorf("%s: %d bytes of dots, %v", screen, len(dots), err)
		}
		if _, err := d.dots(image.Rect(300, 0, 400, 10)); err == nil {
			t.Errorf("%s: dots beside the screen were seen", screen)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
	}
	if roots[0] != roots[1] || roots[0] == roots[2] {
		t.Errorf("the screens have the roots %v", roots)
	}
	for _, wrong := range []string{name + ".2", name + ".x", ":99999"} {
		if _, err := openDisplay(wrong); err == nil {
			t.Errorf("%s was opened", wrong)
		}
	}
}

func TestDotsDifferByTheirColourAlone(t *testing.T) {
	before, after := []byte{1, 2, 3, 0, 4, 5, 6, 0}, []byte{1, 2, 3, 255, 4, 5, 7, 0}
	if differ(before, before) || differ(before[:4], after[:4]) || !differ(before, after) || unlike(before, after) != 1 {
		t.Error("a change is not seen, or seen where there is none")
	}
	if colours(before) != 2 || colours(after[:4]) != 1 {
		t.Error("colours are miscounted")
	}
}

func TestTheProcessesOfAProgramAreWeighedTogether(t *testing.T) {
	// Two of them have left their parent.
	c := exec.CommandContext(t.Context(), "sh", "-c", "(sleep 60 & sleep 60 &) ; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 60")
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	root := c.Process.Pid
	defer func() { _ = syscall.Kill(-root, syscall.SIGKILL); _ = c.Wait() }()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		pids, err := kin(root)
		if err != nil {
			t.Fatal(err)
		}
		if len(pids) == 4 && slices.Contains(pids, root) && !slices.Contains(pids, os.Getpid()) {
			break
		}
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatalf("the processes are %v", pids)
		}
	}
	used, err := kinTime(root)
	if err != nil || used <= 0 || used > time.Minute {
		t.Errorf("they used %v, %v", used, err)
	}
	var why cannot
	switch memory, err := kinMemory(root); {
	case errors.As(err, &why):
		t.Log(err)
	case err != nil || memory < 100<<10 || memory > 100<<20:
		t.Errorf("they have %v bytes, %v", memory, err)
	}
}
