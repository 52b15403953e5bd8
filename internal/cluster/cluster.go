package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
)

// Config says what a cluster is made of.
type Config struct {
	Dir   string // required: an existing folder, empty or that of a cluster that was closed. It is not removed
	Nodes int    // 1, 3 or 5; 0 means 3

	// Lazy leaves the nodes at NATS's own habit to sync every two minutes.
	Lazy bool
	// Blind hides the state of the servers from clients, as NATS does unless an administrator shows it.
	Blind bool
}

// Cluster is a cluster at work. It is safe for concurrent use.
type Cluster struct {
	nodes  []*node
	nobody *nobody // the address that nodes tell each other of themselves: it leads past no relay
	close  func() error
	state  sync.Mutex // guards the nodes' processes
}

// Way is a direction, seen from a node. Ways are added with |.
type Way uint8

// The ways to cut.
const (
	In   Way = 1 << iota // what others say to the node
	Out                  // what the node says
	Both = In | Out
)

// Start starts a cluster and returns when it keeps streams. ctx bounds the start only. What was started is ended again
// when it fails.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	count := cfg.Nodes
	if count == 0 {
		count = 3
	}
	switch {
	case cfg.Dir == "":
		return nil, errors.New("start a cluster: no folder")
	case count != 1 && count != 3 && count != 5:
		return nil, fmt.Errorf("start a cluster: of %d nodes", count)
	}
	c := new(Cluster)
	c.close = sync.OnceValue(c.closeAll)
	err := c.lay(cfg, count)
	for i := range c.nodes {
		if err == nil {
			err = c.Start(i)
		}
	}
	if err == nil {
		err = c.Await(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a cluster: %w", err), c.Close())
	}
	return c, nil
}

// lay makes the relays and the configuration files.
func (c *Cluster) lay(cfg Config, count int) (err error) {
	if c.nobody, err = newNobody(); err != nil {
		return err
	}
	for i := range count {
		n := newNode(i, cfg.Dir)
		if n.client, err = newRelay([]*gate{n.clientsIn}, []*gate{n.clientsOut}); err != nil {
			return err
		}
		c.nodes = append(c.nodes, n)
	}
	for i, to := range c.nodes {
		to.routes = make([]*relay, count)
		for j, from := range c.nodes {
			if i == j {
				continue
			}
			there, back := []*gate{from.routesOut, to.routesIn}, []*gate{to.routesOut, from.routesIn}
			if to.routes[j], err = newRelay(there, back); err != nil {
				return err
			}
		}
	}
	for i, n := range c.nodes {
		if err := os.MkdirAll(n.dir, 0o700); err != nil {
			return fmt.Errorf("make the folder of %s: %w", n.name, err)
		}
		if err := os.WriteFile(n.config(), []byte(c.configOf(i, cfg)), 0o600); err != nil {
			return fmt.Errorf("configure %s: %w", n.name, err)
		}
	}
	return nil
}

// The users of every node. A client that names none is an ordinary one, who may do everything in its own account.
const (
	systemUser     = "system"
	systemPassword = "system"
)

// configOf is the configuration file of a node. Clients are told of no other node: they would go past the relays.
func (c *Cluster) configOf(i int, cfg Config) string {
	n := c.nodes[i]
	var routes []string
	for _, other := range c.nodes {
		if other != n {
			routes = append(routes, "nats-route://"+other.routes[i].addr())
		}
	}
	interval, shown, seen := "always", `exports: [ { service: "$SYS.REQ.SERVER.PING.VARZ", response_type: stream } ]`,
		`imports: [ { service: { account: SYSTEM, subject: "$SYS.REQ.SERVER.PING.VARZ" } } ]`
	if cfg.Lazy {
		interval = `"2m"`
	}
	if cfg.Blind {
		shown, seen = "", ""
	}
	others := ""
	if len(routes) > 0 {
		others = fmt.Sprintf(`cluster {
  name: loopback
  listen: "127.0.0.1:-1"
  advertise: %q
  no_advertise: true
  routes: [ %s ]
}`, c.nobody.addr(), strings.Join(routes, ", "))
	}
	return fmt.Sprintf(`server_name: %q
listen: "127.0.0.1:-1"
log_file: %q
jetstream { store_dir: %q, sync_interval: %s }
%s
accounts {
  SYSTEM { users: [ { user: %q, password: %q } ], %s }
  CLIENTS { jetstream: enabled, users: [ { user: client, password: "" } ], %s }
}
system_account: SYSTEM
no_auth_user: client
`, n.name, filepath.Join(n.dir, "log"), filepath.Join(n.dir, "store"), interval, others,
		systemUser, systemPassword, shown, seen)
}

// Size returns how many nodes there are, running or not.
func (c *Cluster) Size() int { return len(c.nodes) }

// Name returns the server name of a node.
func (c *Cluster) Name(i int) string { return c.nodes[i].name }

// URL returns where clients reach a node, for as long as the cluster is not closed: also while the node does not run.
func (c *Cluster) URL(i int) string { return "nats://" + c.nodes[i].client.addr() }

// URLs returns where clients reach all nodes, in the order of the nodes, with commas between.
func (c *Cluster) URLs() string {
	var all []string
	for i := range c.nodes {
		all = append(all, c.URL(i))
	}
	return strings.Join(all, ",")
}

// SystemURL returns where an administrator reaches a node, in the account of the servers themselves.
func (c *Cluster) SystemURL(i int) string {
	return fmt.Sprintf("nats://%s:%s@%s", systemUser, systemPassword, c.nodes[i].client.addr())
}

// Start starts a node that does not run, and returns when it listens; it may not be in step yet. A node that runs
// stays as it is.
func (c *Cluster) Start(i int) error {
	c.state.Lock()
	defer c.state.Unlock()
	if c.nodes[i].process != nil {
		return nil
	}
	return c.nodes[i].start()
}

// Kill9 ends a node's process at once. It returns when the process is no more.
func (c *Cluster) Kill9(i int) {
	c.state.Lock()
	defer c.state.Unlock()
	c.nodes[i].kill()
}

// Stop lets a node end in order, and waits for it.
func (c *Cluster) Stop(i int) {
	c.state.Lock()
	defer c.state.Unlock()
	c.nodes[i].stop()
}

// Freeze stops a node's process in the middle of what it does, until [Cluster.Thaw]: it does not know that time passes.
func (c *Cluster) Freeze(i int) error { return c.signal(i, syscall.SIGSTOP, true) }

// Thaw lets a frozen node go on.
func (c *Cluster) Thaw(i int) error { return c.signal(i, syscall.SIGCONT, false) }

func (c *Cluster) signal(i int, s syscall.Signal, frozen bool) error {
	c.state.Lock()
	defer c.state.Unlock()
	n := c.nodes[i]
	if n.process == nil {
		return nil
	}
	if err := n.process.Process.Signal(s); err != nil {
		return fmt.Errorf("signal %s: %w", n.name, err)
	}
	n.frozen = frozen
	return nil
}

// CutRoutes cuts a node off from the other nodes, in the ways named and in no others; 0 heals.
func (c *Cluster) CutRoutes(i int, w Way) {
	c.nodes[i].routesIn.set(w&In != 0)
	c.nodes[i].routesOut.set(w&Out != 0)
}

// CutClients cuts a node off from the clients, in the ways named and in no others; 0 heals.
func (c *Cluster) CutClients(i int, w Way) {
	c.nodes[i].clientsIn.set(w&In != 0)
	c.nodes[i].clientsOut.set(w&Out != 0)
}

// Cut cuts a node off from everybody.
func (c *Cluster) Cut(i int) {
	c.CutRoutes(i, Both)
	c.CutClients(i, Both)
}

// Heal takes every cut of a node back. What was held arrives now.
func (c *Cluster) Heal(i int) {
	c.CutRoutes(i, 0)
	c.CutClients(i, 0)
}

// Sever breaks every connection of a node, to other nodes and to clients, with what was held in it.
func (c *Cluster) Sever(i int) {
	for _, r := range c.nodes[i].relays() {
		r.sever()
	}
	for _, other := range c.nodes {
		if r := other.routes[i]; r != nil {
			r.sever()
		}
	}
}

// Mend makes everything whole again: no cut, nobody frozen, every node running. It does not wait for the nodes to be in
// step.
func (c *Cluster) Mend() error {
	var wrong error
	for i := range c.nodes {
		c.Heal(i)
		wrong = errors.Join(wrong, c.Thaw(i), c.Start(i))
	}
	return wrong
}

// pace is how often a state is asked for that nobody tells.
const pace = 50 * time.Millisecond

// Await waits until the cluster keeps streams: a majority runs and has agreed on a leader.
func (c *Cluster) Await(ctx context.Context) error {
	nc, err := c.dial(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	return c.poll(ctx, "the cluster to keep streams", func() bool {
		_, err := request(ctx, nc, "$JS.API.INFO")
		return err == nil
	})
}

// dial returns a connection to any node that answers.
func (c *Cluster) dial(ctx context.Context) (nc *nats.Conn, err error) {
	wrong := c.poll(ctx, "a node to answer", func() bool {
		nc, err = nats.Connect(c.URLs(), nats.Timeout(time.Second), nats.MaxReconnects(-1), nats.ReconnectWait(pace),
			nats.PingInterval(time.Second), nats.MaxPingsOutstanding(2))
		return err == nil
	})
	if wrong != nil {
		return nil, errors.Join(wrong, err)
	}
	return nc, nil
}

// poll asks again and again until the answer is yes.
func (c *Cluster) poll(ctx context.Context, what string, yes func() bool) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for !yes() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		}
	}
	return nil
}

// request asks JetStream and returns its answer, if it is no error.
func request(ctx context.Context, nc *nats.Conn, subject string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	reply, err := nc.RequestWithContext(ctx, subject, nil)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Error *struct {
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &answer); err != nil {
		return nil, err
	}
	if answer.Error != nil {
		return nil, errors.New(answer.Error.Description)
	}
	return reply.Data, nil
}

// Close ends all nodes and relays and waits for them. It may be called twice.
func (c *Cluster) Close() error { return c.close() }

func (c *Cluster) closeAll() error {
	var ending sync.WaitGroup
	for i := range c.nodes {
		ending.Go(func() { c.Kill9(i) })
	}
	ending.Wait()
	var wrong error
	for _, n := range c.nodes {
		for _, r := range n.relays() {
			wrong = errors.Join(wrong, r.close())
		}
	}
	if c.nobody != nil {
		wrong = errors.Join(wrong, c.nobody.close())
	}
	return wrong
}
