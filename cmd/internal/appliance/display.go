package appliance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"example.org/totem/hw/framebuffer"
	"example.org/totem/internal/fault"
)

// Display is how the X server is started.
type Display struct {
	Server   string        // its program; "" is "Xorg"
	Config   string        // its configuration; "" is /run/totem/xorg.conf. One that is not there is left out
	Folder   string        // for the cookie and the log; "" is /run/totem-display. It must exist
	Number   int           // of the display
	Terminal string        // its virtual terminal; "" is "vt1"
	Random   io.Reader     // a cryptographic source
	Ready    func() error  // is called once, when the server listens; nil: nobody is told
	Log      io.Writer     // gets what the server says; nil: nobody does
	Input    *os.File      // the server's standard input: the terminal, whose keyboard is taken away; nil is none
	Patience time.Duration // until the server must listen, 0 is 45 s
}

// Files of a display, in its folder.
const (
	cookieFile = "xauthority"
	serverLog  = "Xorg.log"
)

// stopPatience is how long a server that was asked to stop may take.
const stopPatience = 4 * time.Second

func (d Display) complete() Display {
	d.Server, d.Config, d.Folder = or(d.Server, "Xorg"), or(d.Config, "/run/totem/xorg.conf"), or(d.Folder, "/run/totem-display")
	d.Terminal = or(d.Terminal, "vt1")
	if d.Patience == 0 {
		d.Patience = 45 * time.Second
	}
	if d.Ready == nil {
		d.Ready = func() error { return nil }
	}
	if d.Log == nil {
		d.Log = io.Discard
	}
	return d
}

// arguments are those of Xorg(1) and Xserver(1). The server writes the number of its display to descriptor 3 as soon as it
// listens.
func (d Display) arguments() []string {
	all := []string{fmt.Sprintf(":%d", d.Number), d.Terminal, "-nolisten", "tcp", "-novtswitch", "-keeptty", "-nocursor", "-s", "0", "-dpms",
		"-auth", filepath.Join(d.Folder, cookieFile), "-logfile", filepath.Join(d.Folder, serverLog), "-displayfd", "3"}
	if _, err := os.Stat(d.Config); err == nil {
		all = append(all, "-config", d.Config)
	}
	return all
}

// Run starts the server and returns when it has ended: nil if ctx ended first, else a *fault.Fault of CodeXServer with the last
// line of its log that says something.
func (d Display) Run(ctx context.Context) error {
	d = d.complete()
	if err := writeCookie(filepath.Join(d.Folder, cookieFile), d.Number, d.Random); err != nil {
		return fault.New(fault.CodeXServer, fault.Reason(err), "see that the folder is there and belongs to the user who runs this", "the display's cookie in %s cannot be written", d.Folder)
	}
	listens, told, err := os.Pipe()
	if err != nil {
		return err
	}
	defer listens.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := exec.CommandContext(ctx, d.Server, d.arguments()...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = stopPatience
	tail := &tail{}
	c.Stdout, c.Stderr = d.Log, io.MultiWriter(d.Log, tail)
	if d.Input != nil {
		c.Stdin = d.Input
		// Until the server has it, a Ctrl-C typed there would end the server, and this process.
		if err := framebuffer.Deafen(d.Input); err != nil && !errors.Is(err, syscall.ENOTTY) {
			fmt.Fprintln(d.Log, err)
		}
	}
	c.ExtraFiles = []*os.File{told}
	err = c.Start()
	told.Close() // it is the server's now
	if err != nil {
		return fault.New(fault.CodeXServer, err, "install the X server", "the X server cannot be started")
	}
	return d.attend(ctx, cancel, c, listens, tail)
}

// attend tells when the server listens, and waits for its end.
func (d Display) attend(ctx context.Context, cancel func(), c *exec.Cmd, listens *os.File, tail *tail) error {
	heard := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(listens).ReadString('\n')
		if err == nil {
			err = d.Ready()
		}
		heard <- err
	}()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	late := time.NewTimer(d.Patience)
	defer late.Stop()
	var why error
	for {
		select {
		case err := <-heard:
			late.Stop()
			heard = nil
			if err != nil && !errors.Is(err, io.EOF) { // at its end the server lets go of the pipe
				why = err
				cancel()
			}
		case <-late.C:
			why = fmt.Errorf("it does not listen after %v", d.Patience)
			cancel()
		case err := <-ended:
			return d.verdict(ctx, why, err, tail)
		}
	}
}

// verdict says why the server ended; nil where it was asked to.
func (d Display) verdict(ctx context.Context, why, err error, tail *tail) error {
	if ctx.Err() != nil && why == nil {
		return nil
	}
	log, _ := os.ReadFile(filepath.Join(d.Folder, serverLog)) // one that is not there says nothing
	said := lastWord(string(log))
	if said == "" {
		said = lastWord(tail.String())
	}
	if said != "" {
		why = errors.Join(why, errors.New(said))
	}
	if why == nil {
		why = err
	}
	return fault.New(fault.CodeXServer, why, "check the panel's cable and power, and what the provisioning file says of the panel", "the X server has ended")
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

// mostTail is how many bytes a tail keeps.
const mostTail = 4096

// Write keeps b's end.
func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b...)
	if over := len(t.kept) - mostTail; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(b), nil
}

// String returns what was kept.
func (t *tail) String() string { return string(t.kept) }

// lastWord returns the last line of a server's log that tells why it ended: the last error that is no advice, else "". Lines are
// as Xorg(1) writes them: "[    12.345] (EE) no screens found".
func lastWord(log string) string {
	last := ""
	for line := range strings.Lines(log) {
		line = strings.TrimSpace(line)
		if stamp, rest, ok := strings.Cut(line, "]"); ok && strings.HasPrefix(stamp, "[") {
			line = strings.TrimSpace(rest)
		}
		said, ok := strings.CutPrefix(line, "(EE)")
		said = strings.TrimSpace(said)
		if ok && said != "" && !advice(said) {
			last = said
		}
	}
	return last
}

// advice says whether a line is part of what the server says at the end of each log.
func advice(line string) bool {
	for _, begin := range []string{"Please ", "at http", "for help", "Server terminated", "Fatal server error", "Backtrace", "Caught signal", "error setting MTRR"} {
		if strings.HasPrefix(line, begin) {
			return true
		}
	}
	return false
}
