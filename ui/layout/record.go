package layout

import (
	"image"
	"strings"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// columnsOf says where in a row of a record its value and its notes begin, in parts of the width; 0 is below what comes
// before, at the left.
type columnsOf struct {
	value, notes float64
}

// record paints what is stored as one table: a field a row, its name, its value in bold, and what it is kept for. It takes
// the lowest of several ways that breaks no word.
func (p *placer) record(b kiosk.Box, slot image.Rectangle) int {
	ways := []columnsOf{{value: 0.36}, {}}
	if p.landscape() {
		ways = []columnsOf{{value: 0.25, notes: 0.58}, {value: 0.3}, {}}
	}
	best, least := ways[len(ways)-1], 0
	for _, way := range ways {
		s := p.scratch()
		high := s.fields(b, slot, way)
		if len(s.plan.Misfits) == 0 && (least == 0 || high < least) {
			best, least = way, high
		}
	}
	card := slot
	card.Max.Y = card.Min.Y + p.scratch().fields(b, slot, best)
	p.block(card, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.RowRadius})
	return p.fields(b, slot, best)
}

// fields sets the rows of a record into a card and returns the card's height.
func (p *placer) fields(b kiosk.Box, card image.Rectangle, way columnsOf) int {
	pad := p.scale.Px(look.RowPad)
	space := p.scale.Px([]float64{20, 17, 14, 12, 10}[p.tight])
	top := card.Min.Y
	for i, f := range b.Children {
		if i > 0 {
			p.rule(image.Rect(card.Min.X+pad, top, card.Max.X-pad, top+max(1, p.scale.Px(p.theme.Border/2))))
		}
		room := image.Rect(card.Min.X+pad, top+space, card.Max.X-pad, top+space)
		top += p.field(f, room, way) + 2*space
	}
	return top - card.Min.Y
}

// field sets one row and returns the height of its words. A field without a value tells of its name.
func (p *placer) field(b kiosk.Box, room image.Rectangle, way columnsOf) int {
	name := words{size: look.TabSize, ink: p.theme.Ink, lines: 3, height: look.LooseLine}
	value := words{size: look.BodySize, weight: typeset.Bold, ink: p.theme.Ink, lines: 3, height: look.LooseLine}
	note := words{size: look.SmallSize, ink: p.theme.Soft, lines: 4, height: look.LooseLine}
	if p.tight >= 2 {
		name.height, value.height, note.height = look.TightLine, look.TightLine, look.TightLine
	}
	called, _ := find(b, kiosk.RoleName)
	is, has := find(b, kiosk.RoleStrong)
	if !has {
		called, is = kiosk.Box{}, called
	}
	valueAt, notesAt := room, room
	if has && way.value > 0 {
		valueAt.Min.X += int(float64(room.Dx()) * way.value)
	}
	if way.notes > 0 {
		notesAt.Min.X += int(float64(room.Dx()) * way.notes)
		valueAt.Max.X = notesAt.Min.X - p.scale.Px(look.Gap)
	}
	first, second := room.Min.Y, room.Min.Y
	if way.value > 0 {
		nameAt := room
		nameAt.Max.X = valueAt.Min.X - p.scale.Px(look.Gap)
		first += p.baseIn(value) - p.baseIn(name) // on one baseline
		first += p.text(called, called.Text, nameAt, first, name)
	} else {
		first += p.text(called, called.Text, room, first, name)
		second = first
	}
	second += p.text(is, is.Text, valueAt, second, value)
	third := max(first, second) + p.scale.Px(2)
	if way.notes > 0 {
		third = room.Min.Y + p.baseIn(value) - p.baseIn(note)
	}
	notes := notesOf(b)
	third += p.text(notes, notes.Text, notesAt, third, note)
	return max(first, second, third) - room.Min.Y
}

// notesOf joins the notes of a field: they are sentences, and are read as running text.
func notesOf(b kiosk.Box) kiosk.Box {
	var all []string
	for _, c := range b.Children {
		if c.Role == kiosk.RoleNote {
			all = append(all, c.Text)
		}
	}
	return kiosk.Box{Role: kiosk.RoleNote, ID: b.ID, Text: strings.Join(all, " ")}
}
