// Package touch makes one finger of what touch panels tell.
//
// A panel is a [contact.Source]: a [Reader] over evdev, which [Open] finds, or one of the bare controllers in the rooms
// of this package. [Panel] keeps it open, follows one finger on it and tells where on the glass that finger presses,
// moves and is lifted; what that means is for whoever draws the glass.
package touch
