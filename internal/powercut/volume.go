package powercut

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// Missing says why there can be no recorded disk here, nil if there can.
func Missing() error {
	if os.Geteuid() != 0 {
		return errors.New("it needs root, to mount")
	}
	if _, err := findMkfs(); err != nil {
		return err
	}
	for _, device := range []string{"/dev/fuse", loopControl} {
		fd, err := unix.Open(device, unix.O_RDWR|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("it needs %s: %w", device, err)
		}
		unix.Close(fd)
	}
	bench, err := newBench()
	if err != nil {
		return err
	}
	defer bench.remove()
	if err := unix.Mount("none", bench.point, "tmpfs", 0, "size=4k"); err != nil {
		return fmt.Errorf("it needs to mount: %w", err)
	}
	return unix.Unmount(bench.point, unix.MNT_DETACH)
}

// findMkfs also looks where the PATH of a user often does not lead.
func findMkfs() (string, error) {
	if path, err := exec.LookPath("mkfs.ext4"); err == nil {
		return path, nil
	}
	path, err := exec.LookPath("/usr/sbin/mkfs.ext4")
	if err != nil {
		return "", errors.New("it needs mkfs.ext4; on Debian: apt install e2fsprogs")
	}
	return path, nil
}

// Volume is a mounted file system.
type Volume struct {
	Dir string // where it is mounted

	bench bench
	loop  loop // where this volume made it
	once  sync.Once
	err   error
}

// Mount mounts what the disk may hold after the cut, as the first start after it does. The caller closes the volume,
// and before that every file on it.
func (r *Recording) Mount(c Cut) (*Volume, error) {
	sweep()
	dev, err := r.attach(c)
	if err != nil {
		return nil, fmt.Errorf("keep an image: %w", err)
	}
	v, err := mount(dev.path)
	if err != nil {
		return nil, errors.Join(err, dev.close())
	}
	v.loop = dev
	return v, nil
}

// attach makes a loop device of the image, which is a file in memory without a name.
func (r *Recording) attach(c Cut) (loop, error) {
	fd, err := unix.MemfdCreate("powercut", unix.MFD_CLOEXEC)
	if err != nil {
		return loop{}, err
	}
	defer unix.Close(fd)
	if err := unix.Ftruncate(fd, int64(r.Size)); err != nil {
		return loop{}, err
	}
	image, err := unix.Mmap(fd, 0, r.Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return loop{}, err
	}
	r.lay(image, c)
	if err := unix.Munmap(image); err != nil {
		return loop{}, err
	}
	return attach(fd)
}

func mount(device string) (*Volume, error) {
	b, err := newBench()
	if err != nil {
		return nil, err
	}
	if err := unix.Mount(device, b.point, "ext4", unix.MS_NOATIME|unix.MS_NODEV|unix.MS_NOSUID, ""); err != nil {
		b.remove()
		return nil, fmt.Errorf("mount %s: %w", device, err)
	}
	return &Volume{Dir: b.point, bench: b}, nil
}

// Close unmounts the volume. If a file on it is still open it says so, and the volume goes when that is closed. It is
// idempotent.
func (v *Volume) Close() error {
	v.once.Do(func() {
		err := unix.Unmount(v.Dir, 0)
		if err != nil {
			err = errors.Join(fmt.Errorf("unmount %s: %w", v.Dir, err), unix.Unmount(v.Dir, unix.MNT_DETACH))
		}
		v.bench.remove()
		v.err = errors.Join(err, v.loop.close())
	})
	return v.err
}

const (
	benchPattern = "totem-powercut-*"
	benchPoint   = "disk"
)

// bench is a directory with a mount point in it. Its lock lives as long as the process that made it.
type bench struct {
	dir   string
	point string
	lock  *os.File
}

func newBench() (bench, error) {
	dir, err := os.MkdirTemp("", benchPattern)
	if err != nil {
		return bench{}, err
	}
	b := bench{dir: dir, point: filepath.Join(dir, benchPoint)}
	if b.lock, err = os.Open(dir); err == nil {
		if err = unix.Flock(int(b.lock.Fd()), unix.LOCK_EX); err == nil {
			err = os.Mkdir(b.point, 0o700)
		}
	}
	if err != nil {
		b.remove()
		return bench{}, fmt.Errorf("make a mount point: %w", err)
	}
	return b, nil
}

// remove takes the bench away. Whatever is still mounted there, and its files, stay.
func (b bench) remove() {
	os.Remove(b.point)
	os.Remove(b.dir)
	if b.lock != nil {
		b.lock.Close()
	}
}

// sweep unmounts what processes that were killed have left. A loop device goes with its last user.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), benchPattern))
	for _, dir := range dirs {
		lock, err := os.Open(dir)
		if err != nil {
			continue
		}
		b := bench{dir: dir, point: filepath.Join(dir, benchPoint), lock: lock}
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
			lock.Close()
			continue
		}
		// A process makes the mount point after it has the lock: with none there, it may be about to.
		if _, err := os.Lstat(b.point); errors.Is(err, os.ErrNotExist) {
			lock.Close()
			continue
		}
		unix.Unmount(b.point, unix.MNT_DETACH)
		b.remove()
	}
}
