package ui

import (
	"example.org/totem/kiosk"
	"example.org/totem/ui/layout"
)

// Aim is a place on the glass that a technician is asked to touch, and what is written beside it.
type Aim = layout.Aim

// Aim puts an aim on the glass in place of what was there, and returns at once. There is nothing to be touched on it: Taps
// says no more than kiosk.Touched. It is for setting up a touch panel, and ends with the next Show.
func (w *Window) Aim(aim Aim) {
	w.mu.Lock()
	w.screen = kiosk.Screen{}
	w.plan = layout.PlaceAim(w.set, w.cfg.Panel, aim)
	w.finger.shown(w.plan)
	w.mu.Unlock()
	w.wake()
}
