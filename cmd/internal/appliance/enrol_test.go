package appliance_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/identity"
	"example.org/totem/ui/placard"
)

// rootVariable makes the test binary enrol the machine in that folder, and kill itself when a line of killVariable is said.
const (
	rootVariable = "TOTEM_APPLIANCE_ROOT"
	killVariable = "TOTEM_APPLIANCE_KILL"
)

func TestMain(m *testing.M) {
	if root := os.Getenv(rootVariable); root != "" {
		enrolAndDie(root, os.Getenv(killVariable))
	}
	os.Exit(m.Run())
}

func enrolAndDie(root, at string) {
	die := func(line string) {
		fmt.Println(line)
		if at != "" && strings.Contains(line, at) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	m := machine{root: root}
	c := m.config(&wall{hung: func(p placard.Page) { die(states(p)) }})
	c.Say = die
	err := appliance.Prepare(c)
	if err == nil {
		err = appliance.Enrol(context.Background(), c)
	}
	fmt.Println(err)
	if err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// whole checks that a machine is a totem in every respect.
func (m machine) whole(secret string) {
	m.t.Helper()
	if m.read("ident/enrolled") == "" || strings.Contains(string(m.onCard()), secret) || !strings.Contains(string(m.onCard()), "used---") {
		m.t.Errorf("enrolled %q, on the card:\n%s", m.read("ident/enrolled"), m.onCard())
	}
	if err := identity.Open(filepath.Join(m.root, "ident/identity"), office, totem).Check(); err != nil {
		m.t.Error(err)
	}
	s, err := appliance.LastState(m.config(nil))
	if err != nil || !s.Ready || len(s.Page.Trouble) > 0 {
		m.t.Errorf("%+v, %v", s, err)
	}
}

func enrolled(t *testing.T, m machine, w *wall) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	if err := errors.Join(appliance.Prepare(m.config(w)), appliance.Enrol(ctx, m.config(w))); err != nil {
		t.Fatal(err)
	}
}

func TestABlankDeviceBecomesATotemStepByStepAndWhatFailsIsTriedAgain(t *testing.T) {
	c := scheduler(t)
	m, secret := newMachine(t), token(t, c)
	m.card(provisioned(c, secret, printer(t)))
	m.file("sys/class/net/eth0/carrier", "0\n")
	var failed []placard.Page
	w := &wall{}
	w.hung = func(p placard.Page) {
		if len(p.Trouble) > 0 && p.Trouble[0].Code == string(fault.CodeCable) {
			if failed = append(failed, p); len(failed) == 2 {
				m.file("sys/class/net/eth0/carrier", "1\n")
			}
		}
	}
	enrolled(t, m, w)
	m.whole(secret)
	if len(failed) != 2 || failed[0].Steps[2].State != placard.Failed ||
		!strings.HasPrefix(failed[0].Steps[2].Detail, "tried once") || !strings.Contains(failed[0].Steps[2].Detail, "again after 2 seconds") || !strings.HasPrefix(failed[1].Steps[2].Detail, "tried 2 times") {
		t.Errorf("%+v", failed)
	}
	last := w.pages[len(w.pages)-1]
	if strings.Contains(states(last), "waiting") || strings.Contains(states(last), "failed") {
		t.Errorf("the last placard says: %s", states(last))
	}
	if got := last.Steps[7].Detail; !strings.Contains(got, "Valfiorita") {
		t.Errorf("the office is %q", got)
	}
	for _, p := range w.pages {
		if strings.Contains(fmt.Sprint(p), secret) {
			t.Fatal("a placard shows the token")
		}
	}
	enrolled(t, m, w) // another start, as if the mark were lost
	m.whole(secret)
}

func TestATokenThatIsNotGoodIsToldWithWhatToDo(t *testing.T) {
	c := scheduler(t)
	m := newMachine(t)
	m.card(provisioned(c, "11111-11111-11111-11111-111111", printer(t)))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var told placard.Page
	w := &wall{hung: func(p placard.Page) {
		if len(p.Trouble) > 0 {
			told = p
			cancel()
		}
	}}
	if err := errors.Join(appliance.Prepare(m.config(w)), appliance.Enrol(ctx, m.config(w))); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if len(told.Trouble) != 1 || told.Trouble[0].Code != string(fault.CodeLinkKey) || !strings.Contains(told.Trouble[0].Remedy, "scheduler enrol valfiorita-anagrafe ingresso; then switch") {
		t.Errorf("%+v", told)
	}
	if m.read("ident/enrolled") != "" {
		t.Error("it counts as enrolled")
	}
}

func TestAPrinterThatIsNotThereIsLeftForLater(t *testing.T) {
	c := scheduler(t)
	m, secret := newMachine(t), token(t, c)
	m.card(provisioned(c, secret, "/dev/does-not-exist"))
	w := &wall{}
	enrolled(t, m, w)
	if last := w.pages[len(w.pages)-1]; last.Steps[8].State != placard.Noted || m.read("ident/enrolled") == "" {
		t.Errorf("%s", states(last))
	}
}

// TestAnEnrolmentThatIsKilledAnywhereComesToItsEnd kills the process at the lines between which something became durable, one
// after the other: each of them goes on where the one before was killed.
func TestAnEnrolmentThatIsKilledAnywhereComesToItsEnd(t *testing.T) {
	c := scheduler(t)
	m, secret := newMachine(t), token(t, c)
	m.card(provisioned(c, secret, printer(t)))
	var keys []string
	for _, at := range []string{"this device is totem", "Data partition:", "the key of this device is", "took the token", "credentials until", "Key and enrolment:", "The office's data:", "Printer done"} {
		said, err := m.process(at)
		if died := new(exec.ExitError); !errors.As(err, &died) || died.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("%q was not said: %v\n%s", at, err, said)
		}
		for line := range strings.Lines(said) {
			if key, ok := strings.CutPrefix(line, "the key of this device is "); ok {
				keys = append(keys, key)
			}
		}
	}
	if said, err := m.process(""); err != nil {
		t.Fatalf("it does not come to its end: %v\n%s", err, said)
	}
	m.whole(secret)
	if len(keys) != 3 || keys[0] != keys[1] || keys[1] != keys[2] {
		t.Errorf("keys %q: the one that the scheduler may have enrolled was not taken again", keys)
	}
}

// process enrols the machine in a process of its own, at most for a minute.
func (m machine) process(killAt string) (said string, err error) {
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0])
	c.Env = append(os.Environ(), rootVariable+"="+m.root, killVariable+"="+killAt)
	out, err := c.StdoutPipe()
	m.must(err)
	m.must(c.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said += lines.Text() + "\n"
	}
	return said, c.Wait()
}
