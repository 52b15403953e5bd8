package main

import (
	"context"
	_ "embed"
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
)

//go:embed glass_office.toml
var glassOffice string

// totemProgram is the totem's own program with everything around it: a scheduler that it follows, and a printer at the far end
// of a pseudo-terminal.
type totemProgram struct {
	programs  string // the folder of the programs
	dir       string
	config    string
	address   string
	scheduler *exec.Cmd
	far       *farEnd
}

// startTotem makes an office, starts its scheduler and provisions its totem.
func startTotem(ctx context.Context, l *lab) (*totemProgram, error) {
	k := &totemProgram{programs: l.programs, dir: filepath.Join(l.dir, "kiosk"), address: "127.0.0.1:0"}
	if err := k.open(ctx); err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

// hasPrograms says so when the programs were not built.
func hasPrograms(l *lab) error {
	for _, name := range []string{"totem", "scheduler"} {
		if _, err := os.Stat(filepath.Join(l.programs, name)); err != nil {
			return cannot{fmt.Sprintf("there is no program %s in %s; make build builds it", name, l.programs)}
		}
	}
	return nil
}

func (k *totemProgram) program(name string) string { return filepath.Join(k.programs, name) }

func (k *totemProgram) open(ctx context.Context) (err error) {
	if err := os.MkdirAll(filepath.Join(k.dir, "data"), 0o755); err != nil {
		return err
	}
	if k.far, err = openFarEnd(0); err != nil {
		return err
	}
	if k.address, err = freeAddress(); err != nil {
		return err
	}
	office, central := filepath.Join(k.dir, "office.toml"), filepath.Join(k.dir, "central")
	k.config = filepath.Join(k.dir, "totem.toml")
	config := fmt.Sprintf("office = \"prova\"\ntotem = \"ingresso\"\nscheduler = \"tls://%s\"\ndata = %q\nprinter.path = %q\npanel.fullscreen = true\n",
		k.address, filepath.Join(k.dir, "data"), k.far.path)
	if err := errors.Join(os.WriteFile(office, []byte(glassOffice), 0o600), os.WriteFile(k.config, []byte(config), 0o600)); err != nil {
		return err
	}
	if _, err := k.call(ctx, "scheduler", "init", "--data", central); err != nil {
		return err
	}
	enrolment, err := k.call(ctx, "scheduler", "enrol", "prova", "ingresso", "--data", central, "--json")
	if err != nil {
		return err
	}
	k.scheduler = exec.CommandContext(ctx, k.program("scheduler"), "serve", "--office", office, "--data", central, "--listen", k.address)
	if err := k.scheduler.Start(); err != nil {
		return err
	}
	return k.provision(ctx, enrolment)
}

// freeAddress returns an address at which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// provision makes the totem what the scheduler enrolled, as soon as that answers.
func (k *totemProgram) provision(ctx context.Context, answer []byte) error {
	var enrolment struct {
		Token string
		Pins  []string
	}
	if err := json.Unmarshal(answer, &enrolment); err != nil {
		return fmt.Errorf("read what the scheduler enrols: %w", err)
	}
	args := []string{"provision", "--config", k.config, "--token", enrolment.Token}
	for _, pin := range enrolment.Pins {
		args = append(args, "--pin", pin)
	}
	for begin := time.Now(); ; {
		_, err := k.call(ctx, "totem", args...)
		if err == nil || time.Since(begin) > serverPatience {
			return err
		}
		if err := pause(ctx, rest); err != nil {
			return err
		}
	}
}

// call runs a program to its end and returns what it printed.
func (k *totemProgram) call(ctx context.Context, program string, args ...string) ([]byte, error) {
	var said strings.Builder
	c := exec.CommandContext(ctx, k.program(program), args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", program, args[0], err, said.String())
	}
	return out, nil
}

// command is the totem at work.
func (k *totemProgram) command() *exec.Cmd {
	return exec.Command(k.program("totem"), "run", "--config", k.config)
}

func (k *totemProgram) close() error {
	var err error
	if k.scheduler != nil && k.scheduler.Process != nil {
		_ = k.scheduler.Process.Signal(syscall.SIGTERM)
		err = k.scheduler.Wait()
	}
	if k.far != nil {
		err = errors.Join(err, k.far.close())
	}
	return err
}
