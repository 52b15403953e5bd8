package layout

import (
	"image"
	"slices"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// lower parts a room under the header where all controls must lie in reach: what is above the reach, and the rest. Without
// anything to stand above, the room goes down to the end of the reach as a whole: what is read may stand higher, and its
// controls stand at the foot.
func (p *placer) lower(upper *kiosk.Box, room image.Rectangle) (above, rest image.Rectangle) {
	above, rest = room, room
	above.Max.Y = above.Min.Y
	if !p.low {
		return above, rest
	}
	rest.Max.Y = min(rest.Max.Y, p.reach.Max.Y)
	if upper != nil {
		above.Max.Y = max(p.reach.Min.Y, room.Min.Y)
		rest.Min.Y = above.Max.Y
	}
	return above, rest
}

// inReach sets a body whose controls must lie in its room by set, and what stands over them above. Where the room is too
// small for all of it, what is only read of its beginning stands above too.
func (p *placer) inReach(upper *kiosk.Box, boxes []kiosk.Box, above, room image.Rectangle, set func(*placer, []kiosk.Box, image.Rectangle)) {
	if upper == nil {
		set(p, boxes, room)
		return
	}
	margin := p.scale.Px(look.Margin)
	wide := above
	wide.Min.X, wide.Max.X = wide.Min.X+margin, wide.Max.X-margin
	if s := p.scratch(); !s.sets(boxes, room, set) {
		lifted, stay := lift(boxes)
		said := p.scratch().over(*upper, image.Rectangle{Min: above.Min, Max: image.Pt(above.Max.X, above.Min.Y)})
		most := wide.Dy() - said - p.scale.Px(24)
		if s, tight := p.scratch(), p.loosest(most, func(p *placer) int { return p.stack(lifted, wide) }); len(lifted) > 0 && s.sets(stay, room, set) {
			kept := p.tight
			p.tight = tight
			high := p.stackHeight(lifted, wide)
			if high > most {
				p.misfit(lifted[0], "", "the body is higher than its room")
			}
			wide.Min.Y = above.Max.Y - high
			p.stack(lifted, wide)
			p.tight = kept
			above.Max.Y -= high
			boxes = stay
		}
	}
	if said := p.scratch().over(*upper, above); said > above.Dy() {
		room.Min.Y += said - above.Dy()
	}
	p.over(*upper, above)
	set(p, boxes, room)
}

// sets reports whether a body has its place in a room, whole. It is asked of a scratch placer.
func (p *placer) sets(boxes []kiosk.Box, room image.Rectangle, set func(*placer, []kiosk.Box, image.Rectangle)) bool {
	set(p, boxes, room)
	return len(p.plan.Misfits) == 0
}

// lift parts a body into what is only read of its beginning, the way back left out, and the rest.
func lift(boxes []kiosk.Box) (lifted, stay []kiosk.Box) {
	rest := boxes
	if len(rest) > 0 && rest[0].Role == kiosk.RoleBack {
		stay, rest = append(stay, rest[0]), rest[1:]
	}
	n := 0
	for n < len(rest) && readOnly(rest[n]) {
		n++
	}
	return rest[:n], append(stay, rest[n:]...)
}

// readOnly reports whether nothing in a box can be touched.
func readOnly(b kiosk.Box) bool {
	_, ok := b.Find(func(b kiosk.Box) bool { return b.Tap != nil })
	return !ok
}

// The emblem over the controls and the size of its letters, as large as they get, in design pixels.
const (
	emblemSide  = 220.0
	emblemWords = 84.0
)

// over sets the emblem and the sentence that stand over the controls into the middle of a room, the sentence alone where
// there is no room for both, and returns the height that they need.
func (p *placer) over(b kiosk.Box, room image.Rectangle) int {
	margin := p.scale.Px(look.Margin)
	room.Min.X, room.Max.X = room.Min.X+margin, room.Max.X-margin
	w := words{size: look.ActionSize, weight: typeset.SemiBold, ink: p.theme.Soft, align: middle, lines: 2, height: look.TightLine}
	if room.Dy() < p.scale.Px(200) {
		w.size, w.fixed = look.BodySize, true
	}
	said, _ := find(b, kiosk.RoleLead)
	high := p.scratch().text(said, said.Text, room, 0, w)
	emblem, has := find(b, kiosk.RoleEmblem)
	space := p.scale.Px(40)
	side := min(p.scale.Px(emblemSide), room.Dy()-high-3*space)
	if !has || side < p.scale.Px(emblemSide)/2 {
		side, space = 0, 0
	}
	top := room.Min.Y + max(0, (room.Dy()-high-side-space)/2)
	if side > 0 {
		ring := image.Rect(0, 0, side, side).Add(image.Pt((room.Min.X+room.Max.X-side)/2, top))
		p.draw(Shape{Kind: Block, Rect: ring, Stroke: p.theme.Brand, Width: max(2, p.scale.Px(7)), Radius: side / 2})
		p.centre(emblem, emblem.Text, ring, words{size: emblemWords * float64(side) / float64(p.scale.Px(emblemSide)), weight: typeset.Bold, ink: p.theme.Brand, align: middle, lines: 1, height: 1, fixed: true})
	}
	p.text(said, said.Text, room, top+side+space, w)
	return high + p.scale.Px(16)
}

// footed puts a body that goes up beyond the reach in an order in which its controls come last: what is only read stands
// above, also of the promise, whose link stays with the controls, and so does the way back.
func (p *placer) footed(boxes []kiosk.Box, room image.Rectangle) []kiosk.Box {
	if !p.low || room.Min.Y >= p.reach.Min.Y {
		return boxes
	}
	at := len(boxes)
	for at > 0 && standsAtFoot(boxes[at-1].Role) || at > 0 && boxes[at-1].Role == kiosk.RoleNote {
		at--
	}
	main, foot := boxes[:at], boxes[at:]
	var way []kiosk.Box
	if len(main) > 0 && main[0].Role == kiosk.RoleBack {
		way, main = main[:1], main[1:]
	}
	n := 0
	for n < len(main) && readOnly(main[n]) {
		n++
	}
	read, rest := append([]kiosk.Box{}, main[:n]...), append(way, main[n:]...)
	for _, b := range foot {
		switch link, leads := find(b, kiosk.RoleLink); {
		case b.Role == kiosk.RoleNote:
			read = append(read, b)
		case b.Role == kiosk.RolePromise && leads:
			words := b
			words.Children = slices.DeleteFunc(slices.Clone(b.Children), func(c kiosk.Box) bool { return c.Role == kiosk.RoleLink })
			read, rest = append(read, words), append(rest, link)
		default:
			rest = append(rest, b)
		}
	}
	return append(read, rest...)
}

// beyond returns how much of a body's controls would stand over the reach where all that is only read stands over them.
func (p *placer) beyond(boxes []kiosk.Box, room image.Rectangle) int {
	from := slices.IndexFunc(boxes, func(b kiosk.Box) bool { return !readOnly(b) })
	if !p.low || from < 0 || room.Min.Y >= p.reach.Min.Y {
		return 0
	}
	return max(0, p.stackHeight(boxes[from:], room)-(room.Max.Y-p.reach.Min.Y))
}

// outOfReach reports the controls that a seated person does not reach.
func (p *placer) outOfReach() {
	for _, c := range p.plan.Controls {
		if p.low && (c.Rect.Min.Y < p.reach.Min.Y || c.Rect.Max.Y > p.reach.Max.Y) {
			p.plan.Misfits = append(p.plan.Misfits, Misfit{Role: c.Role, ID: c.ID, Why: "it lies out of reach"})
		}
	}
}
