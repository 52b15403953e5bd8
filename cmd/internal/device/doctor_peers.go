package device

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/sync/lan"
	"example.org/totem/sync/wire"
)

// peersPatience is how long the doctor waits for the other totems, all of them together.
const peersPatience = 3 * time.Second

// examinePeers finds out whether this totem and the others of its office can help one another.
func examinePeers(ctx context.Context, cfg Config, found examined) Part {
	p := Part{Name: "peers", State: Good}
	if cfg.Peers.Listen == "" {
		p.Cause = "off: no other totem is asked for slots, and none can ask"
		return p
	}
	known, err := found.peers, error(nil)
	switch {
	case !found.running:
		err = listenable(cfg.Peers.Listen)
	case found.company == nil || found.company.Reached == "":
		p.State, p.Cause = Attention, "the totem that runs does not say that it listens"
		p.Remedy = "ask again in a minute; then look in its log for peers.deaf, and set peers.address in totem.toml where there is none"
		return p
	default:
		known = found.company.Known
	}
	if err != nil {
		return broken(p.Name, err)
	}
	at := "listens at " + cfg.Peers.Listen
	if len(known) == 0 {
		p.State, p.Cause = Attention, at+"; no other totem of the office is known"
		p.Remedy = "set peers.listen in the totem.toml of each, and let each reach the scheduler once"
		return p
	}
	said, all := tryPeers(ctx, cfg, known)
	p.Cause = at + "; " + strings.Join(said, "; ")
	if !all {
		p.State, p.Remedy = Attention, "see the runbook totems-do-not-help-one-another; tickets are given all the same"
	}
	return p
}

// listenable reports why a totem could not listen at an address.
func listenable(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fault.New(fault.CodePeersListen, err, "end what else uses that port, or correct peers.listen in totem.toml",
			"the totem could not listen for the others at %s", address)
	}
	return l.Close()
}

// tryPeers says of each of the others whether it answers, and whether all do.
func tryPeers(ctx context.Context, cfg Config, peers []wire.Peer) (said []string, all bool) {
	client, err := lan.NewClient(lan.Config{Key: cfg.identity().SigningKey, Patience: peersPatience})
	if err != nil {
		return []string{err.Error()}, false
	}
	said, all = make([]string, len(peers)), true
	failed := make([]bool, len(peers))
	var trying sync.WaitGroup
	for i, peer := range peers {
		trying.Go(func() {
			err := client.Try(ctx, peer)
			said[i], failed[i] = fmt.Sprintf("%s at %s %s", peer.Totem, peer.Address, answerOf(err)), err != nil
		})
	}
	trying.Wait()
	for _, no := range failed {
		all = all && !no
	}
	return said, all
}

// answerOf says what came of trying.
func answerOf(err error) string {
	var timeout net.Error
	switch {
	case err == nil:
		return "answers"
	case errors.Is(err, lan.ErrOther):
		return "answers with another key than the scheduler told"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "does not answer in time"
	case errors.Is(err, lan.ErrUnknown):
		return "answers, and does not know this totem"
	}
	f := fault.Of(err)
	if f.Code != fault.CodeInternal {
		return "is not asked: " + f.Error()
	}
	return "does not answer: " + fault.Reason(err).Error()
}
