// Package escpos prints slips on a thermal printer that understands ESC/POS, over a serial line or USB, and finds out what
// became of them.
//
// What differs from model to model is a [Profile]: data, one file each, in profiles/. What a printer says back is
// sorted by [Replies]. A question is real-time (answered at once, even when the printer is stopped) or queued (answered
// when everything sent before it was processed): a queued question behind the cut is what proves a slip. It is asked
// twice in a row, for noise on a line looks like one answer, not like two. Real-time questions are sent only between
// commands: within one they would be swallowed. So a slip is sent in steps that end at such borders, and never far ahead
// of the wire.
//
// A slip is called printed only on proof, and not printed only when no mark of it can be on the paper; what cannot be
// told is told as unknown. Doubt on the line, as an echo or bytes that no printer says, takes the proof of counted
// answers away. Limits: a printer that loses bytes in the middle of a slip and answers all the same is believed, for it
// tells nothing else; one that loses its power and is back within Limits.Stall may be one, if its line stood still
// meanwhile; a model that is only known to have drained its line (paper.ByDrain) is believed when its status was clean all
// the time, which a power cut shorter than a second does not disturb. Printers take longer than that to wake up.
//
// Where answers are counted, no slip is called printed before it can be: what came too early was noise, and is found out by
// the true answer, which is one too many.
//
// [Find] looks for printers and their speed. [Record] and [Replay] keep and repeat what was said.
package escpos
