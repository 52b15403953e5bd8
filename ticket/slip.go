// Package ticket says what a slip tells its bearer, independent of any printer: a list of lines, each with a role that
// a printer turns into sizes and a screen into pixels. A slip holds no control characters.
package ticket

import (
	"example.org/totem/locale"
)

// Slip is one slip, from top to bottom.
type Slip struct {
	Lang  locale.Lang `json:"lang"`
	Lines []Line      `json:"lines"`
}

// Line is one thing that a slip says.
type Line struct {
	Role Role   `json:"role"`
	Text string `json:"text,omitempty"` // no control characters; empty for a rule
}

// Role says what a line is for.
type Role string

// The roles of lines.
const (
	RoleOffice   Role = "office"   // who
	RolePlace    Role = "place"    // where
	RoleNumber   Role = "number"   // the number, at least 12 mm high
	RoleWhen     Role = "when"     // the promised time, or that there is none
	RoleLabel    Role = "label"    // the service or its queue's neutral label
	RoleRule     Role = "rule"     // a line across
	RoleQR       Role = "qr"       // Text is what the QR holds: exactly the 12 digits of the code
	RoleCode     Role = "code"     // the code in groups of four
	RoleSentence Role = "sentence" // one of at most three
	RoleStrong   Role = "strong"   // a sentence in bold
	RoleDate     Role = "date"     // of the promised time
	RoleCopy     Role = "copy"     // this is a requested copy
)
