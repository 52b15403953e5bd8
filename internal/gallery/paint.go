package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"example.org/totem/internal/golden"
	"example.org/totem/internal/scenes"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/paint"
)

// painted is a picture that was made.
type painted struct {
	view
	misfits []string // what does not fit, for people
}

// paintAll paints every view into folder, on all processors.
func paintAll(ctx context.Context, folder string, all []view, progress io.Writer) ([]painted, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	done := make([]painted, len(all))
	errs := make([]error, runtime.NumCPU())
	var next, count atomic.Int64
	var painters sync.WaitGroup
	for worker := range errs {
		painters.Go(func() {
			set, err := typeset.New()
			for err == nil && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(all) {
					return
				}
				if done[i], err = paintOne(set, folder, all[i]); err == nil {
					if n := count.Add(1); n%100 == 0 {
						fmt.Fprintf(progress, "gallery: %d of %d\n", n, len(all))
					}
				}
			}
			errs[worker] = errors.Join(err, ctx.Err())
		})
	}
	painters.Wait()
	return done, errors.Join(errs...)
}

func paintOne(set *typeset.Setter, folder string, v view) (painted, error) {
	room := layout.Room{Set: set, Panel: v.panel.glass}
	screen, err := v.scene.Play(scenes.Setting{Lang: v.lang, Look: v.look, Room: room, Long: v.long})
	if err != nil {
		return painted{}, err
	}
	plan := layout.Place(set, v.panel.glass, screen, "")
	frame := image.NewRGBA(plan.Bounds)
	paint.Paint(set, frame, plan)
	result := painted{view: v}
	for _, m := range plan.Misfits {
		result.misfits = append(result.misfits, fmt.Sprintf("%s %s %q: %s", m.Role, m.ID, m.Text, m.Why))
	}
	file, err := os.Create(filepath.Join(folder, v.file()))
	if err != nil {
		return painted{}, err
	}
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(file, golden.Half(frame))
	return result, errors.Join(err, file.Close())
}
