// Package printer drives print jobs to a known outcome: it takes them from the journal, hands them to a device, and
// writes down what really happened. A job is never printed twice by itself.
package printer

import (
	"context"

	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// Device is a printer. It is used by one goroutine at a time.
type Device interface {
	// Status asks the printer how it is. A printer that does not answer is paper.Silent, which is no error. It blocks
	// for at most a second, beside the time that a question takes on a slow line.
	Status(ctx context.Context) paper.Status
	// Print prints a slip and finds out what became of it. It blocks until that is known or the device's time limit
	// is over. An error explains an outcome that is not paper.Printed, for the technician.
	Print(ctx context.Context, s ticket.Slip) (paper.Result, error)
}

// Presenter is a Device that can hold a cut slip in its mouth (paper.TicketInMouth) until it is taken.
type Presenter interface {
	// Retract pulls back a slip that nobody took, or drops it where the model cannot. It does nothing for an empty mouth.
	Retract(ctx context.Context) error
}

// Alerter is a Device that speaks up by itself.
type Alerter interface {
	// Alerts has a token when the printer's status may have changed, or the printer has come or gone. It is always the
	// same channel.
	Alerts() <-chan struct{}
}

// Journal is where print jobs are kept, and what is known of the roll of paper. It is durable when a method that notes
// something returns.
type Journal interface {
	// NextJob returns the oldest job that is to be printed, ok false when there is none. One in state paper.JobSending is
	// noted as being sent already.
	NextJob(ctx context.Context) (job ticket.Job, ok bool, err error)
	// JobSending notes that the next thing that happens is a byte sent to the printer.
	JobSending(ctx context.Context, id int64) error
	// JobEnded notes the outcome of a job, commits the fact that tells it, and counts the paper on the roll (paper.Roll.After).
	JobEnded(ctx context.Context, id int64, r paper.Result) error
	// Roll returns the roll as it was noted last.
	Roll(ctx context.Context) (paper.Roll, error)
	// KeepRoll notes the roll.
	KeepRoll(ctx context.Context, r paper.Roll) error
}
