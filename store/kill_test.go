package store_test

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

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
)

const (
	// killVariable names the database that a child process of the test issues from.
	killVariable = "TOTEM_STORE_KILL_TEST"
	// emulatorVariable is the command that starts this program's kind of program, where the kernel cannot: for
	// example "qemu-aarch64-static -L /usr/aarch64-linux-gnu".
	emulatorVariable = "TOTEM_TEST_EMULATOR"

	// Of killSlots slots the last killTheirs are the other totem's.
	killSlots  = 2000
	killTheirs = 300
)

// killGrant is what the child has to give.
func killGrant() booking.Sheet {
	grant := sheet(today, 1, killSlots)
	for i := killSlots - killTheirs; i < killSlots; i++ {
		grant.Slots[i].Holder = booking.HeldBy(otherTotem)
	}
	return grant
}

func TestMain(m *testing.M) {
	if path := os.Getenv(killVariable); path != "" {
		if err := issueForEver(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// The first words of what the child tells, each with a ticket's number.
const (
	toldTicket   = "ticket"   // it exists
	toldOriginal = "original" // a slip of it came out
	toldCopy     = "copy"     // a slip of it came out that says it is a copy
	toldAsked    = "asked"    // somebody asks for a slip of it again
	toldArrived  = "arrived"  // its bearer has checked in
	toldGiven    = "given"    // its bearer has given it back

	toldPassed   = "passed"   // its slot was passed on to the other totem
	toldReceived = "received" // its slot was passed on to this totem
)

func tell(what string, number booking.Number) { fmt.Println(what, number) }

// issueForEver issues whatever is on offer, has some of it printed, now and then again, and tells on standard output
// what a person would see of it.
func issueForEver(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, config(path))
	if err != nil {
		return err
	}
	defer s.Close()
	if err := askForFound(ctx, s); err != nil {
		return err
	}
	grant := killGrant()
	for i, slot := range grant.Slots {
		if i%6 == 5 {
			if err := handOver(ctx, s, grant, i); err != nil {
				return err
			}
		}
		code, err := booking.NewCode(repeated{byte(i % 200)})
		if err != nil {
			return err
		}
		o := store.Order{Key: grant.SheetKey, Number: slot.Number, Start: slot.Start, Code: code, Slip: slip(slot.Number, code), Sending: i%2 == 0}
		job, err := s.Issue(ctx, o)
		if err != nil {
			continue // issued before an earlier kill
		}
		tell(toldTicket, slot.Number)
		if i%5 != 0 {
			err = printNext(ctx, s, i)
		}
		if i%7 == 0 && err == nil {
			err = askAgain(ctx, s, job, o)
		}
		if i%3 == 1 && err == nil {
			err = showUp(ctx, s, o, i)
		}
		if i%50 == 0 && err == nil {
			err = s.Checkpoint(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// printNext prints the next slip that is due, as a driver does: i tells whether it comes out, and whether anybody knows.
func printNext(ctx context.Context, s *store.Store, i int) error {
	job, ok, err := s.NextJob(ctx)
	if err != nil || !ok {
		return err
	}
	if job.Copy || job.State != paper.JobSending {
		if err := s.JobSending(ctx, job.ID); err != nil {
			return err
		}
	}
	marks := i%2 == 0
	if marks {
		what := toldOriginal
		if job.Copy {
			what = toldCopy
		}
		tell(what, booking.Number(job.Slip.Lines[3].Text))
	}
	outcome := paper.Unknown
	switch {
	case i%3 == 0 && marks:
		outcome = paper.Printed
	case i%3 == 0:
		outcome = paper.NotPrinted
	}
	return s.JobEnded(ctx, job.ID, paper.Result{Outcome: outcome, Length: 200})
}

// handOver passes slots on, gives some back, or takes one, and tells what became durable.
func handOver(ctx context.Context, s *store.Store, grant booking.Sheet, i int) error {
	switch i / 6 % 3 {
	case 0:
		g := giving(2)
		g.NotBefore = grant.Slots[min(i+i%40, killSlots-1)].Start
		given, err := s.Give(ctx, g)
		for _, slot := range given {
			tell(toldPassed, slot.Slot)
		}
		return err
	case 1:
		at := grant.Slots[min(i+i%30, killSlots-1)].Start
		_, err := s.ReleaseDue(ctx, at.Add(-time.Minute), at.Add(11*time.Minute))
		return err
	}
	slot := passed(s, grant, killSlots-1-i%killTheirs, 1)
	taken, err := s.Receive(ctx, []booking.Transfer{slot})
	if taken > 0 {
		tell(toldReceived, slot.Slot)
	}
	return err
}

// showUp is a bearer who checks in, gives the ticket back, or does one after the other.
func showUp(ctx context.Context, s *store.Store, o store.Order, i int) error {
	hash := o.Code.Hash(dayKey(o.Key.Day))
	if i%2 == 0 {
		if _, err := s.Arrive(ctx, o.Key, o.Number, hash); err != nil {
			return err
		}
		tell(toldArrived, o.Number)
	}
	if i%4 != 0 {
		if _, err := s.Cancel(ctx, o.Key, o.Number, hash); err != nil {
			return err
		}
		tell(toldGiven, o.Number)
	}
	return nil
}

// askAgain is a bearer who wants another slip.
func askAgain(ctx context.Context, s *store.Store, job int64, o store.Order) error {
	tell(toldAsked, o.Number)
	err := s.Reprint(ctx, job, o.Slip)
	if errors.Is(err, store.ErrNoJob) {
		return nil // its first slip is not out yet
	}
	return err
}

// askForFound asks for every other slip that an earlier child left.
func askForFound(ctx context.Context, s *store.Store) error {
	found, err := s.Found(ctx)
	for i, f := range found {
		if i%2 == 1 || err != nil {
			continue
		}
		tell(toldAsked, f.Number)
		if err = s.Requeue(ctx, f.Job); err == nil {
			err = printNext(ctx, s, i)
		}
	}
	return err
}

// repeated is a source of one byte over and over.
type repeated struct{ b byte }

func (z repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = z.b
	}
	return len(p), nil
}

func TestAKilledProcessLosesNoTicketAndPrintsNoneTwice(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config(filepath.Join(t.TempDir(), "totem.db"))
	s := open(t, cfg)
	take(t, s, killGrant())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	seen := make(map[booking.Number]map[string]int) // what a person has seen of each ticket
	for range 8 {
		for _, line := range killAfter(t, program, cfg.Path, int(randomInt(t, 150))) {
			what, number, _ := strings.Cut(line, " ")
			watch(t, seen, what, booking.Number(number))
		}
	}
	s = open(t, cfg)
	found, err := s.Found(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waits := make(map[booking.Number]bool)
	for _, f := range found {
		waits[f.Number] = true
		if out := seen[f.Number][toldOriginal] + seen[f.Number][toldCopy]; out > 0 && !f.Sent {
			t.Errorf("%d slips of %s came out, and nobody knows that one may have", out, f.Number)
		}
	}
	issued, told := make(map[booking.Number]int), make(map[booking.Number]booking.Paper)
	shown := map[booking.FactKind]map[booking.Number]int{booking.FactArrived: {}, booking.FactCancelled: {},
		booking.FactReleased: {}, booking.FactTransferred: {}, booking.FactReceived: {}}
	held := heldOf(killGrant())
	var n uint64
	for _, f := range outboxOf(t, s) {
		if n++; f.ID.N != n {
			t.Fatalf("fact %d stands where %d should", f.ID.N, n)
		}
		follow(t, held, f)
		switch f.Kind {
		case booking.FactIssued:
			issued[f.Slot]++
		case booking.FactPrinted:
			told[f.Slot] = f.Paper
		default:
			shown[f.Kind][f.Slot]++
		}
	}
	for kind, word := range map[booking.FactKind]string{booking.FactArrived: toldArrived, booking.FactCancelled: toldGiven,
		booking.FactTransferred: toldPassed, booking.FactReceived: toldReceived} {
		for number, s := range seen {
			if n := shown[kind][number]; n > 1 || n < min(s[word], 1) {
				t.Errorf("%d facts tell that %s is %s, and it was %d times", n, number, kind, s[word])
			}
		}
		if len(shown[kind]) == 0 {
			t.Errorf("nothing was %s", kind)
		}
	}
	if len(shown[booking.FactReleased]) == 0 {
		t.Error("nothing was given back")
	}
	free := make(map[booking.Number]bool)
	for _, number := range offered(t, s) {
		free[number] = true
	}
	for i, slot := range killGrant().Slots { // what is this totem's can still be issued, and nothing else
		if free[slot.Number] != held[slot.Number] {
			t.Errorf("%s is on offer: %v; it is this totem's: %v", slot.Number, free[slot.Number], held[slot.Number])
		}
		if held[slot.Number] {
			continue
		}
		if _, err := s.Issue(t.Context(), order(t, killGrant(), i)); !errors.Is(err, store.ErrGone) {
			t.Errorf("%s is issued, and is not this totem's: %v", slot.Number, err)
		}
	}
	for _, f := range found {
		if shown[booking.FactCancelled][f.Number] > 0 {
			t.Errorf("the slip of %s is found, which was given back", f.Number)
		}
	}
	for number := range issued {
		if told[number] == booking.PaperUntold && !waits[number] {
			t.Errorf("the slip of %s is gone", number)
		}
		out := seen[number][toldOriginal] + seen[number][toldCopy]
		if p := told[number]; p == booking.PaperPrinted && out == 0 || p == booking.PaperNotPrinted && out > 0 && !waits[number] {
			t.Errorf("%s is told as %v, and %d slips came out", number, p, out)
		}
	}
	for number, s := range seen {
		if s[toldTicket] > 0 && issued[number] != 1 {
			t.Errorf("ticket %s was told of and is there %d times", number, issued[number])
		}
	}
	if len(seen) == 0 {
		t.Error("no ticket was given at all")
	}
}

// heldOf returns which slots of a grant are free and this totem's.
func heldOf(grant booking.Sheet) map[booking.Number]bool {
	held := make(map[booking.Number]bool)
	for _, slot := range grant.Slots {
		held[slot.Number] = slot.Holder == me
	}
	return held
}

// follow takes in a fact, and fails if it is of a slot that was not this totem's by the facts before it, or was sold.
func follow(t *testing.T, held map[booking.Number]bool, f booking.Fact) {
	t.Helper()
	switch f.Kind {
	case booking.FactIssued, booking.FactReleased, booking.FactTransferred:
		if !held[f.Slot] {
			t.Errorf("%s is %s, and was not this totem's", f.Slot, f.Kind)
		}
		held[f.Slot] = false
	case booking.FactReceived:
		if held[f.Slot] {
			t.Errorf("%s is received, and was this totem's", f.Slot)
		}
		held[f.Slot] = true
	}
}

// watch takes in what a child told, and fails if a person would have seen what must not be.
func watch(t *testing.T, seen map[booking.Number]map[string]int, what string, number booking.Number) {
	t.Helper()
	if seen[number] == nil {
		seen[number] = make(map[string]int)
	}
	s := seen[number]
	s[what]++
	switch out := s[toldOriginal] + s[toldCopy]; {
	case s[toldTicket] > 1:
		t.Errorf("%s was given twice", number)
	case s[toldOriginal] > 1, what == toldOriginal && s[toldCopy] > 0:
		t.Errorf("of %s a slip came out after another that does not say it is a copy", number)
	case out > 1+s[toldAsked]:
		t.Errorf("%d slips of %s came out, and it was asked for %d times", out, number, s[toldAsked])
	}
}

// killAfter lets a child work with path, kills it some time after it told so many lines, and returns all that it told.
func killAfter(t *testing.T, program, path string, lines int) []string {
	t.Helper()
	command := append(strings.Fields(os.Getenv(emulatorVariable)), program)
	child := exec.CommandContext(t.Context(), command[0], command[1:]...)
	child.Env = append(os.Environ(), killVariable+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); errors.Is(err, syscall.ENOEXEC) {
		t.Skipf("the kernel cannot start %s: set %s", program, emulatorVariable)
	} else if err != nil {
		t.Fatal(err)
	}
	var told []string
	text := bufio.NewScanner(out)
	for text.Scan() {
		if told = append(told, text.Text()); len(told) == lines+1 {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	return told
}
