package kiosk

import (
	"iter"

	"example.org/totem/locale"
)

// Screen is what the glass shows: a name, the look the citizen asked for, and a tree of boxes. It says what is there
// and what it is for; where it lies and how it is painted is not its business. Screens are compared and kept by their
// JSON form, which is also what tests and speech read.
type Screen struct {
	Name string      `json:"name"` // "start", "times", "printing", …: one word for one screen
	Lang locale.Lang `json:"lang"`
	Look
	Focus  string `json:"focus,omitempty"`  // id of the control that the keys are at; "" while there are no keys at work, or at none
	Voice  Voice  `json:"voice,omitzero"`   // how the screen is spoken
	Warned bool   `json:"warned,omitempty"` // the time runs out: a soft sound says so too
	Root   Box    `json:"root"`
}

// Box is one thing on a screen. Children are in reading order, which is also the order of focus and speech.
type Box struct {
	Role     Role        `json:"role"`
	ID       string      `json:"id,omitempty"`   // unique on its screen where it is set; every control has one
	Text     string      `json:"text,omitempty"` // the words shown, in Lang
	Lang     locale.Lang `json:"lang,omitempty"` // of Text, where it is not the screen's
	Off      bool        `json:"off,omitempty"`  // a control or a time that cannot be had now: visible, dashed, struck
	Chosen   bool        `json:"chosen,omitempty"`
	Private  bool        `json:"private,omitempty"` // Text and all below are only for who stands here: spoken into a headset alone
	Tap      Msg         `json:"-"`                 // what a tap says; nil: not a control
	Children []Box       `json:"children,omitempty"`
}

// All yields b and every box in it, in reading order.
func (b Box) All() iter.Seq[Box] {
	return func(yield func(Box) bool) { b.each(yield) }
}

func (b Box) each(yield func(Box) bool) bool {
	if !yield(b) {
		return false
	}
	for _, child := range b.Children {
		if !child.each(yield) {
			return false
		}
	}
	return true
}

// Find returns the first box in reading order that fits, ok false if none does.
func (b Box) Find(fits func(Box) bool) (found Box, ok bool) {
	for each := range b.All() {
		if fits(each) {
			return each, true
		}
	}
	return Box{}, false
}

// Role says what a box is for. It decides how the box is laid out, painted and spoken.
type Role string

// The roles. A container lists the children it expects, in order.
const (
	RoleScreen Role = "screen" // header, [languages], [upper], body, [hint], access
	RoleHeader Role = "header" // emblem, office, place, clock; each only where it is known
	RoleEmblem Role = "emblem"
	RoleOffice Role = "office"
	RolePlace  Role = "place"
	RoleClock  Role = "clock"

	RoleLanguages Role = "languages" // language…; under the header, and within the body of screen "languages"
	RoleLanguage  Role = "language"  // control; Chosen on the one in use

	RoleUpper Role = "upper" // emblem, lead: what stands above the controls in the low-reach layout

	RoleBody  Role = "body"  // anything below, from top to bottom
	RoleBack  Role = "back"  // control: one step back
	RoleTitle Role = "title" // one decision, two lines at most
	RoleLead  Role = "lead"  // a sentence under the title

	RoleServices Role = "services" // service…
	RoleService  Role = "service"  // control: badge, name, detail, time, places
	RoleBadge    Role = "badge"    // the queue's letter
	RoleName     Role = "name"
	RoleDetail   Role = "detail"
	RoleTime     Role = "time"
	RolePlaces   Role = "places"

	RoleHero    Role = "hero"    // a card with the thing most people want: time, note…, primary
	RoleNote    Role = "note"    // secondary words
	RoleHours   Role = "hours"   // hour…: a grid of times
	RoleHour    Role = "hour"    // control or, when Off, a struck time; Chosen on the one that the hero shows
	RoleMore    Role = "more"    // control: the next page of a grid or list
	RolePage    Role = "page"    // words: which page of how many
	RoleButtons Role = "buttons" // primary and secondary, side by side
	RolePrimary Role = "primary" // control: the one filled button
	RoleButton  Role = "button"  // control: outlined

	RoleNumber   Role = "number"   // a ticket's number, as large as it gets
	RoleWhen     Role = "when"     // "oggi alle 9:50"
	RoleCard     Role = "card"     // strong, note…: something to read
	RoleStrong   Role = "strong"   // a sentence in bold
	RoleCaution  Role = "caution"  // strong, note: trouble that has a way on
	RolePromise  Role = "promise"  // strong, note, [link]: what is not asked and not kept
	RoleLink     Role = "link"     // control: words that lead on, with an arrow
	RoleProof    Role = "proof"    // qr, code: shown only when paper failed or its fate is unknown
	RoleQR       Role = "qr"       // Text is what it holds
	RoleCode     Role = "code"     // note, digits…, note
	RoleDigits   Role = "digits"   // four digits of a code
	RoleProgress Role = "progress" // words about something under way

	RoleTyped    Role = "typed"    // digits…: what was typed so far, in groups; places to come are "·"
	RoleKeypad   Role = "keypad"   // pad…: three abreast; the last row may hold words
	RolePad      Role = "pad"      // control: one sign, or a word such as "erase"
	RoleKeyboard Role = "keyboard" // pad…: letters, digits and signs of an address, as many abreast as fit
	RoleText     Role = "text"     // what was typed of an address so far, with a place for the next sign; wraps, never shrinks below body size
	RoleFacts    Role = "facts"    // fact…: the first layer of a notice, one below the other
	RoleFact     Role = "fact"     // name, strong
	RoleChoice   Role = "choice"   // button, button: two answers that are equal in every way
	RoleDays     Role = "days"     // day…: days that can be booked, one below the other
	RoleDay      Role = "day"      // control: name (the day), places
	RoleRecord   Role = "record"   // field…: everything that is stored, one below the other
	RoleField    Role = "field"    // name, strong (the value), note… (its purpose, when it is erased)

	RoleSetting Role = "setting" // strong, button, button: how something is set, what sets it lower, what sets it higher

	RoleSteps   Role = "steps"   // step…: what to do with one's hands, in this order
	RoleStep    Role = "step"    // picture, badge or once it is done icon "done", name; Chosen then, as far as the printer tells
	RolePicture Role = "picture" // Text names the drawing: "cover-open", "roll-in", "paper-pull", "cover-close", "roll-turn", "strip"
	RoleCount   Role = "count"   // words about the time left before the screen resets

	RoleHint Role = "hint" // note, [note]: while keys or voice are in use where the focus is, and how to go on; always in the same place

	RoleAccess Role = "access" // key…: the access keys, always in the same place
	RoleKey    Role = "key"    // control: icon, label; Chosen while what it switches is on
	RoleIcon   Role = "icon"   // Text names the drawing: "globe", "contrast", "help"
	RoleLabel  Role = "label"
)
