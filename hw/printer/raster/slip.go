package raster

import (
	"fmt"

	"example.org/totem/locale"
	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

// Slip draws a whole slip, f.Dots wide. On paper of 72 mm and more the QR stands beside the code and its sentence, at the
// side where the language begins to read; on narrower paper above them. It fails for a slip that fails its check and
// for a paper that is too narrow for its QR.
func Slip(set *typeset.Setter, s ticket.Slip, f Format) (Picture, error) {
	if err := s.Check(); err != nil {
		return Picture{}, fmt.Errorf("draw a slip: %w", err)
	}
	if !f.usable() {
		return Picture{}, fmt.Errorf("draw a slip: no paper is %d dots wide at %d dots an inch", f.Dots, f.DPI)
	}
	sh := sheet{set: set, lang: s.Lang, f: f, margin: f.dots(marginMM), height: f.dots(topMM)}
	for rest := s.Lines; len(rest) > 0; {
		n, err := sh.add(rest)
		if err != nil {
			return Picture{}, fmt.Errorf("draw a slip: %w", err)
		}
		rest = rest[n:]
	}
	p := New(f.Dots, sh.height)
	for _, b := range sh.blocks {
		b.draw(&p, b.x, b.y)
	}
	return p, nil
}

// sheet is a slip that grows downwards.
type sheet struct {
	set    *typeset.Setter
	lang   locale.Lang
	f      Format
	margin int
	blocks []standing
	height int
	white  int // that the last block wants below itself
}

// standing is a block in its place.
type standing struct {
	block
	x, y int
}

// add puts the first of lines, or the first few of them that stand side by side, and tells how many.
func (sh *sheet) add(lines []ticket.Line) (int, error) {
	switch lines[0].Role {
	case ticket.RoleRule:
		sh.rule()
		return 1, nil
	case ticket.RoleQR:
		return sh.qr(lines)
	}
	l, margin := lookOf(lines[0].Role), sh.margin
	if !l.begin {
		margin = sh.f.dots(edgeMM)
	}
	sh.put(l.block(sh.set, lines[0].Text, sh.lang, sh.f, sh.f.Dots-2*margin), margin)
	return 1, nil
}

// put adds a block below what is there. White that both ask for is given once.
func (sh *sheet) put(b block, x int) {
	if len(sh.blocks) > 0 {
		sh.height += max(b.above, sh.white)
	}
	sh.blocks = append(sh.blocks, standing{b, x, sh.height})
	sh.height += b.height
	sh.white = b.below
}

func (sh *sheet) rule() {
	p := New(sh.f.Dots-2*sh.margin, sh.f.dots(ruleMM))
	for y := range p.Height {
		for x := range p.Width {
			p.Blacken(x, y)
		}
	}
	sh.put(block{
		above: sh.f.dots(beforeMM), below: sh.f.dots(afterMM),
		width: p.Width, height: p.Height, picture: p,
	}, sh.margin)
}

// qr puts a QR and, where the paper is wide enough, what belongs to it beside it: all lines up to the next rule but the
// date. The sentences come first, the code to be typed stands below them.
func (sh *sheet) qr(lines []ticket.Line) (int, error) {
	n := 1
	for n < len(lines) && (lines[n].Role == ticket.RoleCode || lines[n].Role == ticket.RoleSentence) {
		n++
	}
	code, module, err := sh.code(lines[0].Text)
	if err != nil {
		return 0, err
	}
	column := sh.f.Dots - code.Width - 2*quiet*module - sh.f.dots(gutterMM) - sh.margin
	if sh.f.Dots < sh.f.dots(besideMM) || n == 1 {
		// On whole bytes, so that a printer's bytes are those of the modules.
		x := (sh.f.Dots - code.Width) / 2 &^ 7
		sh.put(block{
			above: quiet * module, below: quiet * module,
			width: code.Width, height: code.Height, picture: code,
		}, x)
		return 1, nil
	}
	sh.beside(code, module, sh.column(lines[1:n], column))
	return n, nil
}

// code draws the QR with modules as large as they should be, or as the paper allows.
func (sh *sheet) code(text string) (Picture, int, error) {
	for module := sh.f.dots(moduleMM); module >= sh.f.dots(leastMM); module-- {
		p, err := QR(text, module)
		if err != nil {
			return Picture{}, 0, err
		}
		if p.Width+2*quiet*module <= sh.f.Dots {
			return p, module, nil
		}
	}
	return Picture{}, 0, fmt.Errorf("%d dots are too narrow for a qr", sh.f.Dots)
}

// column sets lines one below the other, sentences before the code.
func (sh *sheet) column(lines []ticket.Line, width int) []block {
	var blocks, codes []block
	for _, line := range lines {
		l := lookOf(line.Role)
		l.begin = true // beside a QR all words begin at one edge
		if b := l.block(sh.set, line.Text, sh.lang, sh.f, width); line.Role == ticket.RoleCode {
			codes = append(codes, b)
		} else {
			blocks = append(blocks, b)
		}
	}
	return append(blocks, codes...)
}

// beside puts a QR and a column of blocks side by side, the lower one in the middle of the higher one.
func (sh *sheet) beside(code Picture, module int, column []block) {
	height := 0
	for i, b := range column {
		if i > 0 {
			height += b.above
		}
		height += b.height
	}
	// The white between a rule and the QR is at least what the QR needs.
	whole := max(height, code.Height+2*max(0, quiet*module-sh.white))
	sh.height += sh.white
	sh.white = 0
	left, words := quiet*module, code.Width+2*quiet*module+sh.f.dots(gutterMM)
	if sh.lang.RightToLeft() {
		left, words = sh.f.Dots-left-code.Width, sh.margin
	}
	qr := block{width: code.Width, height: code.Height, picture: code}
	sh.blocks = append(sh.blocks, standing{qr, left, sh.height + (whole-code.Height)/2})
	y := sh.height + (whole-height)/2
	for i, b := range column {
		if i > 0 {
			y += b.above
		}
		sh.blocks = append(sh.blocks, standing{b, words, y})
		y += b.height
	}
	sh.height += whole
}
