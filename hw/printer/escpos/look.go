package escpos

import "example.org/totem/ticket"

const maxTimes = 8 // the largest blow-up of GS !

// Heights of capitals, in millimetres, that people with low vision need.
const (
	capitalNumber = 12
	capitalBody   = 3
)

const (
	cellHeight = 24 // dots of the normal font
	lineGap    = 4  // white between lines, dots
)

// cellWidth returns how wide a character of the normal font is, dots.
func (p Profile) cellWidth() int { return p.Abilities.Dots / p.Abilities.Columns }

// look is how a role's letters are set. Of the sizes the first is taken in which the text fits on one line, or the last.
type look struct {
	sizes []size
	bold  bool
}

// size is a blow-up of the normal font.
type size struct{ w, h int }

func (s size) pitch() int { return cellHeight*s.h + lineGap }

// looks says how the roles with text are set; body is how many times the normal font must be blown up upwards for
// readable capitals.
func (p Profile) look(role ticket.Role) look {
	body := p.timesFor(capitalBody)
	plain, large := []size{{1, body}}, size{2, body}
	switch role {
	case ticket.RoleCopy:
		return look{sizes: []size{{3, body + 1}, large}, bold: true}
	case ticket.RoleOffice:
		return look{sizes: []size{large, {1, body}}, bold: true}
	case ticket.RolePlace:
		return look{sizes: plain}
	case ticket.RoleNumber:
		least := p.timesFor(capitalNumber)
		var sizes []size
		for n := maxTimes; n > least; n-- {
			sizes = append(sizes, size{n, n})
		}
		return look{sizes: append(sizes, size{least, least}, size{1, least}), bold: true}
	case ticket.RoleWhen:
		return look{sizes: []size{{3, body + 1}, large}, bold: true} // never smaller than the label below it
	case ticket.RoleLabel:
		return look{sizes: []size{large, {1, body}}}
	case ticket.RoleCode:
		return look{sizes: []size{large, {1, body}}, bold: true}
	case ticket.RoleStrong:
		return look{sizes: plain, bold: true}
	case ticket.RoleDate:
		return look{sizes: plain}
	}
	return look{sizes: plain}
}

// below returns the white below a role's last line, in dots.
func below(role ticket.Role) int {
	switch role {
	case ticket.RoleOffice, ticket.RoleLabel:
		return 2
	case ticket.RolePlace:
		return 22
	case ticket.RoleNumber:
		return 14
	case ticket.RoleWhen:
		return 10
	case ticket.RoleCode:
		return 20
	case ticket.RoleStrong:
		return 4
	case ticket.RoleDate:
		return 0
	}
	return 16
}

// sizeFor returns the size in which so many characters fit into so many columns.
func (l look) sizeFor(characters, columns int) size {
	for _, s := range l.sizes {
		if characters*s.w <= columns {
			return s
		}
	}
	return l.sizes[len(l.sizes)-1]
}

// dotsFor returns how many dots are at least mm millimetres.
func (p Profile) dotsFor(mm float64) int { return int(mm*float64(p.Abilities.DPI)/25.4 + 0.999) }

// timesFor returns how many times the normal font must be blown up for capitals of at least mm millimetres.
func (p Profile) timesFor(mm float64) int {
	return min(max((p.dotsFor(mm)+p.capital-1)/p.capital, 1), maxTimes)
}
