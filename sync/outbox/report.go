package outbox

import (
	"time"

	"example.org/totem/sync/wire"
)

// Report is news of the conversation, for screens and logs: one of the types below and no other.
type Report interface{ report() }

type (
	// Connected says that the scheduler has welcomed this totem.
	Connected struct {
		Time time.Time // the scheduler's clock when it answered
	}
	// CaughtUp says, once after each Connected, that this store has taken all that had changed since it was last connected,
	// and that the scheduler has accepted every fact that waited.
	CaughtUp struct{}
	// Disconnected says that the scheduler no longer answers. Nothing is lost: what waits goes out when it does again.
	Disconnected struct {
		Err error // what was tried; nil when the link itself is down
	}
	// Timed says what the scheduler's clock showed between a question and its answer.
	Timed struct {
		Reading wire.Reading  // the link has checked it
		RTT     time.Duration // from the question to the answer, by Config.Steady
	}
	// Taken says that news from the scheduler was written to the store.
	Taken struct {
		Sheets int  // how many sheets changed
		Office bool // whether the office changed
	}
	// Refused says that the scheduler refuses this totem. It is asked again, slowly.
	Refused struct {
		Refusal *wire.Refusal
	}
	// Forked says that another device speaks with this totem's name, or that this store was set back to an earlier
	// state. Nothing more is sent or taken until Run is started anew.
	Forked struct {
		Expected uint64        // the link sequence that this totem's last accepted fact should have
		Last     wire.Accepted // the fact that was accepted last
		Err      error         // what the store found; nil when it was found by Expected and Last
	}
	// MessageUnknown says that a message was not understood: the two sides are of different releases.
	MessageUnknown struct {
		Err error
	}
	// StoreFailed says that the store could not be read or written. It is tried again.
	StoreFailed struct {
		Err error
	}
)

func (Connected) report()      {}
func (CaughtUp) report()       {}
func (Disconnected) report()   {}
func (Timed) report()          {}
func (Taken) report()          {}
func (Refused) report()        {}
func (Forked) report()         {}
func (MessageUnknown) report() {}
func (StoreFailed) report()    {}
