package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

const (
	crowdOffices = 1000
	crowdTotems  = 2 // of an office
	costBlocks   = 5
)

// clientCosts is what one client costs the server.
type clientCosts struct{ memory, cpu measured }

// measureClients sets totems against bare NATS clients that connect in the same way with the same credentials. Every
// block has a server of its own: memory that an earlier block used would be used again.
func measureClients(ctx context.Context, l *lab) (clientCosts, error) {
	return l.measureClients(ctx, crowdOffices, crowdTotems, costBlocks)
}

func (l *lab) measureClients(ctx context.Context, offices, totems, blocks int) (c clientCosts, err error) {
	n := float64(offices * totems)
	if err := admits(offices * totems); err != nil {
		return c, err
	}
	dir, err := filepath.Abs(l.dir)
	if err != nil {
		return c, err
	}
	if err := newCrowd(dir, offices, totems); err != nil {
		return c, err
	}
	var connects [2][]float64
	var hellos []float64
	var subscriptions [2]int
	coming := func(kind int, bare bool) side {
		return func(ctx context.Context, block int) (float64, error) {
			cost, err := oneCrowd(ctx, dir, bare)
			if err == nil && cost.connections != int(n) {
				err = fmt.Errorf("%d of %.0f are connected", cost.connections, n)
			}
			if err != nil || block == 0 {
				return 0, err
			}
			subscriptions[kind] = cost.subscriptions
			connects[kind] = append(connects[kind], millis(cost.connect)/n)
			if !bare {
				hellos = append(hellos, millis(cost.hello)/n)
			}
			return cost.memory / 1024 / n, nil
		}
	}
	memory, err := l.interleave(ctx, blocks, coming(0, false), coming(1, true))
	if err != nil {
		return c, err
	}
	about := fmt.Sprintf("%.0f connected, TLS 1.3, operator JWT, %.1f subscriptions each and %.1f of the bare ones", n, float64(subscriptions[0])/n, float64(subscriptions[1])/n)
	c.memory = measured{memory[0], memory[1], blocks, "the server's own RAM (RssAnon) after garbage collection, after each totem's hello; " + about}
	c.cpu = measured{quantile(connects[0], 0.5), quantile(connects[1], 0.5), blocks,
		fmt.Sprintf("the server process from the first dial until all are subscribed; a totem's hello costs %.2f ms more; %s", quantile(hellos, 0.5), about)}
	return c, nil
}

// crowdCost is what a crowd cost a server.
type crowdCost struct {
	memory                     float64
	connect, hello             time.Duration // of the server's processor
	connections, subscriptions int
}

// oneCrowd lets a crowd come to a new server.
func oneCrowd(ctx context.Context, dir string, bare bool) (cost crowdCost, err error) {
	server, url, err := openServing(ctx, dir)
	if err != nil {
		return cost, err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	before, err := tell[weight](server, "weigh", nothing{})
	if err != nil {
		return cost, err
	}
	guests, err := openPeople(ctx, invitation{dir, url, bare})
	if err != nil {
		return cost, err
	}
	defer func() { err = errors.Join(err, guests.close()) }()
	after, err := tell[weight](server, "weigh", nothing{})
	if err != nil {
		return cost, err
	}
	cost.connect = after.Before - before.After
	if !bare {
		connected := after
		if _, err := tell[nothing](guests, "hello", nothing{}); err != nil {
			return cost, err
		}
		if after, err = tell[weight](server, "weigh", nothing{}); err != nil {
			return cost, err
		}
		cost.hello = after.Before - connected.After
	}
	cost.memory = after.Memory - before.Memory
	cost.connections, cost.subscriptions = after.newcomers(before)
	return cost, nil
}

// openServing starts the part that serves the crowd in dir, and returns where it listens.
func openServing(ctx context.Context, dir string) (*part, string, error) {
	server, err := startPart(ctx, serverPart)
	if err != nil {
		return nil, "", err
	}
	url, err := tell[string](server, "open", dir)
	if err != nil {
		return nil, "", errors.Join(err, server.close())
	}
	return server, url, nil
}

// openPeople starts the part that connects, and returns when everybody is connected.
func openPeople(ctx context.Context, to invitation) (*part, error) {
	guests, err := startPart(ctx, crowdPart)
	if err != nil {
		return nil, err
	}
	if _, err := tell[nothing](guests, "connect", to); err != nil {
		return nil, errors.Join(err, guests.close())
	}
	return guests, nil
}
