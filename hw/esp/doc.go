// Package esp reads files of a totem's small FAT partition and writes over bytes of files that are there, without the file
// system ever being mounted.
//
// A FAT that is mounted for writing is a FAT that a power cut can spoil. Here nothing of it changes but the bytes of a
// file: no table, no folder, no date, no length. Each sector is written for itself, in place, past every cache of the
// system, is durable when the call returns, and is read back. So after a power cut a sector is as it was or as it was to be.
//
// The layout is that of Microsoft's "FAT: General Overview of On-Disk Format", 1.03 (FAT12, FAT16, FAT32). Numbers are
// little-endian. Of the first sector:
//
//	offset  bytes  what
//	11      2      bytes a sector: 512, 1024, 2048 or 4096
//	13      1      sectors a cluster: a power of two
//	14      2      reserved sectors before the first table
//	16      1      tables
//	17      2      entries of the root folder; 0 on FAT32
//	19      2      sectors in all, or 0
//	22      2      sectors a table, or 0 on FAT32
//	32      4      sectors in all, if there was 0
//	36      4      FAT32: sectors a table
//	44      4      FAT32: first cluster of the root folder
//	510     2      55 AA
//
// An entry of a folder has 32 bytes:
//
//	offset  bytes  what
//	0       11     name, padded by spaces; first byte 00: the end, E5: erased, 05: stands for E5
//	11      1      attributes: 08 the volume's label, 10 a folder, 0F a part of a long name
//	12      1      08: the name is in small letters, 10: the extension is
//	20      2      FAT32: upper half of the first cluster
//	26      2      first cluster, or its lower half
//	28      4      bytes of the file
//
// A long name lies in entries before its file's, last part first:
//
//	offset  bytes  what
//	0       1      number of the part from 1; 40 added in the last one
//	1       10     5 letters in UTF-16; 0000 ends the name
//	13      1      check sum of the short name
//	14      12     6 letters
//	28      4      2 letters
package esp
