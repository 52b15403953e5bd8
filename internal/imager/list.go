package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/internal/disk"
	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/disk/gpt"
)

func newList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list IMAGE",
		Short: "Say what is on an image",
		Example: `  imager list build/image/totem-arm64.img
  imager list --json build/image/totem-arm64.img`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(c, fmt.Errorf("%s takes one image, and got %d", c.CommandPath(), len(args)))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			opened, err := openCard(args[0])
			if err != nil {
				return err
			}
			defer opened.Close()
			if asJSON {
				return listJSON(c.OutOrStdout(), opened)
			}
			return listTable(c.OutOrStdout(), opened)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of the table")
	return c
}

// listed is what is told of an image.
type listed struct {
	Arch       string            `json:"arch"`
	Release    map[string]string `json:"release"` // os-release
	Packages   int               `json:"packages"`
	Partitions []listedPartition `json:"partitions"`
}

type listedPartition struct {
	Number     int      `json:"number"`
	Label      string   `json:"label"`
	Offset     int64    `json:"offset"`
	Size       int64    `json:"size"`
	Used       int64    `json:"used,omitempty"` // of ext4
	GUID       string   `json:"guid"`
	FileSystem string   `json:"file_system"`
	Features   []string `json:"features,omitempty"`
	Files      []string `json:"files,omitempty"` // of the ESP
}

func describeCard(c *card) (listed, error) {
	release, err := readRelease(c)
	if err != nil {
		return listed{}, err
	}
	l := listed{Arch: c.arch, Release: release}
	if packages, err := os.ReadFile(c.beside(".packages")); err == nil {
		l.Packages = strings.Count(string(packages), "\n")
	}
	for i, p := range c.table.Partitions {
		row, err := describePartition(c, i+1, p)
		if err != nil {
			return listed{}, fmt.Errorf("partition %s: %w", p.Label, err)
		}
		l.Partitions = append(l.Partitions, row)
	}
	return l, nil
}

func describePartition(c *card, number int, p gpt.Partition) (listedPartition, error) {
	row := listedPartition{Number: number, Label: p.Label, Offset: p.Offset, Size: p.Size, GUID: p.GUID.String(), FileSystem: "ext4"}
	if number == disk.ESP {
		row.FileSystem = "FAT16"
		var err error
		row.Files, err = filesOf(c, "")
		return row, err
	}
	opened, err := ext4.Open(disk.Section(c.file, p))
	if err != nil {
		return row, err
	}
	row.Used, row.Features = opened.Size()-opened.Free(), opened.Features()
	return row, nil
}

// filesOf returns the paths of all files of the ESP below a folder.
func filesOf(c *card, folder string) (all []string, err error) {
	names, err := c.esp.Names(folder)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == "." || name == ".." {
			continue
		}
		path := strings.TrimPrefix(folder+"/"+name, "/")
		if below, err := filesOf(c, path); err == nil {
			all = append(all, below...)
		} else {
			all = append(all, path)
		}
	}
	return all, nil
}

func listJSON(w io.Writer, c *card) error {
	l, err := describeCard(c)
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(l)
}

func listTable(w io.Writer, c *card) error {
	l, err := describeCard(c)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s, %s, commit %s, %d packages\n\n", l.Release["IMAGE_ID"], l.Release["IMAGE_VERSION"], l.Release["BUILD_ID"], l.Packages)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "#\tlabel\tfile system\tat MiB\tMiB\tused MB\tPARTUUID")
	for _, p := range l.Partitions {
		used := ""
		if p.Used > 0 {
			used = fmt.Sprintf("%.1f", megabytes(p.Used))
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%d\t%d\t%s\t%s\n", p.Number, p.Label, p.FileSystem, p.Offset/disk.MiB, p.Size/disk.MiB, used, p.GUID)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, name := range l.Partitions[disk.ESP-1].Files {
		fmt.Fprintf(w, "%s  %s\n", disk.LabelESP, name)
	}
	return nil
}
