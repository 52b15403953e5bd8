package ticket

import (
	"example.org/totem/paper"
)

// Job is a print job of the journal.
type Job struct {
	ID    int64
	State paper.JobState // Queued; Sending for one that a person asked to print although it may be on paper already
	Slip  Slip
}
