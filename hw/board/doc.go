// Package board is what a totem has of its board besides glass, printer and sound: a contact at the door, a lamp, sensors for the
// paper, the panel's backlight, and what the kernel tells of disk, card, heat, supply and watchdog.
//
// Lines of the board (GPIO) are used through the kernel's character devices, by periph. All else is read below /sys and written to
// one file there. Whatever is not there is left alone; nothing of it is needed to give tickets.
//
// Sources, all of the Linux kernel's documentation: Documentation/ABI/stable/sysfs-class-backlight, ABI/testing/sysfs-fs-ext4,
// ABI/testing/sysfs-class-watchdog, watchdog/watchdog-api.rst (the bits of bootstatus), driver-api/mmc/mmc-dev-attrs.rst and the
// eMMC standard JESD84-B51 (life_time, pre_eol_info), hwmon/sysfs-interface.rst, ABI/testing/sysfs-class-thermal.
package board
