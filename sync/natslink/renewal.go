package natslink

import (
	"context"
	"errors"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// When credentials are renewed. A random part of the same length is added to each, so that a fleet does not act as one.
const (
	renewFirst   = 10 * time.Minute // after the first connection: not in the crowd of those who connect at the same time
	renewEvery   = 16 * time.Hour   // every 24 h on average, of the 30 days that they live
	renewAgain   = 5 * time.Minute  // after no answer
	strangerRest = time.Minute      // between two questions of a totem that is not let in
	refusedRest  = 10 * time.Minute // after the scheduler itself has refused the key

	renewWait = 10 * time.Second // for an answer
)

// renewal keeps a totem's credentials fresh, from one goroutine. While the totem is connected it asks on its own
// connection. While the servers refuse what it has, which may have expired on a shelf, it asks as a stranger.
type renewal struct {
	*Totem
	connected chan struct{} // gets a value when the connection was made
	missed    chan struct{} // gets a value when an attempt has failed
	refused   chan struct{} // gets a value when a server refused the credentials
	unreached chan error    // gets why a server was not even reached
	done      chan struct{}
	told      fault.Code // the latest that was logged since the totem was connected
}

func newRenewal(t *Totem) *renewal {
	return &renewal{
		Totem: t, connected: make(chan struct{}, 1), missed: make(chan struct{}, 1),
		refused: make(chan struct{}, 1), unreached: make(chan error, 1), done: make(chan struct{}),
	}
}

// run works until ctx ends.
func (r *renewal) run(ctx context.Context) {
	defer close(r.done)
	var due, rested <-chan time.Time
	resting := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-rested:
			resting = false
		case <-r.connected:
			r.told = ""
			if due == nil {
				due = r.later(renewFirst)
			}
		case <-due:
			due = r.later(r.asTotem(ctx))
		case err := <-r.unreached:
			r.tell(err)
		case <-r.missed:
			err := r.conn.LastError()
			r.tell(err)
			if isRefused(err) {
				wake(r.refused) // the client itself does not say so before the first connection
			}
		case <-r.refused:
			if !resting {
				resting, rested = true, r.later(r.asStranger(ctx))
			}
		}
	}
}

func (r *renewal) later(d time.Duration) <-chan time.Time { return r.cfg.After(d + r.cfg.Jitter(d)) }

// asTotem renews on the totem's own connection and returns when to do so again.
func (r *renewal) asTotem(living context.Context) time.Duration {
	ctx, cancel := context.WithTimeout(living, renewWait)
	defer cancel()
	c, err := request[wire.Renew, wire.Credentials](ctx, r.Totem, wire.VerbRenew, wire.Renew{Key: r.cfg.Identity.Key()})
	return r.keep(living, c, err, renewAgain)
}

// asStranger renews on a stranger's connection, and returns when to do so again.
func (r *renewal) asStranger(living context.Context) time.Duration {
	ctx, cancel := context.WithTimeout(living, renewWait)
	defer cancel()
	c, err := Renew(ctx, StrangerConfig{URL: r.cfg.URL, Proxy: r.cfg.Proxy, Pins: r.cfg.Identity.Pins(), Office: r.cfg.Office, Totem: r.cfg.Totem, Options: r.cfg.Options},
		wire.Renew{Key: r.cfg.Identity.Key()})
	// If even fresh ones are refused, there is no hurry, but neither a day's time.
	return min(r.keep(living, c, err, strangerRest), refusedRest)
}

// keep keeps what was answered. again is the rest after no answer.
func (r *renewal) keep(ctx context.Context, c wire.Credentials, err error, again time.Duration) time.Duration {
	if err == nil {
		err = r.cfg.Identity.Keep(c)
	}
	var refusal *wire.Refusal
	switch {
	case err == nil:
		event.Log(r.cfg.Log, event.LinkRenewed)
		return renewEvery
	case errors.As(err, &refusal) && (refusal.Code == wire.RefusedKey || refusal.Code == wire.RefusedUnknownTotem):
		r.tell(fault.New(fault.CodeLinkKey, nil, refusal.Remedy, "the scheduler does not renew this totem's credentials: %s", refusal.Sentence))
		if r.cfg.Refused != nil {
			r.cfg.Refused(ctx, refusal)
		}
		return max(again, refusedRest)
	}
	r.tell(err)
	return again
}

// tell logs a fault that keeps the link from coming about, once until another comes. What has no code passes by itself:
// a network that is not there, above all.
func (r *renewal) tell(err error) {
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code == r.told || f.Code == fault.CodeLinkSilent {
		return
	}
	r.told = f.Code
	what := event.LinkIdentity
	if f.Code == fault.CodeProxySilent || f.Code == fault.CodeProxyRefused {
		what = event.LinkProxy
	}
	event.Log(r.cfg.Log, what, fault.Attrs(f)...)
}
