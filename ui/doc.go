// Package ui shows the kiosk's screens on the glass and finds what a finger meets there.
//
// Frames are painted by software (see [example.org/totem/ui/paint]), so that every totem shows the same dots whatever
// its graphics driver; only what changed is painted again. Ebiten owns the window and the pointer and presents the
// frame. Its rooms: look (the design system), layout (where things lie), canvas and paint (the dots).
//
// A [Window] is given screens by Show and gives back messages by Taps. It never decides what a touch means: it returns
// the message that the screen put on the control.
package ui
