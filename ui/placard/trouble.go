package placard

import (
	"image"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// trouble is a card with a thick edge that holds every fault.
func (p *placer) trouble(all []Trouble, width int) piece {
	edge, pad := p.px(look.EdgeWidth), p.px(look.RowPad)
	room := width - edge - 2*pad
	var pieces []piece
	for i, t := range all {
		if i > 0 {
			pieces = append(pieces, p.part(room))
		}
		pieces = append(pieces, p.fault(t, room, len(all) > 1))
	}
	inside := stack(p.px(18), pieces...)
	high := inside.high + 2*p.px(30)
	return piece{high, func(left, top int) {
		p.block(image.Rect(left, top, left+width, top+high), layout.Shape{
			Fill: p.theme.Caution, Stroke: p.theme.CautionLine, Width: max(0, p.px(p.theme.Border)), Radius: p.px(look.RowRadius), Edge: edge, EdgeInk: p.theme.CautionEdge})
		inside.put(left+edge+pad, top+p.px(30))
	}}
}

// part is a line between two faults.
func (p *placer) part(width int) piece {
	high := max(1, p.px(1.5))
	return piece{high, func(left, top int) {
		p.block(image.Rect(left, top, left+width, top+high), layout.Shape{Fill: faint(p.theme.CautionEdge, p.theme.Caution)})
	}}
}

// fault is code and place, sentence, cause and remedy of one fault; smaller where it is one of several.
func (p *placer) fault(t Trouble, width int, several bool) piece {
	head := words{size: look.CardSize, weight: typeset.Bold, ink: p.theme.CautionInk, height: look.TightLine, even: true}
	body := words{size: look.SmallSize + 2, ink: p.theme.CautionInk}
	label := words{size: look.SmallSize, weight: typeset.Bold, ink: p.theme.CautionEdge}
	if several {
		head.size, body.size, label.size = look.BodySize, look.SmallSize, look.KeySize
	}
	remedy := body
	remedy.weight = typeset.SemiBold
	above := t.Code
	if t.Where != "" && above != "" {
		above += " · "
	}
	pieces := []piece{p.text(above+t.Where, width, label), p.text(capital(t.Sentence), width, head), p.text(t.Cause, width, body)}
	if t.Remedy != "" {
		pieces = append(pieces, p.gap(4), p.text("What to do: "+t.Remedy, width, remedy))
	}
	return stack(p.px(6), pieces...)
}

// capital begins a sentence with a capital letter, unless it begins with a name of something: "eth0".
func capital(sentence string) string {
	word, _, _ := strings.Cut(sentence, " ")
	if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		return sentence
	}
	if word == "" {
		return sentence
	}
	first, n := utf8.DecodeRuneInString(sentence)
	return string(unicode.ToUpper(first)) + sentence[n:]
}

// gap is room with nothing in it.
func (p *placer) gap(design float64) piece { return piece{max(1, p.px(design)), func(int, int) {}} }
