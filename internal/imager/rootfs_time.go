package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// setTime sets when what is at a path was changed and read last, of a symbolic link itself too: utimensat(2).
func setTime(path string, at time.Time) error {
	times := []unix.Timespec{unix.NsecToTimespec(at.UnixNano()), unix.NsecToTimespec(at.UnixNano())}
	return unix.UtimesNanoAt(unix.AT_FDCWD, path, times, unix.AT_SYMLINK_NOFOLLOW)
}
