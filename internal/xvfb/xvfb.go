// Package xvfb starts an X server that has no screen, for tests and for the simulator on machines without a display.
package xvfb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// ErrMissing is what Start answers on a machine where Xvfb is not installed.
var ErrMissing = errors.New("the program Xvfb is not installed; on Debian: apt install xvfb libgl1-mesa-dri libgl1 libegl1 libgles2")

// Start starts an X server with one screen of that size, on a display number that is free, and returns its name for
// the environment variable DISPLAY once it takes connections. The server ends when stop is called, which waits for it
// and may be called more than once, or when ctx ends; stop must be called in every case.
func Start(ctx context.Context, width, height int) (display string, stop func(), err error) {
	return StartScreens(ctx, 1, width, height)
}

// StartScreens is like Start for a server with several screens of that size: with display ":3" they are ":3.0", ":3.1" and
// so on.
func StartScreens(ctx context.Context, screens, width, height int) (display string, stop func(), err error) {
	path, err := exec.LookPath("Xvfb")
	if err != nil {
		return "", nil, ErrMissing
	}
	// Xvfb writes its display number to this pipe when it is ready.
	ready, tell, err := os.Pipe()
	if err != nil {
		return "", nil, fmt.Errorf("start Xvfb: %w", err)
	}
	defer ready.Close()
	args := []string{"-displayfd", "3", "-nolisten", "tcp", "-noreset"}
	for screen := range screens {
		args = append(args, "-screen", strconv.Itoa(screen), fmt.Sprintf("%dx%dx24", width, height))
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.ExtraFiles = []*os.File{tell}
	err = cmd.Start()
	tell.Close()
	if err != nil {
		return "", nil, fmt.Errorf("start Xvfb: %w", err)
	}
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(os.Interrupt) // so that it removes its lock file
		cmd.Wait()
	})
	line, err := bufio.NewReader(ready).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("start Xvfb: it ended before it was ready: %w", err)
	}
	number, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("start Xvfb: read its display number: %w", err)
	}
	return ":" + strconv.Itoa(number), stop, nil
}
