// Package evdev reads the input devices of Linux: touch panels, keypads, code readers that act as keyboards.
//
// [Open] and [Find] give a [Port]; its bytes go through a [Decoder], which makes them events. What a device is and what
// its axes, slots, keys and switches are at the moment is asked of the Port. A pipe becomes a Port by [Describe].
//
// Sources: linux/input.h and linux/input-event-codes.h, and the kernel's manual "Linux Input Subsystem userspace API".
package evdev
