package device

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// linkPatience is how long the doctor waits for the scheduler.
const linkPatience = 5 * time.Second

func examineLink(ctx context.Context, cfg Config, life booking.Incarnation) Part {
	ctx, cancel := context.WithTimeout(ctx, linkPatience)
	defer cancel()
	if err := reach(ctx, cfg); err != nil {
		switch f := fault.Of(err); f.Code {
		case fault.CodeProxyRefused:
			return broken("scheduler", err)
		case fault.CodeProxySilent, fault.CodeLinkSilent: // the proxy is named, or what it does not reach
			return Part{Name: "scheduler", State: Attention, Cause: err.Error(), Code: f.Code, Remedy: f.Remedy + "; the totem works from its grant meanwhile"}
		}
		return Part{Name: "scheduler", State: Attention, Cause: fmt.Sprintf("nobody answers at %s: %v", withoutPassword(cfg.Scheduler), err),
			Remedy: "check the network and the address in totem.toml; the totem works from its grant meanwhile"}
	}
	to := natslink.Config{URL: cfg.Scheduler, Office: cfg.Office, Totem: cfg.Totem, Identity: cfg.identity(), Proxy: cfg.Proxy.link()}
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
func reach(ctx context.Context, cfg Config) error {
	var addresses []*url.URL
	for one := range strings.SplitSeq(cfg.Scheduler, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil {
			return err
		}
		addresses = append(addresses, u)
	}
	err := natslink.Reach(ctx, addresses, cfg.Proxy.link())
	var number syscall.Errno
	var name *net.DNSError
	switch {
	case errors.As(err, &number) && cfg.Proxy.Address == "":
		return number
	case errors.As(err, &name) && cfg.Proxy.Address == "":
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
