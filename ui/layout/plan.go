package layout

import (
	"image"
	"image/color"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
)

// Plan is a screen with everything in its place.
type Plan struct {
	Bounds   image.Rectangle // the panel, from (0, 0)
	Shapes   []Shape         // in the order of painting; the first one covers the panel
	Controls []Control       // in the order of focus, which is that of the screen's tree
	Focus    image.Rectangle // what the ring around the control of the screen's focus takes, its other colour included; empty: no ring
	Misfits  []Misfit        // what could not be placed well; a good screen has none
}

// Kind says how a shape is painted.
type Kind uint8

// The kinds of shape.
const (
	Block   Kind = iota + 1 // a rectangle, perhaps with round corners and a border
	Text                    // one line of text
	Icon                    // a drawing
	QR                      // a QR code
	Picture                 // a drawing in several colours
)

// Shape is one thing to paint. Shapes can be compared: equal ones paint the same dots.
type Shape struct {
	Kind Kind
	Rect image.Rectangle // everything it paints lies inside

	Fill    color.RGBA // Block: the inside, transparent for none; Text, Icon and QR: their colour; Picture: its outlines
	Stroke  color.RGBA // Block: the border; Picture: what the hand does
	Width   int        // Block: of the border, inside Rect; Icon, Picture: of its strokes; Text: of the line that strikes it, 0 for none
	Radius  int        // Block: of the corners
	Dash    bool       // Block: the border is dashed
	Edge    int        // Block: width of the strip in EdgeInk along the left side
	EdgeInk color.RGBA // Picture: the machine

	EdgeRight bool       // Block: the strip is along the right side
	Sheet     color.RGBA // Picture: paper

	Words string        // Text: the line; Icon, Picture: its name; QR: what it holds
	Style typeset.Style // Text
	At    image.Point   // Text: where the baseline begins
	Over  int           // Text: how far Rect reaches to the left of At, and beyond the end of the line
}

// Control is something that can be touched.
type Control struct {
	ID   string
	Role kiosk.Role
	Rect image.Rectangle // where it is painted, and where a finger meets it
	Tap  kiosk.Msg
}

// Misfit is something that does not fit its place.
type Misfit struct {
	Role kiosk.Role
	ID   string
	Text string // the words that are too long; "" for a box that is too high
	Why  string
}

// Hit returns the control at a place, if there is one.
func (p *Plan) Hit(at image.Point) (Control, bool) {
	for i := len(p.Controls) - 1; i >= 0; i-- {
		if at.In(p.Controls[i].Rect) {
			return p.Controls[i], true
		}
	}
	return Control{}, false
}

// Find returns the control of an id, if it is on the screen.
func (p *Plan) Find(id string) (Control, bool) {
	for _, c := range p.Controls {
		if c.ID == id {
			return c, true
		}
	}
	return Control{}, false
}
