// Package ledger is the scheduler's book: the sheets of every office, changed only by compare-and-set on a sheet's
// revision, the roster of the totems that write to it, and how those totems are. It declares the port, keeps it in memory for tests and
// simulations, and knows how to change a sheet safely through any implementation.
package ledger

import (
	"context"
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Errors of a ledger. Any error that is none of these means that the outcome is unknown: read again.
var (
	// ErrNoSheet says that the ledger holds no such sheet.
	ErrNoSheet = errors.New("no such sheet")
	// ErrConflict says that the sheet or member was changed since it was read. Nothing was written.
	ErrConflict = errors.New("changed since it was read")
	// ErrClosed says that the sheet's day has been closed. Nothing was written.
	ErrClosed = errors.New("the day is closed")
	// ErrUnreadable says that something is kept in the record's place that no ledger of this release can read. Asking
	// again changes nothing; a person must mend it.
	ErrUnreadable = errors.New("the record cannot be read")
)

// Book is a ledger of sheets. Implementations are safe for concurrent use; every method may block on the network and
// ends with ctx.
type Book interface {
	// Sheet returns a sheet with its revision, or ErrNoSheet, ErrClosed or ErrUnreadable.
	Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error)
	// Sheets returns all sheets of an office and day, in order of queue; none is no error. With an error that is
	// ErrUnreadable it returns all those that can be read.
	Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error)
	// Put writes a sheet durably if the ledger still holds the revision that s.Revision names, the zero Revision for
	// a sheet that must not exist yet, and returns the new revision. Otherwise it returns ErrConflict, ErrClosed or
	// ErrUnreadable.
	Put(ctx context.Context, s booking.Sheet) (booking.Revision, error)
	// Days returns the days that the ledger holds, in order.
	Days(ctx context.Context) ([]booking.Day, error)
	// Close deletes a day whole: all sheets of all offices. Closing a day that is not there is no error.
	Close(ctx context.Context, day booking.Day) error
	// Epoch returns the epoch in which sheets are written now. It grows when a ledger begins anew or is raised.
	Epoch(ctx context.Context) (uint64, error)
	// Raise makes the epoch greater than beyond, durably, unless it is already, and returns it.
	Raise(ctx context.Context, beyond uint64) (uint64, error)
	// Speak says in which message version an office's sheets are written from now on; until then it is the one in which each
	// stands, the oldest for a new one. It does not block, and holds for this value alone.
	Speak(office booking.OfficeID, version int)
}

// Member is one totem as the scheduler knows it.
type Member struct {
	Office      booking.OfficeID
	Totem       booking.TotemID
	Incarnation booking.Incarnation // of the store that holds its grants; zero before its first hello and after fencing
	Folded      uint64              // n of its last fact in the ledger
	Sequence    uint64              // link sequence of that fact
	Merged      uint64              // epoch in which the store was found in step with the ledger, 0 for never
	Speaks      int                 // newest message version it understands, 0 before its first hello
	Revision    uint64              // for compare-and-set; zero for a member that must not exist yet

	Key     string   // its device's public nkey, "" while none is enrolled
	Revoked []string // its former keys, oldest first. None of them is ever believed again
	Token   Token    // with which the next key may be enrolled

	// Fenced lists the stores that a person declared lost, oldest first. None of them is ever believed again.
	Fenced []booking.Incarnation
}

// Token is a one-time enrolment token as it is kept: not the token itself. The zero Token is none.
type Token struct {
	Hash  [32]byte  // SHA-256 of the token
	Until time.Time // UTC, whole seconds; from then on it is worth nothing
}

// Roster is the list of totems. Implementations are safe for concurrent use.
type Roster interface {
	// Member returns a totem, or a Member with only its ids if it is not on the roster yet. With an error that is
	// ErrUnreadable it has only ids and revision, by which PutMember may write another in the record's place.
	Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Member, error)
	// PutMember writes m durably if the roster still holds m.Revision, and returns m with its new revision;
	// otherwise ErrConflict or ErrUnreadable.
	PutMember(ctx context.Context, m Member) (Member, error)
	// Members returns the totems of an office that are on the roster, of all offices for "", in order of office and
	// totem. With an error that is ErrUnreadable it returns all those that can be read.
	Members(ctx context.Context, office booking.OfficeID) ([]Member, error)
}

// Health is what a totem last told of its parts.
type Health struct {
	Office   booking.OfficeID
	Totem    booking.TotemID
	Told     wire.Health // as it was told; zero if nothing was
	Heard    time.Time   // when it was heard, by the scheduler's clock: UTC, whole minutes
	Unready  time.Time   // since when the printer takes no slip, as far as was heard: UTC, whole minutes; zero while it does
	Down     Down        // since when parts that citizens use cannot be used
	Revision uint64      // for compare-and-set; zero for a record that must not exist yet
}

// Down is since when parts of a totem cannot be used, as far as was heard: UTC, whole minutes; zero while a part can, or where
// there is none.
type Down struct {
	Touch, Keypad, Sound time.Time
}

// Ward is the book of how the totems are. Nothing else rests on it: it may lose what it holds. Implementations are safe for
// concurrent use.
type Ward interface {
	// Health returns what a totem last told, or a Health with only its ids if it told nothing. With an error that is
	// ErrUnreadable it has only ids and revision, by which PutHealth may write another in the record's place.
	Health(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Health, error)
	// PutHealth writes h durably if the ward still holds h.Revision, and returns h with its new revision; otherwise
	// ErrConflict or ErrUnreadable. What was there before is not kept.
	PutHealth(ctx context.Context, h Health) (Health, error)
	// Healths returns what is kept of the totems of an office, of all offices for "", in order of office and totem. With
	// an error that is ErrUnreadable it returns all those that can be read.
	Healths(ctx context.Context, office booking.OfficeID) ([]Health, error)
	// DropHealth erases what is kept of a totem. To drop what is not there is no error.
	DropHealth(ctx context.Context, office booking.OfficeID, totem booking.TotemID) error
}

// Tally is what remains of an office's day when it is closed: numbers, and nothing about anybody.
type Tally struct {
	Office   booking.OfficeID
	Day      booking.Day
	Queues   map[booking.QueueID]Count
	Late     map[booking.TotemID]booking.FactID // of each totem: the last fact that is in Late of a Count
	Revision uint64                             // for compare-and-set; zero for a tally that must not exist yet
}

// Count is the numbers of one queue.
type Count struct {
	Slots                       int // planned
	Pool, Walk                  int // tickets from the pool, and from totems
	Arrived, Cancelled          int // tickets by where they stood in the end: checked in, given back
	Printed, NotPrinted, Unsure int // slips by outcome; a ticket of which nothing was told is in none
	LateIssued, LatePrinted     int // facts that came when the day was closed already
	LateArrived, LateCancelled  int // of these, check-ins and tickets given back
	// Taken says how many of Walk each totem gave for each half-hour in which their slots start, in order of totem and
	// half-hour, none where it gave none: what demand is foretold from. Nil in a tally of a release that did not count it.
	Taken []Taken
}

// Taken is how many tickets a totem gave for slots that start in one half-hour of a day.
type Taken struct {
	Totem booking.TotemID
	Half  int // 0 to 47: half-hours since midnight by the office's wall clock
	N     int // at least 1
}

// Tallies is the book of what remains. Implementations are safe for concurrent use.
type Tallies interface {
	// Tally returns the tally of an office and day, or one with only office and day if there is none; or ErrUnreadable.
	Tally(ctx context.Context, office booking.OfficeID, day booking.Day) (Tally, error)
	// PutTally writes t durably if the book still holds t.Revision, and returns t with its new revision; otherwise
	// ErrConflict or ErrUnreadable.
	PutTally(ctx context.Context, t Tally) (Tally, error)
	// TallyDays returns the days of an office that have a tally, in order.
	TallyDays(ctx context.Context, office booking.OfficeID) ([]booking.Day, error)
}
