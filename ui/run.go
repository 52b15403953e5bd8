package ui

import (
	"errors"
	"image"
	"os"
	"sync"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"example.org/totem/internal/fault"
)

// Run opens the window and keeps it until Close, or until the person at a desktop closes it; both end it with nil. It
// must be called on the main goroutine, once in a process. Without a display it fails with fault.CodeDisplay.
func (w *Window) Run() error {
	if os.Getenv("DISPLAY") == "" {
		return noDisplay(errors.New("DISPLAY is not set"))
	}
	ebiten.SetWindowTitle(w.cfg.Title)
	ebiten.SetWindowClosingHandled(true)
	ebiten.SetRunnableOnUnfocused(true)
	if w.cfg.Fullscreen {
		ebiten.SetFullscreen(true)
		ebiten.SetCursorMode(ebiten.CursorModeHidden)
	} else {
		ebiten.SetWindowSize(w.windowSize())
	}
	sleepBetweenFrames()
	ended := make(chan struct{})
	var insisting sync.WaitGroup
	insisting.Go(func() { w.insist(ended) })
	err := ebiten.RunGameWithOptions(&game{window: w}, &ebiten.RunGameOptions{X11ClassName: "totem", X11InstanceName: "totem"})
	w.loop.set(false)
	w.Close()
	close(ended)
	insisting.Wait()
	if err != nil {
		return noDisplay(err)
	}
	return nil
}

func noDisplay(err error) error {
	return fault.New(fault.CodeDisplay, err, "start an X server and name it in DISPLAY",
		"there is no display to show the screens on")
}

// windowSize is the size of panel and what stands beside it, or as much of it as a desktop has room for, in its proportions.
func (w *Window) windowSize() (width, height int) {
	width, height = w.cfg.Panel.Width+w.beside.width(), w.cfg.Panel.Height
	monitor := ebiten.Monitor()
	if monitor == nil {
		return width, height
	}
	roomX, roomY := monitor.Size()
	if roomX <= 0 || roomY <= 0 || width <= roomX && height <= roomY {
		return width, height
	}
	// Desktops keep a part for their bars and the window's title.
	fit := min(float64(roomX)*0.95/float64(width), float64(roomY)*0.88/float64(height))
	return max(1, int(float64(width)*fit)), max(1, int(float64(height)*fit))
}

// game is what ebiten runs. Its methods are called on one goroutine.
type game struct {
	window *Window
	shown  *ebiten.Image // what was uploaded of the window's frame
	beside *ebiten.Image // and of what stands beside the panel
	at     image.Point
	aside  bool // the pointer went down beside the panel
}

// Update follows the pointer, which counts as a finger.
func (g *game) Update() error {
	w := g.window
	w.mu.Lock()
	closed := w.closed
	w.mu.Unlock()
	ends := closed || ebiten.IsWindowBeingClosed()
	w.loop.set(!ends)
	if ends {
		return ebiten.Termination
	}
	x, y := ebiten.CursorPosition()
	at := image.Pt(x, y)
	// A quick tap goes down and up between two frames: its state alone would never be seen.
	if inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft) {
		g.point(x, y, Press)
	} else if at != g.at && ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft) {
		g.point(x, y, Move)
	}
	if inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft) {
		g.point(x, y, Release)
	}
	g.at = at
	return nil
}

// Draw uploads what changed of the frame, presents it, and answers those who wait for a picture of it.
func (g *game) Draw(screen *ebiten.Image) {
	w := g.window
	w.mu.Lock()
	defer w.mu.Unlock()
	if g.shown == nil {
		g.shown = ebiten.NewImageWithOptions(w.frame.Rect, &ebiten.NewImageOptions{Unmanaged: true})
	}
	for _, r := range w.repaint() {
		g.shown.SubImage(r).(*ebiten.Image).WritePixels(dots(w.frame, r))
	}
	// The screen may be a new one after a resize: it gets the whole frame, which costs one quad.
	screen.DrawImage(g.shown, &ebiten.DrawImageOptions{Blend: ebiten.BlendCopy})
	g.drawBeside(screen)
	for _, s := range w.shots {
		panel := screen.SubImage(w.frame.Rect).(*ebiten.Image)
		img := image.NewRGBA(panel.Bounds())
		panel.ReadPixels(img.Pix)
		s.reply <- img
	}
	w.shots = nil
}

// Layout keeps the panel's pixels whatever the window's size is, so that touches are always in panel pixels.
func (g *game) Layout(int, int) (int, int) {
	return g.window.cfg.Panel.Width + g.window.beside.width(), g.window.cfg.Panel.Height
}

// dots returns the pixels of a part of frame, row by row without gaps.
func dots(frame *image.RGBA, r image.Rectangle) []byte {
	if r == frame.Rect {
		return frame.Pix
	}
	row := 4 * r.Dx()
	out := make([]byte, 0, row*r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := frame.PixOffset(r.Min.X, y)
		out = append(out, frame.Pix[at:at+row]...)
	}
	return out
}

var _ ebiten.Game = (*game)(nil)
