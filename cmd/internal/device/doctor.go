package device

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/natslink"
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
	database, life := examineStore(ctx, cfg)
	return []Part{database, examineClock(Desk{Data: cfg.Data}), examinePrinter(ctx, cfg), examineIdentity(cfg), examineLink(ctx, cfg, life)}
}

func broken(name string, err error) Part {
	f := fault.Of(err)
	return Part{Name: name, State: Faulty, Cause: err.Error(), Code: f.Code, Remedy: f.Remedy}
}

// examineStore also returns the store's incarnation, zero if it cannot be read.
func examineStore(ctx context.Context, cfg Config) (Part, booking.Incarnation) {
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(cfg.Data, "totem.db"), Office: cfg.Office, Totem: cfg.Totem})
	if err != nil {
		if fault.Of(err).Code == fault.CodeStoreLocked {
			return Part{Name: "database", State: Good, Cause: "in use: a totem runs on it"}, booking.Incarnation{}
		}
		return broken("database", err), booking.Incarnation{}
	}
	at, err := s.Standing(ctx)
	id := at.ID
	office, known, errOffice := s.Office(ctx)
	if err := errors.Join(err, errOffice, s.Close()); err != nil {
		return broken("database", err), booking.Incarnation{}
	}
	if !known {
		return Part{Name: "database", State: Attention, Cause: "sound; no office in it yet", Remedy: "let the totem reach its scheduler once"}, id.Incarnation
	}
	return Part{Name: "database", State: Good, Cause: fmt.Sprintf("sound; office %s, store %s, %d facts so far", office.ID, id.Incarnation, id.N)}, id.Incarnation
}

func examinePrinter(ctx context.Context, cfg Config) Part {
	p, err := openPrinter(cfg.Printer)
	if err != nil {
		return broken("printer", err)
	}
	status := p.Status(ctx)
	if err := p.Close(); err != nil {
		return broken("printer", err)
	}
	switch {
	case status.Has(paper.Silent):
		return Part{Name: "printer", State: Faulty, Cause: "it does not answer", Code: fault.CodePrinterMute,
			Remedy: "check power and cable, and that printer.baud is the printer's speed; some models never answer"}
	case !status.Ready():
		return Part{Name: "printer", State: Faulty, Cause: "it cannot print: " + status.String(), Code: fault.CodePrinterState, Remedy: "act on the conditions named"}
	case status != 0:
		return Part{Name: "printer", State: Attention, Cause: status.String(), Remedy: "have a roll at hand"}
	}
	return Part{Name: "printer", State: Good, Cause: "ready"}
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

// linkPatience is how long the doctor waits for the scheduler.
const linkPatience = 5 * time.Second

func examineLink(ctx context.Context, cfg Config, life booking.Incarnation) Part {
	ctx, cancel := context.WithTimeout(ctx, linkPatience)
	defer cancel()
	if err := reach(ctx, cfg.Scheduler); err != nil {
		return Part{Name: "scheduler", State: Attention, Cause: fmt.Sprintf("nobody answers at %s: %v", withoutPassword(cfg.Scheduler), err),
			Remedy: "check the network and the address in totem.toml; the totem works from its grant meanwhile"}
	}
	to := natslink.Config{URL: cfg.Scheduler, Office: cfg.Office, Totem: cfg.Totem, Identity: cfg.identity()}
	if err := natslink.Try(ctx, to); err != nil {
		return shutOut(cfg, err)
	}
	link, err := natslink.Dial(ctx, to)
	if err != nil {
		return broken("scheduler", err)
	}
	last, err := askLast(ctx, link, life)
	if closing := link.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return unanswered(cfg, err)
	}
	cause := fmt.Sprintf("answers; last fact accepted from this totem: %d", last)
	if life.IsZero() { // nothing can be asked in the store's name
		cause += "; whether its store is believed, the log of the totem says"
	}
	return Part{Name: "scheduler", State: Good, Cause: cause}
}

// shutOut says why no connection came about though somebody listens.
func shutOut(cfg Config, err error) Part {
	switch fault.Of(err).Code {
	case fault.CodeUnprovisioned, fault.CodeIdentity:
		return Part{Name: "scheduler", State: Attention, Cause: "somebody listens at " + withoutPassword(cfg.Scheduler) + "; not asked further without an identity",
			Remedy: "mend the identity first"}
	case fault.CodeLinkSilent:
		return Part{Name: "scheduler", State: Attention, Cause: "what listens at " + withoutPassword(cfg.Scheduler) + " is no scheduler's server",
			Remedy: "check the address in totem.toml; the totem works from its grant meanwhile"}
	}
	return broken("scheduler", err)
}

// errNoNATS says that something listens, but no connection came about.
var errNoNATS = errors.New("no connection")

// reach tries whether anybody listens at one of the addresses; the link itself tries for ever and does not tell why.
func reach(ctx context.Context, addresses string) (err error) {
	for one := range strings.SplitSeq(addresses, ",") {
		u, bad := url.Parse(strings.TrimSpace(one))
		if bad != nil {
			return bad
		}
		var conn net.Conn
		if conn, err = new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "4222"))); err == nil {
			return conn.Close()
		}
	}
	var number syscall.Errno
	var name *net.DNSError
	switch {
	case errors.As(err, &number):
		return number
	case errors.As(err, &name):
		return fmt.Errorf("the name %s cannot be resolved", name.Name)
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("no answer in %v", linkPatience)
	}
	return err
}

// unanswered tells apart what is wrong when the scheduler's answer did not come.
func unanswered(cfg Config, err error) Part {
	p := Part{Name: "scheduler", State: Attention}
	var refusal *wire.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == wire.RefusedTrouble:
		p.Cause, p.Remedy = refusal.Sentence, refusal.Remedy
	case errors.As(err, &refusal) && refusal.Code == wire.RefusedOtherStore:
		p.Cause, p.Remedy = "it answers: "+refusal.Sentence, "let the totem run once; if it was fenced, erase its data folder first"
	case errors.As(err, &refusal):
		return Part{Name: p.Name, State: Faulty, Cause: "it refuses this totem: " + refusal.Sentence, Code: fault.CodeLinkRefused, Remedy: refusal.Remedy}
	case fault.Of(err).Code == fault.CodeLinkVersion:
		return broken(p.Name, err)
	case errors.Is(err, errNoNATS):
		p.Cause = "what listens at " + withoutPassword(cfg.Scheduler) + " does not let this totem in"
		p.Remedy = "check that it is the scheduler's NATS server, and the totem's credentials; the totem works from its grant meanwhile"
	default:
		p.Cause = fmt.Sprintf("the server at %s is there, but no scheduler answers for office %s", withoutPassword(cfg.Scheduler), cfg.Office)
		p.Remedy = "start the scheduler with that office's file; the totem works from its grant meanwhile"
	}
	return p
}

// withoutPassword returns addresses as they may be shown.
func withoutPassword(addresses string) string {
	all := strings.Split(addresses, ",")
	for i := range all {
		if u, err := url.Parse(strings.TrimSpace(all[i])); err == nil {
			all[i] = u.Redacted()
		}
	}
	return strings.Join(all, ",")
}

// askLast asks for the last fact and, for a store that can be named, whether the scheduler answers it.
func askLast(ctx context.Context, link *natslink.Totem, life booking.Incarnation) (n uint64, err error) {
	for {
		select {
		case e := <-link.Events():
			if e.Up {
				last, err := link.Last(ctx, wire.Last{Incarnation: life})
				if err == nil && !life.IsZero() {
					_, err = link.Pull(ctx, wire.Pull{Incarnation: life}) // only here does it say whether it knows this totem
				}
				return last.N, err
			}
		case <-ctx.Done():
			return 0, errNoNATS
		}
	}
}
