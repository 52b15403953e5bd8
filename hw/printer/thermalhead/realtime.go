package thermalhead

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hurry locks the goroutine to its thread and puts it before all ordinary threads, as SCHED_FIFO with that priority; 0
// asks for no priority. Leave undoes both, and must be called also when the priority was refused.
func hurry(priority int) (leave func(), err error) {
	runtime.LockOSThread()
	if priority == 0 {
		return runtime.UnlockOSThread, nil
	}
	if err := schedule(unix.SCHED_FIFO, priority); err != nil {
		return runtime.UnlockOSThread, fmt.Errorf("priority %d: %w", priority, err)
	}
	return func() {
		if schedule(unix.SCHED_NORMAL, 0) == nil {
			runtime.UnlockOSThread()
		} // else the thread ends with its goroutine, and nobody inherits its priority
	}, nil
}

func schedule(policy uint32, priority int) error {
	attr := unix.SchedAttr{Policy: policy, Priority: uint32(priority), Flags: unix.SCHED_FLAG_RESET_ON_FORK} // threads made by this one are ordinary
	attr.Size = uint32(unsafe.Sizeof(attr))
	return unix.SchedSetAttr(0, &attr, 0)
}

// keepMemory has the program's pages stay in memory once they are there. It holds for the whole process.
func keepMemory() error {
	if err := unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT); err != nil {
		return fmt.Errorf("lock memory: %w", err)
	}
	return nil
}
