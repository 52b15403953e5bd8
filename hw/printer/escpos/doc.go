// Package escpos prints slips on a thermal printer that understands ESC/POS, over a serial line, and finds out what
// became of them.
//
// What differs from model to model is a [Profile]: data, one file each, in profiles/. What a printer says back is
// sorted by [Replies]. A question is real-time (answered at once, even when the printer is stopped) or queued (answered
// when everything sent before it was processed): a queued question behind the cut is what proves a slip. Real-time
// questions are sent only between commands: within one they would be swallowed.
package escpos
