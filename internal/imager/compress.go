package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"example.org/totem/internal/disk/ext4"
)

// level of zstd. For an image of 139 MB it takes 45 s of processor time, half of that on two cores; level 9 takes 19 s and packs it to 141 MB,
// level 15 takes 116 s and packs it to 138 MB.
const level = "12"

// window of zstd, as a power of two: 1 GiB, so that slot A is still in sight while slot B, the same bytes, is packed. Whoever
// unpacks needs the same --long.
const window = "30"

// beat is how often the progress of packing is told.
const beat = 10 * time.Second

// compress packs the file at from into one at to, and returns the size of that. The same bytes are packed to the same bytes,
// however many cores do it.
func compress(ctx context.Context, from, to string, d *diary) (int64, error) {
	program, err := ext4.Tool("zstd")
	if err != nil {
		return 0, err
	}
	in, err := os.Open(from)
	if err != nil {
		return 0, fmt.Errorf("compress the image: %w", err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return 0, fmt.Errorf("compress the image: %w", err)
	}
	next := to + ".next"
	c := exec.CommandContext(ctx, program, "-q", "-f", "-T0", "-"+level, "--long="+window, "-o", next)
	c.Stdin = &told{r: in, whole: info.Size(), d: d, last: d.now()}
	if out, err := c.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("compress the image by zstd: %w: %s", errors.Join(err, ctx.Err()), out)
	}
	packed, err := os.Stat(next)
	if err != nil {
		return 0, err
	}
	d.say(fmt.Sprintf("%s: %.1f MB of %.0f", to, megabytes(packed.Size()), megabytes(info.Size())))
	return packed.Size(), os.Rename(next, to)
}

// told is a reader that says how far it has come.
type told struct {
	r           io.Reader
	done, whole int64
	d           *diary
	last        time.Time
}

func (t *told) Read(b []byte) (int, error) {
	n, err := t.r.Read(b)
	t.done += int64(n)
	if now := t.d.now(); now.Sub(t.last) >= beat {
		t.last = now
		t.d.say(fmt.Sprintf("compressing: %d %%", t.done*100/max(t.whole, 1)))
	}
	return n, err
}
