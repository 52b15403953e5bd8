package central

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

// Condition is what a finding means.
type Condition string

// The conditions.
const (
	Good      Condition = "good"
	Attention Condition = "attention" // it may go wrong one day, or could not be seen
	Unfit     Condition = "fault"     // what is acknowledged may be lost, or nothing can be written
)

// Finding is one thing that was looked at in a NATS cluster.
type Finding struct {
	What   string    `json:"what"`
	State  Condition `json:"state"`
	Cause  string    `json:"cause"`
	Remedy string    `json:"remedy,omitempty"` // "" for what is good
}

// Findings are what was found, in the order in which it was looked at.
type Findings []Finding

// Cluster is a NATS cluster of somebody else's, to be looked at.
type Cluster struct {
	Conn     *nats.Conn // required; of the scheduler
	System   *nats.Conn // of an administrator in the system account; nil to see only what the scheduler may see
	Replicas int        // that the scheduler asks for; 0 means 1
}

// fitnessWait bounds one question.
const fitnessWait = 5 * time.Second

// Fitness looks whether a cluster is fit to keep the ledger. It changes nothing. What it cannot see it says. It blocks
// until the servers have answered, for some seconds at most.
func Fitness(ctx context.Context, c Cluster) Findings {
	c.Replicas = max(c.Replicas, 1)
	x := &examination{cluster: c}
	conn, err := x.own()
	if err != nil {
		x.find("server", Unfit, "it does not answer: "+err.Error(), "check the URL, and that the server runs")
		return x.findings
	}
	defer conn.Close()
	js, err := natsjs.New(conn, natsjs.WithDefaultTimeout(fitnessWait))
	if err != nil {
		x.find("JetStream", Unfit, err.Error(), "report it")
		return x.findings
	}
	if x.lookAtJetStream(ctx, js) {
		x.lookAtServers(ctx, conn)
		x.lookAtStreams(ctx, js)
	}
	return x.findings
}

// Examine looks whether the NATS servers that s names are fit to keep the ledger, and opens no books. The error is a
// *fault.Fault: there was nothing to look at.
func Examine(ctx context.Context, s Store) (Findings, error) {
	if s.NATS == "" {
		return nil, fault.New(fault.CodeUsage, nil, "name the URL of a NATS server; the embedded one is always fit", "there is no cluster to look at")
	}
	if err := errors.Join(checkPins(s.Pins), checkReplicas(s)); err != nil {
		return nil, err
	}
	b := &Books{pins: s.Pins, at: address{url: s.NATS, pins: s.Pins}}
	var err error
	if b.authority, err = identify(s); err != nil {
		return nil, err
	}
	if len(s.Pins) == 0 && s.Creds == "" && b.authority != nil {
		b.at.pins = b.authority.Pins()
	}
	user, err := b.user(s)
	if err != nil {
		return nil, err
	}
	if b.conn, err = b.at.dial("totem-scheduler", user); err != nil {
		return nil, unreached(err, s)
	}
	defer b.conn.Close()
	return b.examine(ctx, s.Replicas), nil
}

// Fit looks whether the NATS servers that keep the books are fit, logs what it finds, and returns their faults. The
// embedded server is.
func (b *Books) Fit(ctx context.Context, replicas int, log *slog.Logger) error {
	if b.server != nil {
		return nil
	}
	findings := b.examine(ctx, replicas)
	findings.Log(log)
	return findings.Faults()
}

// examine looks as an administrator too, if the servers know the identity's.
func (b *Books) examine(ctx context.Context, replicas int) Findings {
	c := Cluster{Conn: b.conn, Replicas: replicas}
	if b.authority != nil {
		if administrator, err := b.authority.Administrator(); err == nil {
			if system, err := b.at.dial("totem-scheduler-fitness", administrator, nats.NoReconnect()); err == nil {
				defer system.Close()
				c.System = system
			}
		}
	}
	return Fitness(ctx, c)
}

// examination is one look at a cluster.
type examination struct {
	cluster  Cluster
	findings Findings
}

func (x *examination) find(what string, state Condition, cause, remedy string) {
	x.findings = append(x.findings, Finding{What: what, State: state, Cause: cause, Remedy: remedy})
}

// own returns a connection like the scheduler's: what the server forbids to ask here is no fault of the scheduler's.
func (x *examination) own() (*nats.Conn, error) {
	opts := x.cluster.Conn.Opts
	opts.Name = "totem-scheduler-fitness"
	opts.Servers = x.cluster.Conn.Servers()
	opts.Url = x.cluster.Conn.ConnectedUrl()
	opts.AsyncErrorCB = func(*nats.Conn, *nats.Subscription, error) {}
	opts.ClosedCB, opts.DisconnectedErrCB, opts.ReconnectedCB, opts.ConnectedCB = nil, nil, nil, nil
	opts.MaxReconnect = 0
	return opts.Connect()
}

// lookAtJetStream reports whether there is a JetStream to be looked at further.
func (x *examination) lookAtJetStream(ctx context.Context, js natsjs.JetStream) bool {
	ctx, cancel := context.WithTimeout(ctx, fitnessWait)
	defer cancel()
	account, err := js.AccountInfo(ctx)
	switch {
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, natsjs.ErrJetStreamNotEnabled), errors.Is(err, natsjs.ErrJetStreamNotEnabledForAccount):
		x.find("JetStream", Unfit, "the server has no JetStream for these credentials, and the ledger is kept in one",
			"start the servers with JetStream (jetstream {} in their configuration), and enable it for the scheduler's account")
		return false
	case err != nil:
		x.find("JetStream", Unfit, "it does not answer: "+err.Error(),
			"check that a majority of the servers runs, and that these credentials may use JetStream ($JS.API.>)")
		return false
	}
	limits := account.Limits
	switch {
	case limits.MaxStore == 0:
		x.find("JetStream", Unfit, "the account may keep nothing in files", "allow it file storage")
	case limits.MaxStore > 0 && account.Store > uint64(limits.MaxStore)/5*4:
		x.find("JetStream", Attention, fmt.Sprintf("the account has used %d of %d bytes of file storage; when it is full nothing is booked", account.Store, limits.MaxStore), "allow it more")
	case limits.MaxStreams > 0 && account.Streams > limits.MaxStreams-daysAhead:
		x.find("JetStream", Attention, fmt.Sprintf("the account has %s and may have %d; each day is one", several(account.Streams, "stream", "streams"), limits.MaxStreams), "allow it more")
	default:
		x.find("JetStream", Good, "it answers, with "+several(account.Streams, "stream", "streams"), "")
	}
	return true
}

// daysAhead is how many streams should still be allowed: as many days as are planned ahead, and some.
const daysAhead = 10

// Faults returns what makes a cluster unfit, each as a *fault.Fault, or nil.
func (f Findings) Faults() error {
	var all []error
	for _, one := range f {
		if one.State == Unfit {
			all = append(all, fault.New(fault.CodeCentralNATS, nil, one.Remedy, "the NATS cluster is not fit to keep the ledger: %s: %s", one.What, one.Cause))
		}
	}
	return errors.Join(all...)
}

// Log writes every finding to a log.
func (f Findings) Log(l *slog.Logger) {
	for _, one := range f {
		attrs := []slog.Attr{slog.String("what", one.What), slog.String("cause", one.Cause)}
		if one.State == Good {
			event.Log(l, event.ClusterGood, attrs...)
			continue
		}
		event.Log(l, event.ClusterDoubt, append(attrs, slog.String("state", string(one.State)), slog.String("remedy", one.Remedy))...)
	}
}

// some returns names for a sentence: in order, each once, the first few of many.
func some(names []string) string {
	const few = 4
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

// several returns a number of things in words.
func several(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
