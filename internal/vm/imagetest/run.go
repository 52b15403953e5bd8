package imagetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"example.org/totem/internal/vm"
)

// Options say what is tried. Arch and Root are needed.
type Options struct {
	Arch     vm.Arch
	Root     string    // of the sources: the scheduler, the probe and the relay are built from there
	Image    string    // path of the image; "" means build/image/totem-ARCH.img below Root
	Out      string    // folder of the report; "" means build/image-test/ARCH below Root
	Figures  string    // file that figures are added to; "" means build/image.json below Root
	Work     string    // folder for disks, some 4 GB; "" means work in Out
	Keep     bool      // leave that folder
	Cases    []string  // names; none means all
	Emulated bool      // no KVM even where it works
	Width    int       // of the screen in pixels; 0 means 1080
	Height   int       // 0 means 1920
	Cuts     int       // least number of power cuts; 0 means 200
	Seed     uint64    // of the power cuts' choices; 0 is a seed like any other
	Patience float64   // how many times as long as usual things may take, on a busy host; 0 means once
	Progress io.Writer // nil means nowhere
}

func (o Options) filled() Options {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&o.Image, filepath.Join(o.Root, "build/image/totem-"+string(o.Arch)+".img"))
	set(&o.Out, filepath.Join(o.Root, "build/image-test", string(o.Arch)))
	set(&o.Figures, filepath.Join(o.Root, "build/image.json"))
	set(&o.Work, filepath.Join(o.Out, "work"))
	if o.Width == 0 || o.Height == 0 {
		o.Width, o.Height = 1080, 1920
	}
	if o.Cuts == 0 {
		o.Cuts = 200
	}
	if o.Patience == 0 {
		o.Patience = 1
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o
}

// ErrFailed is the error of a run in which a case failed. The report says which, and why.
var ErrFailed = errors.New("the image does not do what it must")

// trial is one case.
type trial struct {
	name  string
	title string // what is shown, as a sentence
	run   func(context.Context, *lab) error
}

// Names returns the names of all cases, in the order in which they are tried.
func Names() []string {
	var names []string
	for _, t := range trials() {
		names = append(names, t.name)
	}
	return names
}

// Run tries the image and writes the report. Its error wraps [ErrFailed] if a case failed; any other means that it could not be
// tried. When ctx ends, it stops what it started and writes the report of what there was.
func Run(ctx context.Context, opt Options) error {
	opt = opt.filled()
	if err := vm.Missing(opt.Arch); err != nil {
		return err
	}
	for _, name := range opt.Cases {
		if !slices.Contains(Names(), name) {
			return fmt.Errorf("there is no case %q; there are %v", name, Names())
		}
	}
	l, err := openLab(ctx, opt)
	if err != nil {
		return err
	}
	r := &report{Arch: string(opt.Arch), Image: opt.Image, Accelerated: l.kvm, Begun: l.begin}
	for _, t := range trials() {
		if ctx.Err() != nil || len(opt.Cases) > 0 && !slices.Contains(opt.Cases, t.name) && t.name != firstBoot {
			continue
		}
		r.Cases = append(r.Cases, l.try(ctx, t))
		if t.name == firstBoot && !r.Cases[0].OK {
			l.say("without a first boot there is nothing more to try")
			break
		}
	}
	r.Seconds = time.Since(l.begin).Seconds()
	err = errors.Join(r.write(opt), l.close(), ctx.Err())
	if failed := r.failed(); failed > 0 {
		err = errors.Join(err, fmt.Errorf("%w: %d of %d cases failed; see %s", ErrFailed, failed, len(r.Cases), filepath.Join(opt.Out, "report.md")))
	}
	return err
}

// longestCase ends a case that does not end by itself, under KVM.
const longestCase = 15 * time.Minute

func (l *lab) try(ctx context.Context, t trial) outcome {
	l.say("== %s: %s", t.name, t.title)
	o := &outcome{Name: t.name, Title: t.title}
	l.mu.Lock()
	l.now = o
	l.mu.Unlock()
	begin := time.Now()
	ctx, cancel := context.WithTimeout(ctx, l.patience(longestCase))
	err := t.run(ctx, l)
	cancel()
	o.Seconds, o.OK = time.Since(begin).Seconds(), err == nil
	word := "ok"
	if err != nil {
		o.Error, word = err.Error(), "FAILED: "+err.Error()
	}
	l.mu.Lock()
	l.now = nil
	l.mu.Unlock()
	l.say("== %s: %s (%.0f s)", t.name, word, o.Seconds)
	return *o
}

// figure notes a number of the case that runs.
func (l *lab) figure(id string, value float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != nil {
		if l.now.Figures == nil {
			l.now.Figures = map[string]float64{}
		}
		l.now.Figures[id] = value
	}
}
