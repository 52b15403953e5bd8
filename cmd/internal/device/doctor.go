package device

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// Part is one part of a totem as the doctor found it.
type Part struct {
	Name   string     `json:"part"`
	State  string     `json:"state"` // "good", "attention" or "fault"
	Cause  string     `json:"cause"` // what was found
	Code   fault.Code `json:"code,omitempty"`
	Remedy string     `json:"remedy,omitempty"`
}

// The states of a part.
const (
	Good      = "good"
	Attention = "attention" // it works, and somebody should look
	Faulty    = "fault"     // it does not work
)

// Examine looks at every part that cfg names, each on its own, and changes nothing but to make a database where there
// is none. It takes at most some seconds. A totem that runs holds its database, which is said and is no fault.
func Examine(ctx context.Context, cfg Config) []Part {
	found := examineStore(ctx, cfg)
	look := examinePrinter
	if found.running {
		look = printerAtWork
	}
	parts := []Part{found.database}
	for _, p := range []*Part{found.slips, found.notice} {
		if p != nil {
			parts = append(parts, *p)
		}
	}
	parts = append(parts, examineClock(Desk{Data: cfg.Data}), look(ctx, cfg))
	parts = append(parts, examineHands(cfg, found.running, openers{})...)
	parts = append(parts, examineBoard(cfg, found.running, nil))
	return append(parts, examineIdentity(cfg), examineLink(ctx, cfg, found.life), examinePeers(ctx, cfg, found))
}

func broken(name string, err error) Part {
	f := fault.Of(err)
	return Part{Name: name, State: Faulty, Cause: strings.ReplaceAll(err.Error(), "\n", "; "), Code: f.Code, Remedy: f.Remedy}
}

// examined is what a store was found to say.
type examined struct {
	database Part
	slips    *Part               // how the print journal is; nil where it cannot be read
	notice   *Part               // what citizens are told and asked; nil likewise, and where no office is known
	life     booking.Incarnation // zero where it cannot be read
	running  bool                // a totem runs on it
	peers    []wire.Peer         // the other totems of the office that it knows
	company  *Company            // what a running totem tells of them; nil: nothing
}

func examineStore(ctx context.Context, cfg Config) examined {
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(cfg.Data, "totem.db"), Office: cfg.Office, Totem: cfg.Totem})
	if err != nil {
		if fault.Of(err).Code == fault.CodeStoreLocked {
			left, _ := readHealth(cfg.Data)
			return examined{database: Part{Name: "database", State: Good, Cause: "in use: a totem runs on it"}, slips: slipsAtWork(cfg), notice: noticeAtWork(cfg),
				running: true, company: left.Peers}
		}
		return examined{database: broken("database", err)}
	}
	at, err := s.Standing(ctx)
	id := at.ID
	office, known, errOffice := s.Office(ctx)
	jobs, errJobs := s.Jobs(ctx)
	withdrawals, errWithdrawals := s.Withdrawals(ctx)
	others, errPeers := s.Peers(ctx)
	if err := errors.Join(err, errOffice, errJobs, errWithdrawals, errPeers, s.Close()); err != nil {
		return examined{database: broken("database", err)}
	}
	found := examined{slips: examineSlips(jobs), life: id.Incarnation, peers: others}
	if !known {
		found.database = Part{Name: "database", State: Attention, Cause: "sound; no office in it yet", Remedy: "let the totem reach its scheduler once"}
		return found
	}
	found.database = Part{Name: "database", State: Good, Cause: fmt.Sprintf("sound; office %s, store %s, %d facts so far", office.ID, id.Incarnation, id.N)}
	found.notice = consentsOf(office, len(withdrawals)).part()
	return found
}

// examineSlips tells of slips whose fate is unknown.
func examineSlips(jobs []store.Job) *Part {
	unsure, oldest := 0, time.Time{}
	for _, j := range jobs {
		if !unsureOf(j) {
			continue
		}
		if unsure++; !j.Since.IsZero() && (oldest.IsZero() || j.Since.Before(oldest)) {
			oldest = j.Since
		}
	}
	since := ""
	if !oldest.IsZero() {
		since = ", the oldest since " + oldest.Local().Format("15:04")
	}
	return slipsPart(unsure, since)
}

func slipsPart(unsure int, since string) *Part {
	if unsure == 0 {
		return &Part{Name: "slips", State: Good, Cause: "the fate of all is known"}
	}
	return &Part{Name: "slips", State: Attention, Cause: fmt.Sprintf("the fate of %d is unknown%s", unsure, since),
		Remedy: "look whether paper hangs from the printer; the screen offers a copy to whoever asks within the hour"}
}

// slipsAtWork is what a running totem has left about its slips, nil for nothing.
func slipsAtWork(cfg Config) *Part {
	h, ok := readHealth(cfg.Data)
	if !ok {
		return nil
	}
	return slipsPart(h.Unsure, "")
}

// examineIdentity looks at what this totem shows the servers. The clock that it is judged by may be wrong: whether they
// accept it is for them to say.
func examineIdentity(cfg Config) Part {
	folder := cfg.identity()
	expires, err := folder.Expires()
	if err != nil {
		return broken("identity", err)
	}
	p := Part{Name: "identity", State: Good, Cause: fmt.Sprintf("key %s, credentials until %s", folder.Key(), expires.Format(time.DateOnly))}
	if left := time.Until(expires); left < soonExpired {
		p.State, p.Remedy = Attention, "let the totem reach its scheduler: it renews them by itself"
	}
	return p
}

// soonExpired is when credentials should have been renewed long ago.
const soonExpired = 20 * 24 * time.Hour
