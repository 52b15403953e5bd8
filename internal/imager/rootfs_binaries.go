package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// layBinaries builds our programs and puts them where they belong: totem into the tree, the initrd's with its modules into boot/initrd.
func layBinaries(ctx context.Context, config RootConfig, root Root) error {
	cc, _ := compiler(config.Arch)
	totem := filepath.Join(root.Tree, "usr/bin/totem")
	if err := goBuild(ctx, config, totem, "./cmd/totem", "CGO_ENABLED=1", "CC="+cc); err != nil {
		return err
	}
	early := filepath.Join(config.Work, "init")
	if err := goBuild(ctx, config, early, "./cmd/initrd", "CGO_ENABLED=0"); err != nil {
		return err
	}
	at := root.Time
	if err := errors.Join(os.Chmod(totem, 0o755), os.Chtimes(totem, at, at)); err != nil {
		return err
	}
	return packInitrd(root.Initrd, early, filepath.Join(config.Work, "initrd"), at)
}

// goBuild builds one program without anything in it that tells where it was built.
func goBuild(ctx context.Context, config RootConfig, to, program string, env ...string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w -buildid=", "-o", to, program)
	cmd.Dir = config.Repository
	cmd.Env = append(os.Environ(), append(env, "GOOS=linux", "GOARCH="+config.Arch, "GOFLAGS=-mod=readonly")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", program, err, bytes.TrimSpace(out))
	}
	return nil
}

// packInitrd writes the initrd: a gzipped newc archive of
//
//	dev/ proc/ sys/ root/     where /init mounts
//	init                      the program
//	modules                   names of the files in lib/modules, one a line, in the order in which they are loaded
//	lib/modules/*.ko          decompressed
func packInitrd(to, program, modules string, at time.Time) error {
	const folder, file, run = os.ModeDir | 0o755, 0o644, 0o755
	init, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	list, err := os.ReadFile(filepath.Join(modules, "modules"))
	if err != nil {
		return err
	}
	entries := []cpioEntry{{Name: "dev", Mode: folder}, {Name: "init", Mode: run, Content: init}, {Name: "lib", Mode: folder}, {Name: "lib/modules", Mode: folder}}
	for _, name := range strings.Fields(string(list)) {
		content, err := os.ReadFile(filepath.Join(modules, name))
		if err != nil {
			return err
		}
		entries = append(entries, cpioEntry{Name: "lib/modules/" + name, Mode: file, Content: content})
	}
	entries = append(entries, cpioEntry{Name: "modules", Mode: file, Content: list},
		cpioEntry{Name: "proc", Mode: folder}, cpioEntry{Name: "root", Mode: folder}, cpioEntry{Name: "sys", Mode: folder})
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := errors.Join(writeCPIO(z, entries, at), z.Close()); err != nil {
		return err
	}
	return os.WriteFile(to, packed.Bytes(), 0o644)
}
