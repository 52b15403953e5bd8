package powercut

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// Disk is a mounted ext4 file system that is recorded. It is made by [NewDisk]; its methods may be called from
// anywhere.
type Disk struct {
	recorder *recorder
	loop     loop
	volume   *Volume

	once sync.Once
	err  error
}

// NewDisk makes a disk of size bytes, formats it, mounts it and begins to record. The caller closes it, and before
// that every file on it. The program must have called [Serve] when it began.
func NewDisk(size int) (*Disk, error) {
	sweep()
	d := &Disk{}
	err := d.attach(size)
	if err == nil {
		err = d.format()
	}
	if err == nil {
		d.volume, err = mount(d.loop.path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a recorded disk: %w", err), d.Close())
	}
	return d, nil
}

// attach puts the loop device over the image. The FUSE file system has a name only until then: it lives as long as
// the loop device holds its file.
func (d *Disk) attach(size int) error {
	b, err := newBench()
	if err != nil {
		return err
	}
	defer b.remove()
	defer unix.Unmount(b.point, unix.MNT_DETACH)
	if d.recorder, err = startRecorder(b.point, size); err != nil {
		return err
	}
	// Not os.Open, which would poll the file, and wait for the answer without letting go of its processor.
	fd, err := unix.Open(filepath.Join(b.point, imageName), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open the image: %w", err)
	}
	defer unix.Close(fd)
	d.loop, err = attach(fd)
	return err
}

func (d *Disk) format() error {
	mkfs, err := findMkfs()
	if err != nil {
		return err
	}
	// Blocks of 4 KiB and inodes of 256 bytes are what a card of any usual size gets; this disk is far smaller.
	out, err := exec.Command(mkfs, "-q", "-F", "-b", "4096", "-I", "256", "-m", "0",
		"-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", d.loop.path).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", mkfs, err, out)
	}
	return d.recorder.call("Start", new(none))
}

// Dir is where the disk is mounted.
func (d *Disk) Dir() string { return d.volume.Dir }

// Now returns how many events were recorded until now. What was on the medium when a call returned is so in every cut
// at or after the number that Now gives then.
func (d *Disk) Now() (events int, err error) { return events, d.recorder.call("Now", &events) }

// Recording returns all that was recorded until now.
func (d *Disk) Recording() (*Recording, error) {
	rec := new(Recording)
	return rec, d.recorder.call("Recording", rec)
}

// Unmount unmounts the disk; what that writes is recorded as well. It does nothing when the disk was unmounted.
func (d *Disk) Unmount() error {
	if d.volume == nil {
		return nil
	}
	return d.volume.Close()
}

// Close unmounts the disk and waits until nothing of it is left. It is idempotent.
func (d *Disk) Close() error {
	d.once.Do(func() {
		d.err = errors.Join(d.Unmount(), d.loop.close())
		if d.recorder != nil {
			d.err = errors.Join(d.err, d.recorder.stop())
		}
	})
	return d.err
}
