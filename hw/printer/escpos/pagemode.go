package escpos

import (
	"slices"

	"example.org/totem/ticket"
)

// beside is one row of letters beside a QR.
type beside struct {
	words []rune
	in    page
	size  size
	bold  bool
	top   int // dots from the block's first row of letters to this one's
}

// qrBeside sets a QR with the sentences and the code that follow it at its other side, on a page of the printer's. Lines
// that must be drawn come below the page. It returns how many of lines it did.
//
//	1B 4C                                       ESC L    begin a page
//	1B 57 xL xH yL yH dxL dxH dyL dyH           ESC W    its place and size, dots
//	1B 24 xL xH                                 ESC $    go to x, dots from the left edge
//	1D 24 yL yH                                 GS $     go to y: the lower edge of letters and of the QR, dots from the top
//	0C                                          FF       print it and leave it
func (w *writer) qrBeside(lines []ticket.Line, s ticket.Slip) (done int, err error) {
	const (
		margin = 8  // white above and below the page
		edge   = 16 // and at its sides; the paper is wider than the head
	)
	wide := modules * w.p.module()
	gap := 4 * w.p.module() // that a QR needs
	var spelled, drawn []ticket.Line
	for done = 1; done < len(lines) && standsBeside(lines[done].Role); done++ {
		if _, _, ok := w.p.spell(lines[done].Text, w.page); ok {
			spelled = append(spelled, lines[done])
		} else {
			drawn = append(drawn, lines[done])
		}
	}
	slices.SortStableFunc(spelled, func(a, b ticket.Line) int { return order(a.Role) - order(b.Role) })
	cell := w.p.cellWidth()
	columns := (w.p.Abilities.Dots - wide - gap - 2*edge) / cell
	rows, high := w.besides(spelled, columns)
	page := max(high, wide) + 2*margin

	rightToLeft := s.Lang.RightToLeft()
	atQR, atText := edge, edge+wide+gap
	if rightToLeft {
		atQR, atText = w.p.Abilities.Dots-edge-wide, w.p.Abilities.Dots-edge-wide-gap-columns*cell
	}
	w.add(esc, 'L')
	w.add(esc, 'W')
	w.numbers(0, 0, w.p.Abilities.Dots, page)
	w.goTo(atQR, (page+wide)/2)
	w.nativeQR(lines[0].Text)
	for _, row := range rows {
		x := atText
		if rightToLeft {
			x += (columns - len(row.words)*row.size.w) * cell
		}
		w.turnTo(row.in)
		w.embolden(row.bold)
		w.resize(row.size)
		w.goTo(x, (page-high)/2+row.top+cellHeight*row.size.h)
		w.add(row.in.bytes(row.words)...)
	}
	w.add(ff)
	w.dots += page
	if len(drawn) > 0 {
		w.feed(margin)
	}
	for _, line := range drawn {
		if err := w.drawLine(line, s.Lang); err != nil {
			return 0, err
		}
	}
	return done, nil
}

func standsBeside(role ticket.Role) bool {
	return role == ticket.RoleCode || role == ticket.RoleSentence || role == ticket.RoleStrong
}

// order puts the code below the sentences: it is what is left to read when the QR fails.
func order(role ticket.Role) int {
	if role == ticket.RoleCode {
		return 1
	}
	return 0
}

// besides wraps lines into a column, and returns its rows and how high they are together.
func (w *writer) besides(lines []ticket.Line, columns int) (rows []beside, high int) {
	const above = 8 // white between two lines
	for _, line := range lines {
		words, in, _ := w.p.spell(line.Text, w.page)
		l := w.p.look(line.Role)
		size := l.sizeFor(len(words), columns)
		if high > 0 {
			high += above
		}
		for _, row := range balance(words, columns/size.w) {
			rows = append(rows, beside{row, in, size, l.bold, high})
			high += size.pitch()
		}
	}
	return rows, max(high-lineGap, 0)
}

// goTo sets where the next letters begin and stand, on a page.
func (w *writer) goTo(x, y int) {
	w.add(esc, '$')
	w.numbers(x)
	w.add(gs, '$')
	w.numbers(y)
}
