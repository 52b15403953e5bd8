package device

import "example.org/totem/hw/board"

// PassBeat hands a beat on to a glass, as a totem does that is so.
func PassBeat(b Beat, glass Glass, how string) { b.pass(glass, how) }

// ExamineBoard is what the doctor says of the board of a totem that does not run.
func ExamineBoard(cfg Config, change func(*board.Config)) Part {
	return examineBoard(cfg, false, change)
}
