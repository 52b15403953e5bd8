package layout

import (
	"image"
	"image/color"
	"strconv"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// Aim is a place on the glass that a technician is asked to touch. Places are parts of the glass, from its upper left corner.
type Aim struct {
	X, Y    float64
	Number  int    // which of Of it is, from 1
	Of      int    // 0: there is no row of them, and no number is shown
	Text    string // what to do, a short sentence
	Lang    locale.Lang
	Held    bool // a finger is held there: the ring is filled
	Touched bool // FoundX and FoundY are where a finger was found: a second cross stands there
	FoundX  float64
	FoundY  float64
}

// The sizes of an aim, in millimetres.
const (
	AimRing  = 20.0 // the ring's diameter: a fingertip covers the middle and not the ring
	aimCross = 30.0 // from one end of the cross to the other
	aimFound = 14.0 // the same of the cross at the finger
	aimLine  = 0.6  // how thick a line is
	aimText  = 8.0  // between the ring and the words
)

// PlaceAim lays out a glass that shows nothing but an aim and its words, which stand away from it.
func PlaceAim(set *typeset.Setter, panel look.Panel, aim Aim) *Plan {
	bounds := image.Rect(0, 0, panel.Width, panel.Height)
	theme := look.Light()
	p := &placer{
		set: set, scale: panel.Scale(), theme: theme, lang: aim.Lang, percent: 100,
		plan: &Plan{Bounds: bounds}, reach: bounds, within: bounds, found: newFound(),
	}
	p.block(bounds, block{fill: theme.Paper})
	at := onPanel(panel, aim.X, aim.Y)
	side := p.scale.MM(AimRing)
	ring := around(at, side)
	line := max(2, p.scale.MM(aimLine))
	hole, found := theme.Paper, theme.CautionEdge
	if aim.Held { // to be seen around a finger
		hole, found = theme.Brand, theme.OnBrand
	}
	p.draw(Shape{Kind: Block, Rect: ring, Fill: hole, Stroke: theme.Brand, Width: 2 * line, Radius: side / 2})
	p.cross(at, p.scale.MM(aimCross), line, theme.Ink)
	p.aimWords(aim, ring, bounds)
	if aim.Touched {
		p.cross(onPanel(panel, aim.FoundX, aim.FoundY), p.scale.MM(aimFound), line, found)
	}
	return p.plan
}

// onPanel is the pixel at a place of the glass; beside the glass there is none, and the nearest counts.
func onPanel(panel look.Panel, x, y float64) image.Point {
	pixel := func(part float64, pixels int) int {
		return int(min(max(part, 0), 1) * float64(pixels-1))
	}
	return image.Pt(pixel(x, panel.Width), pixel(y, panel.Height))
}

// around is the square of a side around a place.
func around(at image.Point, side int) image.Rectangle {
	corner := at.Sub(image.Pt(side/2, side/2))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))}
}

// cross draws two lines that meet in a place.
func (p *placer) cross(at image.Point, length, line int, ink color.RGBA) {
	arm, half := length/2, line/2
	p.draw(Shape{Kind: Block, Rect: image.Rect(at.X-arm, at.Y-half, at.X+arm, at.Y-half+line), Fill: ink})
	p.draw(Shape{Kind: Block, Rect: image.Rect(at.X-half, at.Y-arm, at.X-half+line, at.Y+arm), Fill: ink})
}

// aimWords sets the sentence in the half of the glass that the aim leaves free, and the number on the other side of the aim
// where it has room there.
func (p *placer) aimWords(aim Aim, ring, bounds image.Rectangle) {
	clear := p.scale.MM(aimCross-AimRing)/2 + p.scale.MM(aimText)
	above, below := bounds.Inset(p.scale.Px(look.Margin)), bounds.Inset(p.scale.Px(look.Margin))
	above.Max.Y, below.Min.Y = ring.Min.Y-clear, ring.Max.Y+clear
	room, other := below, above
	if above.Max.Y-above.Min.Y > below.Max.Y-below.Min.Y {
		room, other = above, below
	}
	number := words{size: look.WhenSize, weight: typeset.Bold, ink: p.theme.Brand, align: middle, lines: 1, height: look.TightLine}
	text := words{size: look.ButtonSize, ink: p.theme.Ink, align: middle, lines: 4, height: look.LooseLine}
	box := kiosk.Box{Lang: aim.Lang}
	tall := 3 * p.lineHeight(text)
	if aim.Of > 0 {
		which := strconv.Itoa(aim.Number) + " / " + strconv.Itoa(aim.Of)
		height := p.lineHeight(number)
		if room.Max.Y-room.Min.Y < tall+height && other.Max.Y-other.Min.Y >= height {
			p.text(box, which, other, other.Max.Y-height, number)
		} else {
			tall += height
			room.Min.Y += max(0, room.Max.Y-room.Min.Y-tall) / 4
			room.Min.Y += p.text(box, which, room, room.Min.Y, number)
		}
	}
	p.text(box, aim.Text, room, room.Min.Y, text)
}
