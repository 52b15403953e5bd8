//lint:file-ignore SA1019 nothing else of ebiten lets a window sleep until something happens

package ui

import (
	"sync"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
)

// This file alone knows how the window sleeps. A kiosk shows the same dots for hours; by default ebiten would draw
// them sixty times a second. FPSModeVsyncOffMinimum runs Update and Draw only after input or ScheduleFrame, and
// SyncWithFPS keeps a woken frame from catching up on missed updates. Both names are marked deprecated but alive.
//
// Should they go, the way back is here too: drop SetFPSMode, let wake do nothing, and leave the screen uncleared with
// a Draw that returns at once when nothing changed. It costs some per cent of a processor, and nothing else changes.

// sleepBetweenFrames is called once before the window runs.
func sleepBetweenFrames() {
	ebiten.SetFPSMode(ebiten.FPSModeVsyncOffMinimum)
	ebiten.SetTPS(ebiten.SyncWithFPS)
	ebiten.SetScreenClearedEveryFrame(false)
}

// wake asks for one frame. It may be called from any goroutine, also before the window runs and after it has ended.
func (w *Window) wake() {
	select {
	case w.asked <- struct{}{}:
	default: // it is asked for already
	}
	w.schedule()
}

// loop knows whether ebiten's loop runs. It is asked for frames only in between: before, it has nothing to ask, and
// while it ends, asking is a race.
type loop struct {
	mu   sync.Mutex
	runs bool
}

func (l *loop) set(runs bool) {
	l.mu.Lock()
	l.runs = runs
	l.mu.Unlock()
}

func (w *Window) schedule() {
	w.loop.mu.Lock()
	defer w.loop.mu.Unlock()
	if w.loop.runs {
		ebiten.ScheduleFrame()
	}
}

// askAgain is how long a frame that was asked for may stay out. The wish is lost when ebiten itself polls for events
// within a frame, as it does after the first one, when the window appears.
const askAgain = 40 * time.Millisecond

// insist asks again for every frame that did not come, until the window has ended.
func (w *Window) insist(ended <-chan struct{}) {
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-w.asked:
			again.Reset(askAgain)
		case <-again.C:
			if !w.settled() {
				w.schedule()
				again.Reset(askAgain)
			}
		case <-ended:
			return
		}
	}
}

// settled reports whether no frame is due: what is shown was drawn, nobody waits for a picture, and nobody asked the
// window to close, or whether it works.
func (w *Window) settled() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rests() && len(w.beats) == 0
}

// rests reports whether nothing but a beat needs a frame. mu is held.
func (w *Window) rests() bool {
	return !w.closed && w.drawn == w.plan && len(w.shots) == 0 && (w.beside == nil || !w.beside.stale)
}
