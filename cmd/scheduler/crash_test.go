package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/identity"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

const officeFile = "../../offices/valfiorita-anagrafe.toml"

// process is a scheduler in a process of its own.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	url string
	log *bytes.Buffer
}

var serving = regexp.MustCompile(`^serving 1 office on (tls://\S+)$`)

func start(t *testing.T, dir string) *process {
	t.Helper()
	p := &process{t: t, log: new(bytes.Buffer)}
	p.cmd = exec.Command(os.Args[0], "serve", "--office", officeFile, "--data", dir, "--listen", "127.0.0.1:0")
	p.cmd.Env = append(os.Environ(), asScheduler+"=1")
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // where the test failed before its end
	line, err := bufio.NewReader(out).ReadString('\n')
	found := serving.FindStringSubmatch(strings.TrimSpace(line))
	if found == nil {
		_ = p.cmd.Wait()
		t.Fatalf("the scheduler said %q, %v:\n%s", line, err, p.log)
	}
	p.url = found[1]
	return p
}

// kill ends the process as a power cut would, for all that the process can tell.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // its status says only that it was killed
	p.checkLog()
}

// stop asks the process to stop.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("stopped with %v:\n%s", err, p.log)
	}
	p.checkLog()
}

func (p *process) checkLog() {
	for _, id := range []string{"fact-conflict", "fact-parked", "fault"} {
		if strings.Contains(p.log.String(), "scheduler."+id) {
			p.t.Errorf("%s in the log:\n%s", id, p.log)
		}
	}
}

func dial(t *testing.T, url string, p agenda.Plan, d *identity.Folder) *natslink.Totem {
	t.Helper()
	link, err := natslink.Dial(context.Background(), natslink.Config{URL: url, Office: p.Office.ID, Totem: p.Totems[0], Identity: d, Spread: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	await(t, link, func(ev outbox.Event) bool { return ev.Up })
	return link
}

func await(t *testing.T, link *natslink.Totem, wanted func(outbox.Event) bool) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case ev := <-link.Events():
			if wanted(ev) {
				return
			}
		case <-late:
			t.Fatal("the link did not bring what was awaited")
		}
	}
}

// totem is one that gives a ticket for every slot it holds of one sheet, in order.
type totem struct {
	store booking.Incarnation
	sheet booking.Sheet
	slots []booking.Number
}

func (d totem) fact(n uint64) booking.Fact {
	return booking.Fact{
		ID: booking.FactID{Incarnation: d.store, N: n}, Kind: booking.FactIssued, At: time.Now().UTC().Truncate(time.Minute),
		Day: d.sheet.Day, Queue: d.sheet.Queue, Slot: d.slots[n-1], Code: booking.CodeHash{1, byte(n)},
	}
}

// send goes on from what the scheduler says that it has, until all facts are sent or the link breaks. It tells how
// many were accepted.
func (d totem) send(ctx context.Context, link *natslink.Totem, accepted func(n uint64)) error {
	last, err := link.Last(ctx, wire.Last{})
	if err != nil {
		return err
	}
	for n, chain := last.N+1, last.Sequence; n <= uint64(len(d.slots)); n++ {
		if chain, err = link.Send(ctx, d.fact(n), chain); err != nil {
			return err
		}
		accepted(n)
	}
	return nil
}

// introduce says hello and takes the largest grant of the last day that is covered.
func introduce(t *testing.T, link *natslink.Totem, p agenda.Plan) totem {
	t.Helper()
	ctx := context.Background()
	d := totem{store: booking.Incarnation{7}}
	if _, err := link.Hello(ctx, wire.Hello{Incarnation: d.store, Speaks: []int{wire.Newest, wire.Oldest}}); err != nil {
		t.Fatal(err)
	}
	pulled, err := link.Pull(ctx, wire.Pull{Incarnation: d.store})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range pulled.Sheets {
		var mine []booking.Number
		for _, slot := range s.Slots {
			if slot.Holder == booking.HeldBy(p.Totems[0]) {
				mine = append(mine, slot.Number)
			}
		}
		if len(mine) > len(d.slots) || len(mine) == len(d.slots) && s.Day.Compare(d.sheet.Day) > 0 {
			d.sheet, d.slots = s, mine
		}
	}
	if len(d.slots) < 10 {
		t.Fatalf("a grant of %d slots is too small", len(d.slots))
	}
	return d
}

func TestASchedulerThatIsKilledLosesNothingAndDoublesNothing(t *testing.T) {
	plan, err := agenda.ReadFile(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	ctx, dir := context.Background(), t.TempDir()
	if out, err := command("init", "--data", dir); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := start(t, dir)
	id := enrolled(t, s.url, dir, plan)
	link := dial(t, s.url, plan, id)
	d := introduce(t, link, plan)
	for _, after := range []int{3, len(d.slots) / 2} {
		reached, ended := make(chan struct{}), make(chan error, 1)
		sending, giveUp := context.WithTimeout(ctx, time.Minute)
		reach := sync.OnceFunc(func() { close(reached) })
		go func() {
			ended <- d.send(sending, link, func(n uint64) {
				if n >= uint64(after) { // some more may have got through before the kill of the round before
					reach()
				}
			})
		}()
		select {
		case <-reached:
		case err := <-ended:
			t.Fatalf("ended before %d facts were sent: %v", after, err)
		}
		s.kill()
		giveUp()
		t.Logf("killed after %d facts: %v", after, <-ended)
		if err := link.Close(); err != nil {
			t.Fatal(err)
		}
		s = start(t, dir)
		link = dial(t, s.url, plan, id)
		if _, err := link.Hello(ctx, wire.Hello{Incarnation: d.store, N: uint64(len(d.slots)), Speaks: []int{wire.Newest, wire.Oldest}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.send(ctx, link, func(uint64) {}); err != nil {
		t.Fatal(err)
	}
	await(t, link, func(ev outbox.Event) bool {
		return ev.Pushed != nil && ev.Pushed.Sheet.SheetKey == d.sheet.SheetKey && d.told(ev.Pushed.Sheet) == len(d.slots)
	})
	// A second scheduler keeps off; commands use the server of the one that runs.
	if out, err := command("serve", "--office", officeFile, "--data", dir, "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(out, "T500") {
		t.Errorf("a second scheduler on the data directory: %v, %s", err, out)
	}
	d.check(t, dir, plan)
	if err := link.Close(); err != nil {
		t.Fatal(err)
	}
	s.stop()
	d.check(t, dir, plan)
	out, err := command("fence", string(plan.Office.ID), string(plan.Totems[0]), "--data", dir, "--yes")
	if err != nil || !strings.Contains(out, "is fenced, and a new store may take its name") {
		t.Errorf("fence: %v, %s", err, out)
	}
}

func TestTotemsAreEnrolledRevokedAndFencedWhileTheSchedulerRuns(t *testing.T) {
	plan, err := agenda.ReadFile(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	ctx, dir := context.Background(), t.TempDir()
	if out, err := command("init", "--data", dir); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := start(t, dir)
	for _, verb := range []string{"revoke", "fence"} {
		id := enrolled(t, s.url, dir, plan)
		link := dial(t, s.url, plan, id)
		introduce(t, link, plan)
		out, err := command(verb, string(plan.Office.ID), string(plan.Totems[0]), "--data", dir, "--yes")
		if err != nil {
			t.Fatalf("%s: %v, %s", verb, err, out)
		}
		await(t, link, func(ev outbox.Event) bool { return ev.Down })
		if err := link.Close(); err != nil {
			t.Error(err)
		}
		c := natslink.StrangerConfig{URL: s.url, Pins: id.Pins(), Office: plan.Office.ID, Totem: plan.Totems[0]}
		_, err = natslink.Renew(ctx, c, wire.Renew{Key: id.Key()})
		if r, ok := errors.AsType[*wire.Refusal](err); !ok || r.Code != wire.RefusedKey {
			t.Errorf("after %s the key is renewed: %v", verb, err)
		}
	}
	s.stop()
}

// told counts the slots of the grant that carry their ticket.
func (d totem) told(s booking.Sheet) (n int) {
	for i, number := range d.slots {
		if at, ok := s.Find(number); ok && s.Slots[at].Ticket.Code == d.fact(uint64(i+1)).Code {
			n++
		}
	}
	return n
}

// check looks at the ledger by the command.
func (d totem) check(t *testing.T, dir string, p agenda.Plan) {
	t.Helper()
	out, err := command("sheets", "--office", string(p.Office.ID), "--day", d.sheet.Day.String(), "--data", dir, "--json")
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var sheets []sheetView
	if err := json.Unmarshal([]byte(out), &sheets); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	tickets := 0
	for _, s := range sheets {
		for _, slot := range s.Slots {
			if slot.State == "issued" {
				tickets++
			}
		}
	}
	if tickets != len(d.slots) {
		t.Errorf("%d tickets in the ledger, want %d", tickets, len(d.slots))
	}
}

// command runs a command to its end and returns what it said.
func command(args ...string) (string, error) {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asScheduler+"=1")
	out, err := c.CombinedOutput()
	return string(out), err
}
