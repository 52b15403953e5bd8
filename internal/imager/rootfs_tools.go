package main

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
)

// compiler returns the C compiler that makes programs of an architecture, and the Debian package that holds it.
func compiler(arch string) (program, from string) {
	switch {
	case arch == runtime.GOARCH:
		return "gcc", "gcc"
	case arch == "arm64":
		return "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"
	default:
		return "x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu"
	}
}

// needTools reports all programs that are missing, each with its package.
func needTools(arch string) error {
	cc, from := compiler(arch)
	var err error
	for _, t := range [][2]string{
		{"git", "git"}, {cc, from}, {"depmod", "kmod"}, {"xz", "xz-utils"}, {"dpkg-deb", "dpkg"},
		{"systemctl", "systemd"}, {"systemd-sysusers", "systemd"}, {"systemd-hwdb", "udev"},
	} {
		if _, missing := exec.LookPath(t[0]); missing != nil {
			err = errors.Join(err, fmt.Errorf("%s is missing: install the Debian package %s", t[0], t[1]))
		}
	}
	return err
}
