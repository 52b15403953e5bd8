package main

import (
	"fmt"
	"os"
	"path/filepath"

	"example.org/totem/bootstate"
)

// What lies on the ESP. The firmware looks for the first, Debian's GRUB for the second.
const (
	pathGrub    = "EFI/debian/grub.cfg"
	pathEnv1    = "totem/env1"
	pathEnv2    = "totem/env2"
	pathExample = "totem/provision.toml.example"
	pathReadme  = "totem/README.txt"
)

// pathLoader returns where the firmware of a machine looks for what it starts, by the UEFI specification, 3.5.1.1.
func pathLoader(arch string) string {
	if arch == "amd64" {
		return "EFI/BOOT/BOOTX64.EFI"
	}
	return "EFI/BOOT/BOOTAA64.EFI"
}

// bootFiles returns the files of the ESP by their paths.
func bootFiles(repository string, root Root) (map[string][]byte, error) {
	state := bootstate.Defaults().Encode()
	files := map[string][]byte{pathEnv1: state[:], pathEnv2: state[:]}
	from := filepath.Join(repository, "images", "esp")
	for path, source := range map[string]string{
		pathLoader(root.Arch): root.Grub,
		pathGrub:              filepath.Join(from, "grub.cfg"),
		pathExample:           filepath.Join(from, "provision.toml.example"),
		pathReadme:            filepath.Join(from, "README.txt"),
	} {
		data, err := os.ReadFile(source)
		if err != nil {
			return nil, fmt.Errorf("read what goes to the boot partition: %w", err)
		}
		files[path] = data
	}
	return files, nil
}
