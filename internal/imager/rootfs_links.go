package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// nowhere is the target by which systemd, udev and tmpfiles switch off what a package's file of the same name says.
const nowhere = "/dev/null"

// readLinks reads images/links for one architecture: the target of each link by its path below the root.
func readLinks(images, arch string) (map[string]string, error) {
	links := make(map[string]string)
	err := readList(images, "links", arch, func(words []string) error {
		name, target := "", nowhere
		switch {
		case words[0] == "mask" && len(words) == 2:
			name = words[1]
		case words[0] == "link" && len(words) == 3:
			name, target = words[1], words[2]
		default:
			return fmt.Errorf("%q is neither mask PATH nor link PATH TARGET", words)
		}
		if !filepath.IsLocal(name) || filepath.Clean(name) != name {
			return fmt.Errorf("%q is no path below the root", name)
		}
		if links[name] != "" {
			return fmt.Errorf("%s is said twice", name)
		}
		links[name] = target
		return nil
	})
	return links, err
}

// layLinks makes the links of images/links in the place of whatever a package has there.
func layLinks(images string, root Root) error {
	links, err := readLinks(images, root.Arch)
	if err != nil {
		return err
	}
	for name, target := range links {
		path := filepath.Join(root.Tree, name)
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Symlink(target, path)); err != nil {
			return err
		}
	}
	return nil
}
