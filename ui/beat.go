package ui

import "time"

// proof is how old the frame may be that was last handed to the display, for a window to count as working.
const proof = time.Minute

// Beat has answer called once the window's own loop has come round after this call, and the display has taken a whole frame
// within the last minute: where nothing changed for so long, or nothing was shown yet, one is drawn for it. A window that hangs,
// that is not open or has ended, or whose display does not answer, calls it late or never. answer is called on the window's
// goroutine; it must not block and must not call the window. Beat itself returns at once.
func (w *Window) Beat(answer func()) {
	w.mu.Lock()
	w.beats = append(w.beats, answer)
	w.mu.Unlock()
	w.wake()
}

// beat takes note that the loop has come round, answers whoever asked that, and reports whether the window was closed. What
// the frame before has drawn was handed to the display by now: ebiten's loop waits for it.
func (g *game) beat() (closed bool) {
	w := g.window
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.cfg.Clock()
	if g.presents {
		w.presented, g.presents = now, false
	}
	fresh := !w.presented.IsZero() && now.Sub(w.presented).Abs() < proof && w.drawn != nil
	asked := len(w.beats) > 0
	g.owed, g.idle = asked && !fresh, asked && fresh && w.rests()
	if fresh {
		for _, answer := range w.beats {
			answer()
		}
		w.beats = nil
	}
	return w.closed
}
