package ui

import (
	"errors"
	"image"
	"image/color"
	"math"
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
		// Mesa never draws more lines than the window was made with, where the X server shares no memory.
		ebiten.SetWindowSize(w.cfg.Panel.Width, w.cfg.Panel.Height)
		ebiten.SetFullscreen(true)
		ebiten.SetCursorMode(ebiten.CursorModeHidden)
	} else {
		ebiten.SetWindowSize(w.windowSize())
	}
	sleepBetweenFrames()
	// One thread for window and graphics: another that reads what the X server says would keep touches from this one.
	options := &ebiten.RunGameOptions{X11ClassName: "totem", X11InstanceName: "totem", SingleThread: true}
	ended := make(chan struct{})
	var insisting sync.WaitGroup
	insisting.Go(func() { w.insist(ended) })
	err := ebiten.RunGameWithOptions(&game{window: w}, options)
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
	pixels []byte        // for dots
	beside *ebiten.Image // and of what stands beside the panel
	at     image.Point
	aside  bool // the pointer went down beside the panel

	presents bool // the frame before this one was handed to the display
	owed     bool // a beat waits for a frame, whether any dot has changed or not
	idle     bool // nothing but a beat asked for this frame, and it needs none
}

// Update follows the pointer, which counts as a finger.
func (g *game) Update() error {
	w := g.window
	closed := g.beat()
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
	if w.cfg.Struck != nil {
		for _, key := range inpututil.AppendJustPressedKeys(nil) {
			w.cfg.Struck(key.String(), ebiten.IsKeyPressed(ebiten.KeyShift))
		}
	}
	return nil
}

// Draw uploads what changed of the frame, and answers those who wait for a picture of it. It leaves ebiten's own picture of
// the screen alone but for one dot, without which ebiten would not present anything: DrawFinalScreen does without it.
func (g *game) Draw(screen *ebiten.Image) {
	w := g.window
	w.mu.Lock()
	defer w.mu.Unlock()
	if g.shown == nil {
		g.shown = ebiten.NewImageWithOptions(w.frame.Rect, &ebiten.NewImageOptions{Unmanaged: true})
	}
	painted := w.repaint()
	if g.owed && len(painted) == 0 {
		painted = []image.Rectangle{w.frame.Rect}
	}
	for _, r := range painted {
		g.shown.SubImage(r).(*ebiten.Image).WritePixels(g.dots(w.frame, r)) // which copies them
	}
	if w.cfg.Drew != nil {
		w.cfg.Drew(painted)
	}
	g.uploadBeside()
	if !g.idle || len(painted) > 0 {
		screen.Set(0, 0, color.Black)
	}
	for _, s := range w.shots {
		img := image.NewRGBA(w.frame.Rect)
		g.shown.ReadPixels(img.Pix)
		s.reply <- img
	}
	w.shots = nil
}

// DrawFinalScreen presents the whole frame: what the driver kept of the one before is not to be relied upon. Where there is
// no graphics processor this is what a frame costs, so every dot is written once and none is read back.
func (g *game) DrawFinalScreen(screen ebiten.FinalScreen, _ *ebiten.Image, place ebiten.GeoM) {
	g.presents = true
	screen.DrawImage(g.shown, presenting(place))
	if g.beside != nil {
		at := ebiten.GeoM{}
		at.Translate(float64(g.window.cfg.Panel.Width), 0)
		at.Concat(place)
		screen.DrawImage(g.beside, presenting(at))
	}
}

// presenting says how dots get from the frame to the screen, whose size may be another on a desktop.
func presenting(place ebiten.GeoM) *ebiten.DrawImageOptions {
	o := &ebiten.DrawImageOptions{GeoM: place, Blend: ebiten.BlendCopy}
	switch scale := place.Element(0, 0); {
	case scale < 1:
		o.Filter = ebiten.FilterLinear
	case scale != math.Floor(scale):
		o.Filter = ebiten.FilterPixelated
	}
	return o
}

// Layout keeps the panel's pixels whatever the window's size is, so that touches are always in panel pixels.
func (g *game) Layout(int, int) (int, int) {
	return g.window.cfg.Panel.Width + g.window.beside.width(), g.window.cfg.Panel.Height
}

// dots returns the pixels of a part of frame, row by row without gaps, until it is called again.
func (g *game) dots(frame *image.RGBA, r image.Rectangle) []byte {
	if r == frame.Rect {
		return frame.Pix
	}
	g.pixels = g.pixels[:0]
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := frame.PixOffset(r.Min.X, y)
		g.pixels = append(g.pixels, frame.Pix[at:at+4*r.Dx()]...)
	}
	return g.pixels
}

var (
	_ ebiten.Game              = (*game)(nil)
	_ ebiten.FinalScreenDrawer = (*game)(nil)
)
