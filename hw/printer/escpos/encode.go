package escpos

import (
	"errors"
	"fmt"

	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

// Encoder turns slips into the bytes of one printer model. It may be used from several goroutines. The zero Encoder
// encodes nothing; take one from [NewEncoder].
type Encoder struct {
	p   Profile
	set *typeset.Setter
}

// NewEncoder returns an encoder for printers of profile p. Lines that none of the model's code pages can spell are
// drawn with set; nil: a slip that has one is refused.
func NewEncoder(p Profile, set *typeset.Setter) Encoder { return Encoder{p, set} }

// Slip returns the bytes that print s, from the first command to the cut, and how much paper they take, in dots. A slip
// that fails its check is refused: no text of a slip becomes a command.
func (e Encoder) Slip(s ticket.Slip) (data []byte, dots int, err error) {
	if err := s.Check(); err != nil {
		return nil, 0, fmt.Errorf("encode a slip: %w", err)
	}
	w := e.writer()
	if err := w.slip(s); err != nil {
		return nil, 0, fmt.Errorf("encode a slip: %w", err)
	}
	return w.end()
}

func (w *writer) slip(s ticket.Slip) error {
	if len(w.p.pages) == 0 {
		return w.drawSlip(s)
	}
	for lines := s.Lines; len(lines) > 0; {
		done, err := w.lines(lines, s)
		if err != nil {
			return err
		}
		lines = lines[done:]
	}
	return nil
}

// lines sets the first of lines, with those that belong beside it, and returns how many it did.
func (w *writer) lines(lines []ticket.Line, s ticket.Slip) (done int, err error) {
	switch lines[0].Role {
	case ticket.RoleRule:
		w.rule()
		return 1, nil
	case ticket.RoleQR:
		if w.p.Abilities.PageMode && w.p.Abilities.QR {
			return w.qrBeside(lines, s)
		}
		return 1, w.qr(lines[0].Text)
	}
	return 1, w.text(lines[0], s)
}

// text sets a line in the printer's own letters, or draws it.
func (w *writer) text(line ticket.Line, s ticket.Slip) error {
	words, in, ok := w.p.spell(line.Text, w.page)
	if !ok {
		return w.drawLine(line, s.Lang)
	}
	l := w.p.look(line.Role)
	size := l.sizeFor(len(words), w.p.Abilities.Columns)
	w.turnTo(in)
	w.alignTo(centre)
	w.embolden(l.bold)
	w.resize(size)
	w.pitch(size.pitch())
	for _, row := range balance(words, w.p.Abilities.Columns/size.w) {
		w.add(in.bytes(row)...)
		w.newline()
	}
	w.feed(below(line.Role))
	return nil
}

// rule draws a line across: underlined spaces, eight times as wide, are 25 bytes where a raster would be 150.
func (w *writer) rule() {
	times := maxTimes
	for w.p.Abilities.Columns%times != 0 {
		times--
	}
	w.alignTo(centre)
	w.embolden(false)
	w.resize(size{times, 1})
	w.pitch(cellHeight + 24)
	w.add(esc, '-', 2)
	for range w.p.Abilities.Columns / times {
		w.add(' ')
	}
	w.newline()
	w.add(esc, '-', 0)
}

// errNoSetter is the error of a slip in a script that the model has no code page for, without a setter to draw it.
var errNoSetter = errors.New("a line can only be drawn, and the encoder has no setter")
