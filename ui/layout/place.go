package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// Place lays a screen out on a panel. pressed is the id of the control under the finger, "" for none. The plan holds
// the screen's messages and words but nothing of the screen itself.
func Place(set *typeset.Setter, panel look.Panel, screen kiosk.Screen, pressed string) *Plan {
	bounds := image.Rect(0, 0, panel.Width, panel.Height)
	p := &placer{
		set: set, scale: panel.Scale(), theme: look.Of(screen.Theme), lang: screen.Lang, percent: screen.Text.Percent(), pressed: pressed, focus: screen.Focus,
		plan: &Plan{Bounds: bounds}, reach: bounds, within: bounds, found: newFound(),
	}
	if from, to, ok := panel.Reach(); ok && screen.Low {
		p.low, p.reach.Min.Y, p.reach.Max.Y = true, from, to
	}
	p.block(bounds, block{fill: p.theme.Ground})
	r := parts(screen.Root)
	p.keyed, p.typing = r.hint != nil, hasKeys(r.body)
	if panel.Landscape() {
		p.wide(bounds, r)
	} else {
		p.upright(bounds, r)
	}
	p.outOfReach()
	p.ring()
	p.plan.ordered(screen.Root)
	if screen.Lang.RightToLeft() {
		p.plan.mirror()
	}
	return p.plan
}

// rooms are a screen's boxes by the room they belong to. Boxes that have no room of their own go to the body.
type rooms struct {
	header, languages, upper, hint, access *kiosk.Box
	body                                   []kiosk.Box
}

func parts(root kiosk.Box) rooms {
	var r rooms
	for i, b := range root.Children {
		switch b.Role {
		case kiosk.RoleHeader:
			r.header = &root.Children[i]
		case kiosk.RoleLanguages:
			r.languages = &root.Children[i]
		case kiosk.RoleUpper:
			r.upper = &root.Children[i]
		case kiosk.RoleHint:
			r.hint = &root.Children[i]
		case kiosk.RoleAccess:
			r.access = &root.Children[i]
		case kiosk.RoleBody:
			r.body = append(r.body, b.Children...)
		default:
			r.body = append(r.body, b)
		}
	}
	r.body = together(r.body)
	return r
}

// placer is one run of Place.
type placer struct {
	set     *typeset.Setter
	scale   look.Scale
	theme   look.Theme
	lang    locale.Lang // of the words, where a box says nothing else
	percent int         // of the drawn sizes of type
	pressed string
	focus   string
	keyed   bool            // rings need room
	ringed  ringed          // the control of that id, once it is set
	within  image.Rectangle // the room that its ring stays in
	plan    *Plan
	low     bool            // every control must lie in reach
	reach   image.Rectangle // the whole panel, unless low
	tight   int             // how tightly the body is set: 0 is as drawn, greater is smaller
	roomy   int             // pixels that every row of services gets over its least height
	found   *found          // what was found out about services in this run
	narrow  bool            // the words stand beside keys: titles get more lines
	dry     bool            // only heights and misfits are asked for: no shape is kept
	tall    int             // the least height of the hero, in pixels
	typing  bool            // the body has keys: they need the room
	centred bool            // the body is about a ticket's number: its words stand in the middle
}

func (p *placer) upright(bounds image.Rectangle, r rooms) {
	rest := bounds
	if r.header != nil {
		rest.Min.Y += p.header(*r.header, bounds, look.BandHeight)
	}
	above, rest := p.lower(r.upper, rest)
	if r.languages != nil {
		rest.Min.Y += p.languageStrip(*r.languages, rest)
	}
	if r.access != nil {
		rest.Max.Y -= p.accessBar(*r.access, rest)
	}
	rest.Max.Y = p.hinted(r.hint, rest)
	side := p.scale.Px(look.Margin)
	rest.Min.X, rest.Max.X = rest.Min.X+side, rest.Max.X-side
	rest.Min.Y += p.scale.Px(40)
	p.inReach(r.upper, r.body, above, rest, (*placer).body)
}

func (p *placer) wide(bounds image.Rectangle, r rooms) {
	rest := bounds
	if r.header != nil {
		rest.Min.Y += p.header(*r.header, bounds, look.BandHeightWide)
	}
	above, rest := p.lower(r.upper, rest)
	if r.languages != nil {
		rest.Min.Y += p.languageStrip(*r.languages, rest)
	}
	side := rest
	side.Min.X = side.Max.X - p.sidebarWidth(r.access)
	rest.Max.X = side.Min.X
	body, hint := p.sidebar(side, r)
	rest.Max.Y = p.hinted(hint, rest)
	margin := p.scale.Px(look.Margin)
	rest.Min.X, rest.Max.X = rest.Min.X+margin, rest.Max.X-margin
	rest.Min.Y += p.scale.Px(32)
	p.inReach(r.upper, body, above, rest, (*placer).wideBody)
}

// scratch returns a placer that draws on a plan of its own, to find out how large things are.
func (p *placer) scratch() *placer {
	s := *p
	s.plan, s.dry = &Plan{Bounds: p.plan.Bounds}, true
	return &s
}

func (p *placer) misfit(b kiosk.Box, text, why string) {
	p.plan.Misfits = append(p.plan.Misfits, Misfit{Role: b.Role, ID: b.ID, Text: text, Why: why})
}

// control paints a box that can be touched, as pressed while a finger is on it, and notes where it is met. A box
// without a message is painted and nothing else.
func (p *placer) control(b kiosk.Box, rect image.Rectangle, paint func()) {
	if b.Tap != nil && !b.Off {
		p.plan.Controls = append(p.plan.Controls, Control{ID: b.ID, Role: b.Role, Rect: rect, Tap: b.Tap})
	}
	theme := p.theme
	if p.isPressed(b) {
		p.theme = theme.Pressed()
	}
	from := len(p.plan.Shapes)
	paint()
	p.theme = theme
	p.surround(b, rect, p.plan.Shapes[from:])
}

func (p *placer) isPressed(b kiosk.Box) bool {
	return b.Tap != nil && !b.Off && b.ID != "" && b.ID == p.pressed
}

// Room tells what a panel holds, by laying screens out. It is not safe for more than one goroutine: its setter is not.
type Room struct {
	Set   *typeset.Setter
	Panel look.Panel
}

// Fits reports whether everything on the screen has its place, whole.
func (r Room) Fits(screen kiosk.Screen) bool {
	return len(Place(r.Set, r.Panel, screen, "").Misfits) == 0
}
