package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// layCompatible writes for which boards an update is, in place of the mark that RAUC's configuration in images/root has.
func layCompatible(root Root) error {
	file := filepath.Join(root.Tree, "etc/rauc/system.conf")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	mark := []byte("@ARCH@")
	if !bytes.Contains(text, mark) {
		return fmt.Errorf("%s has no mark %s", file, mark)
	}
	return os.WriteFile(file, bytes.ReplaceAll(text, mark, []byte(root.Arch)), 0o644)
}
