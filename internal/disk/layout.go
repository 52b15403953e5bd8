// Package disk lays out the card of a totem and puts its file systems into one sparse image file. Whoever boots the
// image, checks it or updates a slot takes places, labels and identifiers from here.
//
//	1  totem-esp      64 MiB  FAT16             what the firmware starts, and what a technician adds
//	2  totem-root-a  640 MiB  ext4, read only   the root file system
//	3  totem-root-b  640 MiB  ext4, read only   the same again
//	4  totem-ident    16 MiB  ext4, data=journal  the device's key and credentials, and the provisioning it took
//	5  totem-data     64 MiB  ext4, data=ordered  the database; grown to the end of the card at first boot
package disk

import (
	"fmt"

	"example.org/totem/internal/disk/gpt"
)

// MiB is 1024 × 1024 bytes.
const MiB = 1 << 20

// The numbers of the partitions, from 1.
const (
	ESP = iota + 1
	RootA
	RootB
	Ident
	Data
)

// The partitions' labels: what /dev/disk/by-partlabel shows.
const (
	LabelESP   = "totem-esp"
	LabelRootA = "totem-root-a"
	LabelRootB = "totem-root-b"
	LabelIdent = "totem-ident"
	LabelData  = "totem-data"
)

// What the file systems are called and known by.
const (
	VolumeESP = "TOTEM"
	SerialESP = 0x7074E301 // of the FAT file system

	uuidRoot  = "54f0a8b2-0d6e-4d0b-9b1d-6f1c0a9e7001" // of both slots, which are the same bytes
	uuidIdent = "54f0a8b2-0d6e-4d0b-9b1d-6f1c0a9e7004"
	uuidData  = "54f0a8b2-0d6e-4d0b-9b1d-6f1c0a9e7005"
)

// Size is how long the image is; a card needs no more, and the data partition takes what it has.
const Size = (1 + 64 + 640 + 640 + 16 + 64 + 1) * MiB

// Layout returns the table of an image for arm64 or amd64. Every card has the same identifiers: what tells two totems
// apart is the key that each makes at its first boot.
func Layout(arch string) (gpt.Table, error) {
	root, ok := map[string]string{ // of the Discoverable Partitions Specification
		"arm64": "b921b045-1df0-41c3-af44-4c6f280d3fae",
		"amd64": "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
	}[arch]
	if !ok {
		return gpt.Table{}, fmt.Errorf("there is no layout for %q; there is one for arm64 and amd64", arch)
	}
	parts := []struct {
		label, kind, guid string
		size              int64
	}{
		{LabelESP, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "9d4a6a0e-77a3-4d3c-8f0b-5b7c2f3e7001", 64},
		{LabelRootA, root, "9d4a6a0e-77a3-4d3c-8f0b-5b7c2f3e7002", 640},
		{LabelRootB, root, "9d4a6a0e-77a3-4d3c-8f0b-5b7c2f3e7003", 640},
		// Both of the kind "Linux file system data", which images/root/usr/lib/repart.d tells apart by their order.
		{LabelIdent, "0fc63daf-8483-4772-8e79-3d69d8477de4", "9d4a6a0e-77a3-4d3c-8f0b-5b7c2f3e7004", 16},
		{LabelData, "0fc63daf-8483-4772-8e79-3d69d8477de4", "9d4a6a0e-77a3-4d3c-8f0b-5b7c2f3e7005", 64},
	}
	table := gpt.Table{Size: Size}
	var err error
	if table.Disk, err = gpt.ParseGUID("9d4a6a0e-77a3-4d3c-8f0b-5b7c2f3e7000"); err != nil {
		return gpt.Table{}, err
	}
	at := int64(MiB)
	for _, p := range parts {
		kind, err := gpt.ParseGUID(p.kind)
		if err != nil {
			return gpt.Table{}, err
		}
		guid, err := gpt.ParseGUID(p.guid)
		if err != nil {
			return gpt.Table{}, err
		}
		table.Partitions = append(table.Partitions, gpt.Partition{Label: p.label, Type: kind, GUID: guid, Offset: at, Size: p.size * MiB})
		at += p.size * MiB
	}
	return table, table.Check()
}
