package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// StreamState is what a stream's leader says of the stream.
type StreamState struct {
	Leader   int   // node
	Replicas int   // that the stream is to have
	Current  []int // nodes that hold everything, the leader among them, in order
	Last     uint64
	Messages uint64
}

// ErrNoLeader says that nobody leads a stream now, or that whoever does cannot be heard.
var ErrNoLeader = errors.New("the stream has no leader")

// Stream returns what is known of a stream, through any node that answers. It fails with ErrNoLeader during an election.
func (c *Cluster) Stream(ctx context.Context, name string) (StreamState, error) {
	nc, err := c.dial(ctx)
	if err != nil {
		return StreamState{}, err
	}
	defer nc.Close()
	data, err := request(ctx, nc, "$JS.API.STREAM.INFO."+name)
	if err != nil {
		return StreamState{}, fmt.Errorf("look at stream %s: %w", name, errors.Join(ErrNoLeader, err))
	}
	return c.stateOf(data)
}

func (c *Cluster) stateOf(data []byte) (StreamState, error) {
	var info struct {
		Config struct {
			Replicas int `json:"num_replicas"`
		} `json:"config"`
		State struct {
			Last     uint64 `json:"last_seq"`
			Messages uint64 `json:"messages"`
		} `json:"state"`
		Cluster struct {
			Leader   string `json:"leader"`
			Replicas []struct {
				Name    string `json:"name"`
				Current bool   `json:"current"`
				Offline bool   `json:"offline"`
				Lag     uint64 `json:"lag"`
			} `json:"replicas"`
		} `json:"cluster"`
	}
	if err := json.Unmarshal(data, &info); err != nil {
		return StreamState{}, err
	}
	s := StreamState{Leader: c.find(info.Cluster.Leader), Replicas: info.Config.Replicas, Last: info.State.Last, Messages: info.State.Messages}
	if s.Leader < 0 {
		return StreamState{}, ErrNoLeader
	}
	s.Current = []int{s.Leader}
	for _, r := range info.Cluster.Replicas {
		if i := c.find(r.Name); i >= 0 && r.Current && !r.Offline && r.Lag == 0 {
			s.Current = append(s.Current, i)
		}
	}
	slices.Sort(s.Current)
	return s, nil
}

func (c *Cluster) find(name string) int {
	return slices.IndexFunc(c.nodes, func(n *node) bool { return n.name == name })
}

// Leader waits until a stream has a leader other than those named, and returns it.
func (c *Cluster) Leader(ctx context.Context, stream string, not ...int) (leader int, err error) {
	err = c.poll(ctx, "a leader of "+stream, func() bool {
		s, err := c.Stream(ctx, stream)
		leader = s.Leader
		return err == nil && !slices.Contains(not, leader)
	})
	return leader, err
}

// AwaitCurrent waits until every replica of a stream holds everything.
func (c *Cluster) AwaitCurrent(ctx context.Context, stream string) error {
	return c.poll(ctx, "the replicas of "+stream, func() bool {
		s, err := c.Stream(ctx, stream)
		return err == nil && len(s.Current) == s.Replicas
	})
}

// Words returns the last lines of each node's log, for a test that failed.
func (c *Cluster) Words(lines int) string {
	var all strings.Builder
	for _, n := range c.nodes {
		for _, name := range []string{"log", "stderr"} {
			data, err := os.ReadFile(filepath.Join(n.dir, name))
			if err != nil || len(data) == 0 {
				continue
			}
			rows := strings.Split(strings.TrimSpace(string(data)), "\n")
			fmt.Fprintf(&all, "%s, %s:\n  %s\n", n.name, name, strings.Join(rows[max(0, len(rows)-lines):], "\n  "))
		}
	}
	return all.String()
}

// Keep copies each node's configuration and log to a folder, which it makes.
func (c *Cluster) Keep(dir string) error {
	var wrong error
	for _, n := range c.nodes {
		to := filepath.Join(dir, n.name)
		wrong = errors.Join(wrong, os.MkdirAll(to, 0o755))
		for _, name := range []string{"nats.conf", "log", "stderr"} {
			data, err := os.ReadFile(filepath.Join(n.dir, name))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			wrong = errors.Join(wrong, err, os.WriteFile(filepath.Join(to, name), data, 0o644))
		}
	}
	return wrong
}
