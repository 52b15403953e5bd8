package ticket

import (
	"example.org/totem/paper"
)

// Job is a print job of the journal.
type Job struct {
	ID    int64
	State paper.JobState // Queued, or Sending if that was committed already
	Copy  bool           // a person asked for it although it may be on paper: it must say so
	Slip  Slip
}
