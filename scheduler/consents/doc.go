// Package consents keeps the record of every consent: that it was given, to what, how it was asked, and how it ended. The
// contact is not in it, nor anything of the ticket, and who refuses leaves nothing.
//
// A directory holds, for its owner alone:
//
//	<office>.<day>.acts    what citizens did: gave a consent that holds until the end of that day, or withdrew it
//	<office>.<day>.ends    how the others of them ended
//	notice.<sha256>.txt    the exact text of a notice that was shown, as long as a record names it
//	counts.json            how many records of each office were erased so far
//
// The two first are lines, each:
//
//	signature  86 of base64url   Ed25519 by the signer, over "totem.consents.v1\n" and the body
//	space
//	body       JSON              see body: its place in the file, the SHA-256 of the line before, what happened
//	newline
//
// so that no line can be changed, left out or moved unseen, and no file can stand for another one. That the last lines of a
// file are gone cannot be seen in the file; a citizen's receipt shows it.
//
// Ends have a file of their own, in which only days are written: among the acts, which say the minute, they would tell when
// a message went out, and so the time of a ticket. For the same reason files do not tell when they were last changed. What
// the order of the ends tells is the order of the tickets' times, and nothing else of them.
//
// A day's files are erased whole when Keep days have passed since that day; a number remains.
package consents
