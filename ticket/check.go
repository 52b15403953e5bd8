package ticket

import (
	"errors"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"example.org/totem/locale"
)

// MaxSentences is how many sentences a slip may carry: more is not read.
const MaxSentences = 3

// Copy returns the slip marked as a copy, on top: in its own language and, for whoever is shown it at a desk, in Italian
// too. A copy's copy carries one mark. It shares nothing with s.
func (s Slip) Copy() Slip {
	if s.IsCopy() {
		s.Lines = slices.Clone(s.Lines)
		return s
	}
	mark, desk := locale.Say(s.Lang, locale.SlipCopy), locale.Say(locale.Italian, locale.SlipCopy)
	if mark != desk {
		mark += " · " + desk
	}
	s.Lines = append([]Line{{RoleCopy, mark}}, s.Lines...)
	return s
}

// IsCopy reports whether the slip is marked as a copy.
func (s Slip) IsCopy() bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Role == RoleCopy })
}

// IsTimed reports whether the slip promises a time.
func (s Slip) IsTimed() bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Role == RoleDate })
}

// Check reports what no slip may have: a control character or line break in a text, a role that is none, more than
// [MaxSentences] sentences, a QR that holds anything but the digits of a code. What it reports names the role only,
// never the text.
func (s Slip) Check() error {
	sentences := 0
	for i, line := range s.Lines {
		if err := line.check(); err != nil {
			return fmt.Errorf("line %d, %s: %w", i+1, line.Role, err)
		}
		if line.Role == RoleSentence || line.Role == RoleStrong {
			sentences++
		}
	}
	if sentences > MaxSentences {
		return fmt.Errorf("%d sentences, at most %d are read", sentences, MaxSentences)
	}
	return nil
}

func (l Line) check() error {
	if !utf8.ValidString(l.Text) || slices.ContainsFunc([]rune(l.Text), forbidden) {
		return errors.New("a control character or line break")
	}
	switch l.Role {
	case RoleRule:
		if l.Text != "" {
			return errors.New("a rule has no text")
		}
	case RoleQR:
		if len(l.Text) != codeDigits || slices.ContainsFunc([]rune(l.Text), func(r rune) bool { return r < '0' || r > '9' }) {
			return errors.New("not the digits of a code")
		}
	case RoleOffice, RolePlace, RoleNumber, RoleWhen, RoleLabel, RoleCode, RoleSentence, RoleStrong, RoleDate, RoleCopy:
		if l.Text == "" {
			return errors.New("no text")
		}
	default:
		return errors.New("unknown role")
	}
	return nil
}

const codeDigits = 12

// forbidden reports the runes that would move a printer's head or break a line: controls and line separators.
func forbidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp)
}
