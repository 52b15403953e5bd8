// Package vm runs a virtual machine for a test: QEMU as a Go value. A [Machine] has a disk, a screen that is read as a
// picture, a glass that is tapped, a network cable that can be pulled, a printer on a serial line and a console whose lines
// are kept with their time. It knows nothing of what runs inside; internal/vm/imagetest does.
//
// It needs qemu-system-x86_64 or qemu-system-aarch64 and their firmware: ask [Missing] first. A machine of the host's own
// kind runs under KVM where that works, any other is emulated and some twenty times slower.
//
// A disk of a test is a sparse copy, made by [Copy] and edited by [Disk] before the machine starts: the original is never
// written. With Config.Log every write and flush of the guest is noted in a file, which [ReadLog] reads and [Replay] plays
// back up to any flush, with any choice of the writes that were not flushed yet: all that a power cut can leave behind.
//
// What it cannot show: media that lose what was flushed, real panels, real printers' lines, and how long things take on a
// board.
package vm
