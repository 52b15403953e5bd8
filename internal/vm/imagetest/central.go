package imagetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"example.org/totem/internal/vm"
)

// central is a scheduler at work: the product's own program, on an address of this machine's loopback.
type central struct {
	program string
	data    string
	office  string
	address string
	command *exec.Cmd
	log     *os.File
}

// openCentral makes a scheduler in dir and starts it.
func openCentral(ctx context.Context, program, dir, office string) (*central, error) {
	c := &central{program: program, data: filepath.Join(dir, "central"), office: office}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c.address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(c.data); err != nil {
		return nil, err
	}
	if _, err := c.call(ctx, "init", "--data", c.data); err != nil {
		return nil, err
	}
	if c.log, err = os.Create(filepath.Join(dir, "scheduler.log")); err != nil {
		return nil, err
	}
	c.command = exec.CommandContext(ctx, program, "serve", "--office", office, "--data", c.data, "--listen", c.address)
	c.command.Stdout, c.command.Stderr = c.log, c.log
	c.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.command.Start(); err != nil {
		return nil, errors.Join(err, c.log.Close())
	}
	return c, c.answers(ctx)
}

// answers waits until the scheduler does.
func (c *central) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		_, err := os.Stat(filepath.Join(c.data, "serving")) // where commands find it
		if err == nil {
			return nil
		}
		if stop := vm.Pause(ctx, 100*time.Millisecond); stop != nil {
			return errors.Join(fmt.Errorf("the scheduler does not answer: %w", err), c.close())
		}
	}
}

// call runs a command of the scheduler and returns what it prints.
func (c *central) call(ctx context.Context, args ...string) ([]byte, error) {
	var said strings.Builder
	command := exec.CommandContext(ctx, c.program, args...)
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("scheduler %s: %w: %s", args[0], err, said.String())
	}
	return out, nil
}

// invitation is what scheduler enrol prints.
type invitation struct {
	Token string   `json:"token"`
	Pins  []string `json:"pins"`
}

func (c *central) enrol(ctx context.Context, totem string) (i invitation, err error) {
	out, err := c.call(ctx, "enrol", officeID, totem, "--data", c.data, "--json")
	if err != nil {
		return i, err
	}
	return i, json.Unmarshal(out, &i)
}

// tickets returns the numbers of today's tickets of a totem that the ledger knows, with the state of each.
func (c *central) tickets(ctx context.Context, totem string) (map[string]string, error) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, err
	}
	out, err := c.call(ctx, "sheets", "--office", officeID, "--day", time.Now().In(zone).Format(time.DateOnly), "--data", c.data, "--json")
	if err != nil {
		return nil, err
	}
	var sheets []struct {
		Slots []struct {
			Number string `json:"number"`
			State  string `json:"state"`
			Holder string `json:"holder"`
		} `json:"slots"`
	}
	if err := json.Unmarshal(out, &sheets); err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	found := map[string]string{}
	for _, sheet := range sheets {
		for _, s := range sheet.Slots {
			if s.State != "free" && s.Holder == totem {
				found[s.Number] = s.State
			}
		}
	}
	return found, nil
}

func (c *central) close() error {
	if c.command == nil || c.command.Process == nil {
		return nil
	}
	_ = c.command.Process.Signal(syscall.SIGTERM)
	return errors.Join(c.command.Wait(), c.log.Close())
}
