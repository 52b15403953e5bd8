package central

import (
	"context"
	"fmt"
	"slices"
	"strings"

	natsjs "github.com/nats-io/nats.go/jetstream"
)

// ours reports whether a stream is one of the scheduler's. Others may be in the same account.
func ours(name string) bool {
	return strings.HasPrefix(name, "LEDGER-") || slices.Contains([]string{"META", "ROSTER", "COUNTS", "HEALTH", "FACTS"}, name)
}

// ailment is what can be wrong with a stream. A stream that is there keeps its settings: the scheduler never changes
// them, for an administrator may have tuned them.
type ailment struct {
	state  Condition
	has    func(x *examination, s *natsjs.StreamInfo) bool
	cause  string // the names of the streams stand before it
	remedy string
}

func ailments() []ailment {
	config := func(wrong func(c natsjs.StreamConfig) bool) func(*examination, *natsjs.StreamInfo) bool {
		return func(_ *examination, s *natsjs.StreamInfo) bool { return wrong(s.Config) }
	}
	return []ailment{
		{Unfit, config(func(c natsjs.StreamConfig) bool { return c.Storage != natsjs.FileStorage }),
			"in memory: a restart of the servers loses it", "back the ledger up, delete the stream and restore it to files"},
		{Unfit, config(func(c natsjs.StreamConfig) bool { return c.PersistMode == natsjs.AsyncPersistMode }),
			"written late (persist_mode: async): what was acknowledged is lost when power fails", "set it to default with nats stream edit, or restore the ledger from a backup"},
		{Unfit, config(func(c natsjs.StreamConfig) bool { return c.Retention != natsjs.LimitsPolicy || c.MaxAge > 0 }),
			"forgotten by itself, by age or because somebody read it", "take max_age away and set the retention to limits with nats stream edit"},
		{Unfit, config(func(c natsjs.StreamConfig) bool {
			return c.Discard == natsjs.DiscardOld && (c.MaxMsgs > 0 || c.MaxBytes > 0)
		}),
			"limited in size, and the oldest is thrown away when it is full", "take the limits away with nats stream edit"},
		{Unfit, config(func(c natsjs.StreamConfig) bool { return c.Sealed || c.NoAck || c.Mirror != nil || len(c.Sources) > 0 }),
			"sealed, a copy of others or without answers: nothing can be written to it safely", "find out who made it, and restore the ledger to an account of its own"},
		{Attention, config(func(c natsjs.StreamConfig) bool {
			return c.Discard == natsjs.DiscardNew && (c.MaxMsgs > 0 || c.MaxBytes > 0)
		}),
			"limited in size: when it is full nothing is booked", "take the limits away with nats stream edit"},
		{Attention, func(x *examination, s *natsjs.StreamInfo) bool { return s.Config.Replicas < x.cluster.Replicas },
			"kept in fewer copies than are asked for", "raise them with nats stream edit --replicas"},
		{Unfit, func(_ *examination, s *natsjs.StreamInfo) bool { return s.Cluster != nil && s.Cluster.Leader == "" },
			"without a leader: too few of its servers run, or see each other", "start the servers, and check the network between them"},
	}
}

func (x *examination) lookAtStreams(ctx context.Context, js natsjs.JetStream) {
	ctx, cancel := context.WithTimeout(ctx, fitnessWait)
	defer cancel()
	var streams []*natsjs.StreamInfo
	list := js.ListStreams(ctx)
	for s := range list.Info() {
		if ours(s.Config.Name) {
			streams = append(streams, s)
		}
	}
	if err := list.Err(); err != nil {
		x.find("streams", Attention, "they cannot be listed: "+err.Error(), "try again; check that these credentials may use JetStream ($JS.API.>)")
		return
	}
	before := len(x.findings)
	for _, a := range ailments() {
		var names []string
		for _, s := range streams {
			if a.has(x, s) {
				names = append(names, s.Config.Name)
			}
		}
		if len(names) > 0 {
			x.find("streams", a.state, fmt.Sprintf("%s: %s", some(names), a.cause), a.remedy)
		}
	}
	x.lookAtReplicas(streams)
	if len(x.findings) == before {
		x.find("streams", Good, several(len(streams), "stream", "streams")+" of the scheduler, as they should be", "")
	}
}

// lookAtReplicas names the servers that do not hold everything they should.
func (x *examination) lookAtReplicas(streams []*natsjs.StreamInfo) {
	var away, behind []string
	for _, s := range streams {
		if s.Cluster == nil {
			continue
		}
		for _, r := range s.Cluster.Replicas {
			switch {
			case r.Offline:
				away = append(away, r.Name)
			case !r.Current:
				behind = append(behind, r.Name)
			}
		}
	}
	if len(away) > 0 {
		x.find("copies", Attention, "those on "+some(away)+" cannot be reached", "start it, and check the network between the servers")
	}
	if len(behind) > 0 {
		x.find("copies", Attention, "those on "+some(behind)+" are not in step: it is down, cut off, or catching up", "look again in a minute; if it lasts, start it, and check the network between the servers")
	}
}
