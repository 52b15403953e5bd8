package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// stamp says of which sources an image is built.
type stamp struct {
	version string
	commit  string
	time    time.Time
}

// readStamp asks git.
func readStamp(ctx context.Context, repository string) (stamp, error) {
	var s stamp
	describe, err := git(ctx, repository, "describe", "--tags", "--always", "--dirty=+", "--abbrev=12")
	if err != nil {
		return stamp{}, err
	}
	head, err := git(ctx, repository, "log", "-1", "--format=%H %ct")
	if err != nil {
		return stamp{}, err
	}
	commit, at, _ := strings.Cut(head, " ")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return stamp{}, fmt.Errorf("time of the commit %q: %w", head, err)
	}
	s.version, s.commit, s.time = describe, commit, time.Unix(seconds, 0).UTC()
	if strings.HasSuffix(describe, "+") {
		s.commit += "+"
	}
	return s, nil
}

func git(ctx context.Context, repository string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = repository
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
