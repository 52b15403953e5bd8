package layout

import (
	"image"
	"slices"

	"example.org/totem/kiosk"
)

// besideKeys sets the body of a wide panel that has keys: words on the left, what is typed and the keys on the right, where
// they stay while the words change. It reports false, and sets nothing, for any other body.
func (p *placer) besideKeys(boxes []kiosk.Box, room image.Rectangle) bool {
	at := slices.IndexFunc(boxes, func(b kiosk.Box) bool { return b.Role == kiosk.RoleTyped || b.Role == kiosk.RoleKeypad })
	if at < 0 {
		return false
	}
	if at > 0 && boxes[at-1].Role == kiosk.RoleText {
		at--
	}
	p.narrow = true
	const usual = 0.4
	for _, part := range []float64{usual, 0.45, 0.5, 0.55} { // a long word needs more
		if s := p.scratch(); s.sideBySideFits(boxes[:at], boxes[at:], room, part) {
			p.sideBySide(boxes[:at], boxes[at:], room, part)
			return true
		}
	}
	p.sideBySide(boxes[:at], boxes[at:], room, usual)
	return true
}

// sideBySideFits reports whether all of two columns has its place. It is asked of a scratch placer.
func (p *placer) sideBySideFits(one, two []kiosk.Box, room image.Rectangle, part float64) bool {
	p.sideBySide(one, two, room, part)
	return len(p.plan.Misfits) == 0
}

// besideFoot sets the body of a wide panel that is too high for one column: what stands at its foot comes to the right. It
// reports false, and sets nothing, where one column is enough or two are not.
func (p *placer) besideFoot(boxes []kiosk.Box, room image.Rectangle) bool {
	upper, foot := split(boxes)
	if len(upper) == 0 || len(foot) == 0 {
		return false
	}
	one := func(p *placer) int { return p.stack(upper, room) + p.between(upper, foot) + p.stack(foot, room) }
	if p.fits(room.Dy(), one) {
		return false
	}
	if p.twoColumns(upper, foot, room) {
		return true
	}
	// What is said of a list may go with its foot, as it does when the list has pages.
	last := len(upper) - 1
	return last > 0 && upper[last].Role == kiosk.RoleNote && p.twoColumns(upper[:last], append([]kiosk.Box{upper[last]}, foot...), room)
}

// twoColumns sets two groups of boxes side by side where both fit so.
func (p *placer) twoColumns(upper, foot []kiosk.Box, room image.Rectangle) bool {
	s := p.scratch()
	s.narrow = true
	for _, part := range []float64{0.55, 0.5, 0.6, 0.65} {
		left, right := parted(s, room, part)
		// The foot is asked first: it is quickly told, and often too high.
		if s.fits(room.Dy(), func(p *placer) int { return p.stack(foot, right) }) && s.fits(room.Dy(), func(p *placer) int { return p.stack(upper, left) }) {
			p.narrow = true
			p.sideBySide(upper, foot, room, part)
			return true
		}
	}
	return false
}

// fits reports whether set needs no more than height and breaks no word, as tightly as may be.
func (p *placer) fits(height int, set func(*placer) int) bool {
	s := p.scratch()
	s.tight = tightest
	return set(s) <= height && len(s.plan.Misfits) == 0
}

// sideBySide sets boxes into two columns, the left one so wide a part of room: it hangs from the top, the right one stands
// on the foot.
func (p *placer) sideBySide(one, two []kiosk.Box, room image.Rectangle, part float64) {
	left, right := parted(p, room, part)
	p.tight = p.loosest(room.Dy(), func(p *placer) int { return max(p.stack(one, left), p.stack(two, right)) })
	p.hang(one, left)
	p.centred = false
	right.Min.Y = max(right.Min.Y, right.Max.Y-p.stackHeight(two, right))
	p.hang(two, right)
}

func parted(p *placer, room image.Rectangle, part float64) (left, right image.Rectangle) {
	left, right = room, room
	left.Max.X = room.Min.X + int(float64(room.Dx())*part)
	right.Min.X = left.Max.X + p.scale.Px(56)
	return left, right
}
