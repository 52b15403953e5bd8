package main

import (
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"sync"

	"example.org/totem/kiosk"
	"example.org/totem/ui"
)

// glass passes screens on to the window and lets the tour see them. With an album it keeps a picture of every screen
// that differs in kind from the one before, read back from the window, before the totem goes on.
type glass struct {
	window *ui.Window
	album  string // folder for the pictures; "" for none

	mu    sync.Mutex
	last  kiosk.Screen
	shown chan struct{} // closed when a screen is shown; then replaced
	pages int
	err   error
}

func newGlass(w *ui.Window) *glass { return &glass{window: w, shown: make(chan struct{})} }

// Show implements device.Glass.
func (g *glass) Show(s kiosk.Screen) {
	g.window.Show(s)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.album != "" && (s.Name != g.last.Name || s.Lang != g.last.Lang || s.Look != g.last.Look) {
		g.pages++
		if err := g.keep(fmt.Sprintf("%02d-%s.png", g.pages, s.Name)); err != nil && g.err == nil {
			g.err = err
		}
	}
	g.last = s
	close(g.shown)
	g.shown = make(chan struct{})
}

// Taps implements device.Glass.
func (g *glass) Taps() <-chan kiosk.Msg { return g.window.Taps() }

func (g *glass) keep(name string) error {
	picture, err := g.window.Snapshot(context.Background())
	if err != nil {
		return fmt.Errorf("read the window: %w", err)
	}
	f, err := os.Create(filepath.Join(g.album, name))
	if err != nil {
		return err
	}
	if err := png.Encode(f, picture); err != nil {
		return err
	}
	return f.Close()
}

// await returns the screen on the glass as soon as ok finds it right.
func (g *glass) await(ctx context.Context, ok func(kiosk.Screen) bool) (kiosk.Screen, error) {
	for {
		g.mu.Lock()
		screen, shown, err := g.last, g.shown, g.err
		g.mu.Unlock()
		switch {
		case err != nil:
			return screen, err
		case ok(screen):
			return screen, nil
		}
		select {
		case <-shown:
		case <-ctx.Done():
			return screen, fmt.Errorf("still on the screen %q: %w", screen.Name, ctx.Err())
		}
	}
}
