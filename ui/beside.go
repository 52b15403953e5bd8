package ui

import (
	"image"

	"github.com/hajimehoshi/ebiten/v2"

	"example.org/totem/typeset"
)

// Beside is what a window shows at the right of the panel and is no part of the totem: in the simulator, the printer.
// Its places are counted in panel pixels from its own upper left corner; it is as high as the panel.
type Beside interface {
	// Width never changes.
	Width() int
	// Paint paints all of it on dst, whose bounds begin at 0, 0 and whose dots are those of the last time. It is called
	// on the window's goroutine, after Redraw, and must not call the window.
	Paint(set *typeset.Setter, dst *image.RGBA)
	// Touch is told of the pointer where it goes down and up beside the panel. It must not block.
	Touch(x, y int, phase Phase)
}

// beside is the window's care for what stands beside the panel. Everything but what is set once is guarded by Window.mu.
type beside struct {
	what  Beside
	frame *image.RGBA
	stale bool
}

func newBeside(what Beside, height int) *beside {
	if what == nil {
		return nil
	}
	return &beside{what: what, frame: image.NewRGBA(image.Rect(0, 0, what.Width(), height)), stale: true}
}

// width is how much wider than the panel the window is.
func (b *beside) width() int {
	if b == nil {
		return 0
	}
	return b.what.Width()
}

// Redraw says that what stands beside the panel looks different now. It may be called from any goroutine.
func (w *Window) Redraw() {
	w.mu.Lock()
	if w.beside != nil {
		w.beside.stale = true
	}
	w.mu.Unlock()
	w.wake()
}

// point tells a pointer's doings to whom they concern: panel or beside, by where it went down.
func (g *game) point(x, y int, phase Phase) {
	w := g.window
	edge := w.cfg.Panel.Width
	if phase == Press {
		g.aside = w.beside != nil && x >= edge
	}
	if g.aside {
		w.beside.what.Touch(x-edge, y, phase)
		return
	}
	w.Touch(x, y, phase)
}

// uploadBeside paints what stands beside the panel where it looks different now. mu is held.
func (g *game) uploadBeside() {
	b := g.window.beside
	if b == nil {
		return
	}
	if g.beside == nil {
		g.beside = ebiten.NewImageWithOptions(b.frame.Rect, &ebiten.NewImageOptions{Unmanaged: true})
	}
	if b.stale {
		b.what.Paint(g.window.set, b.frame)
		b.stale = false
		g.beside.WritePixels(b.frame.Pix)
	}
}
