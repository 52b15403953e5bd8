package initrd

import (
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Partition is one that the kernel knows.
type Partition struct {
	Device string // /dev/mmcblk0p2
	Disk   string // mmcblk0
	ID     GUID
	Label  string
}

// Partitions returns the partitions of all disks in the root folder, by what the kernel says of them in /sys and by the
// partition tables on the disks themselves. A disk that cannot be read has none.
func Partitions(files fs.FS) []Partition {
	const folder = "sys/class/block"
	disks, _ := fs.ReadDir(files, folder)
	var all []Partition
	for _, disk := range disks {
		numbers := numbersOf(files, path.Join(folder, disk.Name()))
		if len(numbers) == 0 {
			continue
		}
		for _, entry := range table(files, path.Join("dev", disk.Name())) {
			if name := numbers[entry.Number]; name != "" {
				all = append(all, Partition{Device: "/dev/" + name, Disk: disk.Name(), ID: entry.ID, Label: entry.Label})
			}
		}
	}
	return all
}

// numbersOf returns the names of a disk's partitions by their numbers.
func numbersOf(files fs.FS, disk string) map[int]string {
	names := map[int]string{}
	parts, _ := fs.ReadDir(files, disk)
	for _, part := range parts {
		b, err := fs.ReadFile(files, path.Join(disk, part.Name(), "partition"))
		if err != nil {
			continue
		}
		if n, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
			names[n] = part.Name()
		}
	}
	return names
}

func table(files fs.FS, device string) []GPTEntry {
	f, err := files.Open(device)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	disk, ok := f.(io.ReaderAt)
	if !ok {
		return nil
	}
	all, _ := ReadGPT(disk)
	return all
}
