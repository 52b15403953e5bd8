package cluster

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// nodeVariable is the configuration file of the node that a process is to be.
const nodeVariable = "TOTEM_CLUSTER_NODE"

// startWait is how long a node may take until it listens.
const startWait = 30 * time.Second

// addresses is what a node says on its standard output when it listens.
type addresses struct {
	Client string `json:"client"`
	Route  string `json:"route"` // "" where there is no other node
}

// Serve makes a node of a process that a [Cluster] started, and then does not return. Otherwise it does nothing. A
// program that uses this package calls it before anything else.
func Serve() {
	file := os.Getenv(nodeVariable)
	if file == "" {
		return
	}
	if err := serve(file); err != nil {
		fmt.Fprintln(os.Stderr, "node:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve is a node until its standard input ends, which it does when the process that started it ends.
func serve(file string) error {
	opts, err := server.ProcessConfigFile(file)
	if err != nil {
		return err
	}
	opts.NoSigs = true
	s, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	s.ConfigureLogger()
	s.Start()
	if !s.ReadyForConnections(startWait) {
		return errors.New("the server did not start")
	}
	words := addresses{Client: s.Addr().String()}
	if at := s.ClusterAddr(); at != nil {
		words.Route = at.String()
	}
	if err := json.NewEncoder(os.Stdout).Encode(words); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	s.Shutdown()
	s.WaitForShutdown()
	return nil
}

// node is one server of the cluster.
type node struct {
	name                                       string
	dir                                        string
	client                                     *relay   // where clients reach it
	routes                                     []*relay // where each other node reaches it; nil in its own place
	clientsIn, clientsOut, routesIn, routesOut *gate

	process *exec.Cmd // nil while it does not run
	stdin   io.Closer // the node ends when it is closed
	frozen  bool
}

func newNode(i int, dir string) *node {
	name := fmt.Sprintf("node-%d", i)
	return &node{
		name: name, dir: filepath.Join(dir, name),
		clientsIn: newGate(), clientsOut: newGate(), routesIn: newGate(), routesOut: newGate(),
	}
}

// relays returns every relay that leads to the node.
func (n *node) relays() []*relay {
	all := []*relay{n.client}
	for _, r := range n.routes {
		if r != nil {
			all = append(all, r)
		}
	}
	return all
}

// start starts the process and waits until it listens.
func (n *node) start() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	words, err := os.OpenFile(filepath.Join(n.dir, "stderr"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	defer words.Close()
	process := exec.Command(self)
	process.Env = append(os.Environ(), nodeVariable+"="+n.config())
	process.Stderr = words
	stdin, err := process.StdinPipe()
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	if err := process.Start(); err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	n.process, n.stdin, n.frozen = process, stdin, false
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	var at addresses
	if err = errors.Join(err, json.Unmarshal(line, &at)); err != nil {
		n.kill()
		return fmt.Errorf("start %s: %w; its words are in %s", n.name, err, n.dir)
	}
	n.client.aim(at.Client)
	for _, r := range n.routes {
		if r != nil {
			r.aim(at.Route)
		}
	}
	return nil
}

// kill ends the process as a power cut would end it: it is told nothing.
func (n *node) kill() {
	if n.process == nil {
		return
	}
	_ = n.process.Process.Kill()
	n.gone()
}

// stop ends the process as an administrator would.
func (n *node) stop() {
	if n.process == nil {
		return
	}
	if n.frozen {
		_ = n.process.Process.Signal(syscall.SIGCONT)
	}
	_ = n.stdin.Close()
	process := n.process.Process
	late := time.AfterFunc(startWait, func() { _ = process.Kill() })
	n.gone()
	late.Stop()
}

// gone waits for the process, whose connections end with it.
func (n *node) gone() {
	_ = n.process.Wait() // it was killed, or says why it failed in its log
	n.process = nil
	for _, r := range n.relays() {
		r.aim("")
	}
}

func (n *node) config() string { return filepath.Join(n.dir, "nats.conf") }
