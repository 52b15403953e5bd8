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

	"example.org/totem/booking"
	"example.org/totem/store"
)

const (
	// killVariable names the database that a child process of the test issues from.
	killVariable = "TOTEM_STORE_KILL_TEST"
	// emulatorVariable is the command that starts this program's kind of program, where the kernel cannot: for
	// example "qemu-aarch64-static -L /usr/aarch64-linux-gnu".
	emulatorVariable = "TOTEM_TEST_EMULATOR"

	killSlots = 2000
)

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

// issueForEver issues whatever is on offer, and tells each ticket on standard output once it exists.
func issueForEver(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, config(path))
	if err != nil {
		return err
	}
	defer s.Close()
	grant := sheet(today, 1, killSlots)
	for i, slot := range grant.Slots {
		code, err := booking.NewCode(repeated{byte(i % 200)})
		if err != nil {
			return err
		}
		o := store.Order{Key: grant.SheetKey, Number: slot.Number, Start: slot.Start, Code: code, Slip: slip(slot.Number, code)}
		if _, err := s.Issue(ctx, o); err != nil {
			continue // issued before an earlier kill
		}
		fmt.Println(slot.Number)
		if i%50 == 0 {
			if err := s.Checkpoint(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// repeated is a source of one byte over and over.
type repeated struct{ b byte }

func (z repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = z.b
	}
	return len(p), nil
}

func TestAKilledProcessLosesNoTicket(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config(filepath.Join(t.TempDir(), "totem.db"))
	s := open(t, cfg)
	take(t, s, sheet(today, 1, killSlots))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	told := make(map[booking.Number]bool)
	for range 8 {
		for _, number := range killAfter(t, program, cfg.Path, int(randomInt(t, 60))) {
			if told[number] {
				t.Errorf("%s was given twice", number)
			}
			told[number] = true
		}
	}
	s = open(t, cfg)
	issued := make(map[booking.Number]int)
	var n uint64
	for _, f := range outboxOf(t, s) {
		if n++; f.ID.N != n {
			t.Fatalf("fact %d stands where %d should", f.ID.N, n)
		}
		issued[f.Slot]++
	}
	for number := range told {
		if issued[number] != 1 {
			t.Errorf("ticket %s was told of and is there %d times", number, issued[number])
		}
	}
	found, err := s.Found(t.Context())
	if err != nil || len(found) != len(issued) {
		t.Errorf("%d slips for %d tickets, %v", len(found), len(issued), err)
	}
	if len(told) == 0 {
		t.Error("no ticket was given at all")
	}
}

// killAfter lets a child issue from path, kills it some time after it told of so many tickets, and returns all that
// it told.
func killAfter(t *testing.T, program, path string, tickets int) []booking.Number {
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
	var told []booking.Number
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if told = append(told, booking.Number(lines.Text())); len(told) == tickets+1 {
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
