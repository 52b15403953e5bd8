package appliance

import (
	"context"
	"errors"
	"image"
	"io/fs"
	"sync"
	"time"

	"example.org/totem/hw/framebuffer"
	"example.org/totem/internal/fault"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
	"example.org/totem/ui/placard"
)

// glass is the wall of a totem: its panel by the framebuffer, opened when something is to be hung.
type glass struct {
	mu     sync.Mutex
	c      Config
	screen *framebuffer.Screen
	set    *typeset.Setter
}

// wall returns where placards hang, and what lets go of it while the last one stays.
func (c Config) wall() (w Wall, leave func() error) {
	if c.Wall != nil {
		return c.Wall, func() error { return nil }
	}
	g := &glass{c: c}
	return g, g.leave
}

// Hang paints a page.
func (g *glass) Hang(page placard.Page) (err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.set == nil {
		if g.set, err = typeset.New(); err != nil {
			return err
		}
	}
	if g.screen == nil {
		to := g.c.Framebuffer
		to.Rotation = framebuffer.Rotation(g.c.rotation())
		if g.screen, err = framebuffer.Open(to); err != nil {
			return err
		}
	}
	size := g.screen.Size()
	panel := look.Panel{Width: size.X, Height: size.Y}
	if err := panel.Validate(); err != nil {
		return fault.New(fault.CodeFramebuffer, err, "take another panel", "the panel is too small or too large to be read")
	}
	img := image.NewRGBA(image.Rectangle{Max: size})
	paint.Paint(g.set, img, placard.Place(g.set, panel, page))
	return g.screen.Show(img)
}

// leave lets the panel go; the picture stays.
func (g *glass) leave() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.screen == nil {
		return nil
	}
	err := g.screen.Leave()
	g.screen = nil
	return err
}

// hangPatience is how long a framebuffer that is not there yet is waited for.
const hangPatience = 8 * time.Second

// hangSoon hangs a page, and waits a little for a panel whose driver comes up just now.
func (c Config) hangSoon(ctx context.Context, w Wall, page placard.Page) error {
	const pause = 200 * time.Millisecond
	for left := hangPatience; ; left -= pause {
		err := w.Hang(page)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || left <= 0 {
			return err
		}
		if !c.wait(ctx.Done(), pause) {
			return ctx.Err()
		}
	}
}
