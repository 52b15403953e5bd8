// Package initrd is what a totem does between its kernel and its system: it loads the drivers that a root may need, starts
// the watchdog, finds the partition that the boot loader chose, mounts it read-only and hands over to its init. If that
// partition cannot be mounted it marks the slot bad on the card, so that the other one is started.
//
// The package decides; what it asks of the kernel is [Machine], which [Linux] is on a real one.
package initrd
