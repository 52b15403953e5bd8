package layout

import (
	"image"
	"math"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// choice paints answers that are equal in every way: one size, one look, and words on as many lines in each, so that they
// stand on one baseline. They stand side by side, one below the other where their words are too long for that.
func (p *placer) choice(b kiosk.Box, slot image.Rectangle) int {
	n := len(b.Children)
	if n == 0 {
		return 0
	}
	gap := max(p.scale.Px(look.ButtonGap), p.scale.MM(look.TargetGap))
	columns, width := n, (slot.Dx()-(n-1)*gap)/n
	answers, equal := p.answers(b.Children, width)
	if !equal {
		columns, width = 1, slot.Dx()
		answers, equal = p.answers(b.Children, width)
	}
	if !equal {
		p.misfit(b, b.Children[0].Text, "the answers do not take as many lines")
	}
	lines := 0
	for _, a := range answers {
		lines = max(lines, len(a))
	}
	height := p.scale.AtLeast([]float64{160, 144, 128, 112, 96}[p.tight], look.MainTarget)
	height = max(height, lines*p.lineHeight(p.answerWords())+p.scale.Px([]float64{52, 44, 36, 28, 20}[p.tight]))
	for i, c := range b.Children {
		x := slot.Min.X + i%columns*(width+gap)
		y := slot.Min.Y + i/columns*(height+gap)
		p.answer(c, image.Rect(x, y, x+width, y+height), answers[i], lines)
	}
	rows := (n + columns - 1) / columns
	return rows*height + (rows-1)*gap
}

// answerPad is the least space between the words of an answer and its edge, in design pixels.
const answerPad = 36.0

// answerWords is how the words of every answer are set.
func (p *placer) answerWords() words {
	size := look.OfficeSize
	switch {
	case p.tight == tightest && p.percent >= 150:
		size = look.TabSize
	case p.tight >= 3:
		size = look.ButtonSize
	}
	w := label(size, p.theme.Brand)
	w.lines = (w.lines*p.percent + 99) / 100
	return w
}

// answers breaks the words of all answers into lines, each into as many as the one that needs most. equal is false where
// one of them cannot be.
func (p *placer) answers(all []kiosk.Box, width int) (answers [][]typeset.Line, equal bool) {
	w := p.answerWords()
	width -= 2 * p.scale.Px(answerPad)
	most := 0
	equal = true
	for _, c := range all {
		lines, fits := p.set.Balanced(c.Text, p.style(w), float64(width), w.lines)
		answers = append(answers, lines)
		most, equal = max(most, len(lines)), equal && fits
	}
	for i, c := range all {
		for narrow := width; len(answers[i]) < most && narrow > width/4; narrow -= max(1, width/24) {
			if lines, fits := p.set.Balanced(c.Text, p.style(w), float64(narrow), most); fits {
				answers[i] = lines
			}
		}
		equal = equal && len(answers[i]) == most
	}
	return answers, equal
}

// answer paints one of them, with room for so many lines.
func (p *placer) answer(b kiosk.Box, cell image.Rectangle, lines []typeset.Line, room int) {
	p.control(b, cell, func() {
		p.block(cell, block{fill: p.theme.Paper, stroke: p.theme.Brand, width: p.theme.Frame, radius: look.RowRadius})
		w := p.answerWords()
		height := p.lineHeight(w)
		capital := p.set.Measure("", p.style(w)).Capital
		base := float64(cell.Min.Y+cell.Max.Y)/2 - (float64((room-1)*height)+capital)/2 + capital
		for i, line := range lines {
			p.line(line, cell, int(math.Round(base))+i*height, w)
		}
	})
}

// choiceOver is how far answers stand at most under what they answer, beside the usual gap, in design pixels.
const choiceOver = 136.0

// choiceBetween sets a body whose foot begins with a choice: the answers near what they answer, the rest along the foot. It
// reports false, and sets nothing, for any other body and in low reach, where all that is touched stands at the foot.
func (p *placer) choiceBetween(upper, foot []kiosk.Box, room image.Rectangle) bool {
	if len(upper) == 0 || len(foot) < 2 || foot[0].Role != kiosk.RoleChoice || p.low {
		return false
	}
	high := p.stackHeight(upper, room) + p.between(upper, foot)
	free := room.Dy() - high - p.stackHeight(foot, room)
	if free <= 0 {
		return false
	}
	p.hang(upper, room)
	answers, rest := room, room
	answers.Min.Y += high + min(free/3, p.scale.Px(choiceOver))
	p.stack(foot[:1], answers)
	rest.Min.Y = rest.Max.Y - p.stackHeight(foot[1:], room)
	p.stack(foot[1:], rest)
	return true
}
