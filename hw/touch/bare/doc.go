// Package bare reads touch controllers for which the board's kernel has no driver: it opens the bus and the line of the
// interrupt, asks the chip again and again, and tells what changed as a [contact.Source]. What a chip says, and how it is
// asked, its own room knows (gt911, ft5x06, xpt2046).
//
// Where the kernel has a driver for the chip, that one is the better way: it sees every interrupt.
package bare
