// Package powercut tries what is left on a disk when the power fails. A [Disk] is a real file system, ext4 on a loop
// device, over a file that notes every write and every flush. [Recording.Mount] mounts what such a disk may hold after a
// [Cut] at any moment.
//
// Words: a flush is the kernel's demand that all earlier writes be on the medium. A write is pending until the next
// flush. A cut falls between two events. After it, what was flushed is there; of each pending write all, nothing, or
// any of its sectors of 512 bytes, in any order.
//
// It needs root, /dev/fuse, loop devices and mkfs.ext4: ask [Missing] first. What a killed process leaves mounted is
// taken down by the next one that calls [NewDisk] or [Recording.Mount].
//
// The store's own power cuts are a test of this package: TOTEM_POWER_CUTS=3000 says how many instead of 300, and
// TOTEM_POWER_SEED repeats a run's choices; with -artifacts the disks on which something was wrong are kept.
//
// Not modelled: media that damage what lay still, and those that say a write is flushed when it is not (but see
// [Cut.Lying]).
package powercut
