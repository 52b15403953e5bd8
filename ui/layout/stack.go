package layout

import (
	"image"
	"math"
	"slices"

	"example.org/totem/kiosk"
	"example.org/totem/ui/look"
)

// tightest is the last degree of tightness that is tried.
const tightest = 4

// stands says whether a body's words stand in the middle of its room: those about a ticket's number, and those that
// only tell something.
func stands(boxes []kiosk.Box) bool {
	if has(boxes, kiosk.RoleNumber) {
		return true
	}
	for _, r := range []kiosk.Role{kiosk.RoleBack, kiosk.RoleServices, kiosk.RoleHero, kiosk.RoleHours, kiosk.RoleLanguages, kiosk.RoleSteps,
		kiosk.RoleFacts, kiosk.RoleDays, kiosk.RoleKeyboard} {
		if has(boxes, r) {
			return false
		}
	}
	return true
}

// body sets the boxes of an upright body into room, as loosely as they fit.
func (p *placer) body(boxes []kiosk.Box, room image.Rectangle) {
	boxes = p.footed(boxes, room)
	p.centred = stands(boxes)
	upper, foot := split(boxes)
	p.tight = p.loosest(room.Dy(), func(p *placer) int {
		return p.stack(upper, room) + p.between(upper, foot) + p.stack(foot, room) + p.beyond(boxes, room)
	})
	if p.choiceBetween(upper, foot, room) {
		return
	}
	footRoom := room
	footRoom.Min.Y = room.Max.Y - p.stackHeight(foot, room)
	p.stack(foot, footRoom)
	room.Max.Y = footRoom.Min.Y - p.between(upper, foot)
	p.roomy = p.spare(upper, room)
	p.hang(upper, room)
}

// loosest returns the first degree of tightness at which set needs no more than height and breaks no word; where none
// spares the words, the first that needs no more than height; else the tightest.
func (p *placer) loosest(height int, set func(*placer) int) int {
	high := -1
	for tight := range tightest + 1 {
		s := p.scratch()
		s.tight = tight
		switch fits := set(s) <= height; {
		case fits && len(s.plan.Misfits) == 0:
			return tight
		case fits && high < 0:
			high = tight
		}
	}
	if high >= 0 {
		return high
	}
	return tightest
}

// spare shares what the body leaves free among the rows of services, until they are as high as they look well.
func (p *placer) spare(boxes []kiosk.Box, room image.Rectangle) int {
	for _, b := range boxes {
		if b.Role != kiosk.RoleServices || len(b.Children) == 0 || p.tight == tightest {
			continue
		}
		n := len(b.Children)
		natural := p.stackHeight([]kiosk.Box{b}, room) / n
		return max(0, min((room.Dy()-p.stackHeight(boxes, room))/n, p.scale.Px(172)-natural))
	}
	return 0
}

// hang sets boxes from the top of room. Those that stand in the middle, when they have room, stand a little above it,
// where the eye rests.
func (p *placer) hang(boxes []kiosk.Box, room image.Rectangle) {
	if len(boxes) == 0 {
		return
	}
	height := p.stackHeight(boxes, room)
	if height > room.Dy() {
		p.misfit(boxes[0], "", "the body is higher than its room")
	}
	spare := 0
	if p.low && slices.ContainsFunc(boxes, func(b kiosk.Box) bool { return !readOnly(b) }) {
		room.Min.Y = max(room.Min.Y, room.Max.Y-height) // down to where they are reached
	}
	if p.centred {
		spare = max(0, (room.Dy()-height)*2/5)
	}
	if boxes[0].Role == kiosk.RoleBack && len(boxes) > 1 { // it stands in one place on all screens
		room.Min.Y += p.put(boxes[0], room) + p.gap(boxes[0].Role, boxes[1].Role)
		boxes = boxes[1:]
	}
	room.Min.Y += spare
	p.stack(boxes, room)
}

// wideBody sets the body of a wide panel: what is asked on the left, its other answers or its proof on the right.
func (p *placer) wideBody(boxes []kiosk.Box, room image.Rectangle) {
	if p.besideKeys(boxes, room) {
		return
	}
	p.centred = stands(boxes)
	main, foot := split(boxes)
	head, first, second := p.columns(main, room)
	if len(second) == 0 {
		if !p.besideFoot(boxes, room) {
			p.body(boxes, room)
		}
		return
	}
	gap := p.scale.Px(48)
	one, two := room, room
	one.Max.X = room.Min.X + (room.Dx()-gap)/2
	two.Min.X = one.Max.X + gap
	p.tight = p.loosest(room.Dy(), func(p *placer) int {
		high := max(p.stack(first, one), p.stack(second, two))
		return p.stack(head, room) + p.between(head, first) + high + p.between(first, foot) + p.stack(foot, room)
	})
	p.tall = p.stackHeight(second, two)
	footRoom := room
	footRoom.Min.Y = room.Max.Y - p.stackHeight(foot, room)
	p.stack(foot, footRoom)
	p.stack(head, room)
	top := room.Min.Y + p.stackHeight(head, room) + p.between(head, first)
	end := footRoom.Min.Y - p.between(first, foot)
	one.Min.Y, two.Min.Y, one.Max.Y, two.Max.Y = top, top, end, end
	p.hang(first, one)
	p.hang(second, two)
}

// columns parts the upper boxes of a wide body: head over both columns, then the two. Without a reason for two columns
// second is empty.
func (p *placer) columns(boxes []kiosk.Box, room image.Rectangle) (head, first, second []kiosk.Box) {
	for i, b := range boxes {
		if b.Role == kiosk.RoleHero {
			return boxes[:i], boxes[i : i+1], boxes[i+1:]
		}
	}
	if !has(boxes, kiosk.RoleNumber) {
		return p.cardColumns(boxes, room)
	}
	proof := has(boxes, kiosk.RoleProof)
	for _, b := range boxes {
		switch {
		case b.Role == kiosk.RoleBack, b.Role == kiosk.RoleCaution && proof:
			head = append(head, b)
		case b.Role == kiosk.RoleCaution, b.Role == kiosk.RoleCard, b.Role == kiosk.RoleProof:
			second = append(second, b)
		default:
			first = append(first, b)
		}
	}
	return head, first, second
}

// cardColumns deals several cards out to two columns, in reading order down the first and then the second, so that the
// longer column is as short as may be.
func (p *placer) cardColumns(boxes []kiosk.Box, room image.Rectangle) (head, first, second []kiosk.Box) {
	from := len(boxes)
	for from > 0 && (boxes[from-1].Role == kiosk.RoleCard || boxes[from-1].Role == kiosk.RoleSetting) {
		from--
	}
	cards := boxes[from:]
	if len(cards) < 2 {
		return boxes, nil, nil
	}
	room.Max.X = room.Min.X + room.Dx()/2
	best, cut := math.MaxInt, 1
	for i := 1; i < len(cards); i++ {
		if high := max(p.stackHeight(cards[:i], room), p.stackHeight(cards[i:], room)); high < best {
			best, cut = high, i
		}
	}
	return boxes[:from], cards[:cut], cards[cut:]
}

// split parts a body into what hangs from its top and what stands at its foot.
func split(boxes []kiosk.Box) (upper, foot []kiosk.Box) {
	i := len(boxes)
	for i > 0 && standsAtFoot(boxes[i-1].Role) {
		i--
	}
	// The key to the other services stands still while its pages, long and short, are turned.
	for j, b := range boxes[:i] {
		if b.Role == kiosk.RoleMore && !has(boxes[:j], kiosk.RoleHours) {
			i = j
			break
		}
	}
	// The time left stands under the buttons; over them it belongs to what is asked.
	if i < len(boxes)-1 && boxes[i].Role == kiosk.RoleCount {
		i++
	}
	return boxes[:i], boxes[i:]
}

func standsAtFoot(r kiosk.Role) bool {
	switch r {
	case kiosk.RoleBack, kiosk.RoleButtons, kiosk.RolePrimary, kiosk.RoleButton, kiosk.RoleLink, kiosk.RolePromise, kiosk.RoleCount,
		kiosk.RoleTyped, kiosk.RoleKeypad, kiosk.RoleText, kiosk.RoleKeyboard, kiosk.RoleChoice:
		return true
	}
	return false
}

func has(boxes []kiosk.Box, role kiosk.Role) bool {
	for _, b := range boxes {
		if b.Role == role {
			return true
		}
	}
	return false
}

// stack sets boxes below each other from the top of room and returns the height they took.
func (p *placer) stack(boxes []kiosk.Box, room image.Rectangle) int {
	top := room.Min.Y
	for i, b := range boxes {
		if i > 0 {
			top += p.gap(boxes[i-1].Role, b.Role)
		}
		slot := room
		slot.Min.Y = top
		top += p.put(b, slot)
	}
	return top - room.Min.Y
}

func (p *placer) stackHeight(boxes []kiosk.Box, room image.Rectangle) int {
	return p.scratch().stack(boxes, room)
}

// between is the least space from one group of boxes to the next.
func (p *placer) between(upper, lower []kiosk.Box) int {
	if len(upper) == 0 || len(lower) == 0 {
		return 0
	}
	return p.gap(upper[len(upper)-1].Role, lower[0].Role)
}

// gap is the space between two boxes of a stack.
func (p *placer) gap(above, below kiosk.Role) int {
	design := 32.0
	switch {
	case above == kiosk.RoleTitle && below == kiosk.RoleLead, above == kiosk.RoleLead && below == kiosk.RoleLead, above == kiosk.RoleWhen && below == kiosk.RoleLead:
		design = 10
	case above == kiosk.RoleNumber, above == kiosk.RoleTitle && below == kiosk.RoleNumber:
		design = 16
	case above == kiosk.RoleBack:
		design = 20
	case above == kiosk.RoleTitle, above == kiosk.RoleLead, below == kiosk.RoleTitle:
		design = 28
	case above == kiosk.RoleNote && below == kiosk.RoleHours:
		design = 18
	case below == kiosk.RoleCount, above == kiosk.RoleCount:
		design = 18
	case touched(above) && touched(below):
		design = look.Gap
	}
	gap := p.scale.Px(design * []float64{1, 0.85, 0.7, 0.55, 0.45}[p.tight])
	if p.low && p.tight == tightest {
		gap /= 2
	}
	switch {
	case touched(above) && touched(below):
		gap = max(gap, p.scale.MM(look.TargetGap))
	case p.keyed && (touched(above) || touched(below)):
		gap = max(gap, p.ringReach()+p.scale.Px(8)) // letters reach down over their line
	}
	return gap
}

// touched says whether a box of this role holds controls up to its edges.
func touched(r kiosk.Role) bool {
	switch r {
	case kiosk.RoleBack, kiosk.RoleServices, kiosk.RoleService, kiosk.RoleHours, kiosk.RoleHour, kiosk.RoleMore,
		kiosk.RoleButtons, kiosk.RolePrimary, kiosk.RoleButton, kiosk.RoleLink, kiosk.RoleLanguages, kiosk.RoleKeypad,
		kiosk.RoleKeyboard, kiosk.RoleChoice, kiosk.RoleDays, kiosk.RoleDay:
		return true
	}
	return false
}
