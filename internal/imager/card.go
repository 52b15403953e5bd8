package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"example.org/totem/hw/esp"
	"example.org/totem/internal/disk"
	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/disk/gpt"
	"example.org/totem/internal/fault"
)

// card is an image that was opened to be looked at. Nothing of it is written or mounted.
type card struct {
	path  string
	file  *os.File
	table gpt.Table
	arch  string
	esp   *esp.Partition
	root  *ext4.FS // slot A; B is the same bytes
	ident *ext4.FS
	data  *ext4.FS
}

// openCard opens an image. It fails only for what is no image of ours at all.
func openCard(path string) (_ *card, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.CodeSystem, fault.Reason(err), "name an image that imager build has made", "the image %s cannot be read", path)
	}
	c := &card{path: path, file: f}
	defer func() {
		if err != nil {
			err = fault.New(fault.CodeSystem, errors.Join(err, c.Close()), "build it anew by imager build", "%s is no image of a totem's card", path)
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if c.table, err = gpt.Read(f, info.Size()); err != nil {
		return nil, err
	}
	if c.arch, err = archOf(c.table); err != nil {
		return nil, err
	}
	if c.esp, err = esp.OpenAt(path, c.table.Partitions[disk.ESP-1].Offset); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		number int
		to     **ext4.FS
	}{{disk.RootA, &c.root}, {disk.Ident, &c.ident}, {disk.Data, &c.data}} {
		p := c.table.Partitions[part.number-1]
		if *part.to, err = ext4.Open(disk.Section(f, p)); err != nil {
			return nil, fmt.Errorf("partition %s: %w", p.Label, err)
		}
	}
	return c, nil
}

// archOf returns for which machine a table is, by the kind of its root partitions.
func archOf(table gpt.Table) (string, error) {
	for _, arch := range arches() {
		want, err := disk.Layout(arch)
		if err != nil {
			return "", err
		}
		if len(table.Partitions) == len(want.Partitions) && table.Partitions[disk.RootA-1].Type == want.Partitions[disk.RootA-1].Type {
			return arch, nil
		}
	}
	return "", errors.New("its partitions are not those of a totem")
}

// Close closes the image.
func (c *card) Close() error {
	if c.esp == nil {
		return c.file.Close()
	}
	return errors.Join(c.esp.Close(), c.file.Close())
}

// beside returns the path of a file that build puts beside the image.
func (c *card) beside(ending string) string { return strings.TrimSuffix(c.path, ".img") + ending }
