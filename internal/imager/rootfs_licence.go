package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"example.org/totem/internal/debian"
)

// licenceOf returns the SPDX expression of the licences of a package that was laid into tree, or "" if its copyright file is missing or is
// not machine-readable.
func licenceOf(tree *os.Root, name string) (string, error) {
	file, err := tree.Open("usr/share/doc/" + name + "/copyright")
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("licence of %s: %w", name, err)
	}
	defer file.Close()
	expression, err := debian.Licence(file)
	if err != nil && !errors.Is(err, debian.ErrNoLicence) {
		return "", fmt.Errorf("licence of %s: %w", name, err)
	}
	return expression, nil
}
