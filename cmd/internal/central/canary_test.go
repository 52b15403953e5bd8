package central_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	totemstore "example.org/totem/store"
	"example.org/totem/ticket"
)

// canary is a secret of a day that must not outlive it, in every form that it takes.
type canary struct {
	what  string
	forms [][]byte
}

func canaryOf(what string, secret []byte) canary {
	return canary{what, [][]byte{
		secret, []byte(hex.EncodeToString(secret)), bytes.ToUpper([]byte(hex.EncodeToString(secret))),
		[]byte(base64.RawURLEncoding.EncodeToString(secret)), []byte(base64.RawStdEncoding.EncodeToString(secret)),
	}}
}

// traces returns in how many files of the folders each canary is.
func traces(t *testing.T, canaries []canary, folders ...string) (found map[string]int) {
	t.Helper()
	found = make(map[string]int)
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(path)
			for _, c := range canaries {
				for _, form := range c.forms {
					if bytes.Contains(content, form) {
						found[c.what]++
						t.Logf("%s in %s", c.what, path)
						break
					}
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// secret issues a ticket with its slip and returns what nobody may find of it later.
func (u *unit) secret(day booking.Day) []canary {
	u.d.t.Helper()
	t, ctx := u.d.t, context.Background()
	offers, err := u.store.Offers(ctx, day, day.Start(u.d.plan.Zone))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range offers {
		if o.Number == "" {
			continue
		}
		code, err := booking.NewCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		slip := ticket.Slip{Lang: "it", Lines: []ticket.Line{{Role: ticket.RoleQR, Text: string(code)}, {Role: ticket.RoleCode, Text: code.Grouped()}}}
		job, err := u.store.Issue(ctx, totemstore.Order{Key: o.Key, Number: o.Number, Start: o.Start, Code: code, Slip: slip})
		if err == nil {
			err = u.store.JobSending(ctx, job)
		}
		if err == nil {
			err = u.store.JobEnded(ctx, job, paper.Result{Outcome: paper.Unknown})
		}
		_, keys, bad := u.store.Mine(ctx)
		if err != nil || bad != nil {
			t.Fatal(err, bad)
		}
		select {
		case u.wake <- struct{}{}:
		default:
		}
		hash := code.Hash(keys[day])
		return []canary{
			{"a code", [][]byte{[]byte(code), []byte(code.Grouped())}},
			canaryOf("a hash", hash[:]),
		}
	}
	t.Fatalf("%s has nothing left", u.device.totem)
	return nil
}

func TestAfterADayIsClosedNoFileOfEitherSideHoldsACodeOrAHash(t *testing.T) {
	ctx := context.Background()
	d := newDrill(t)
	d.serve(t.TempDir(), "", true)
	t1, t2 := d.unit("t1"), d.unit("t2")
	today := d.today()
	var canaries []canary
	for _, u := range []*unit{t1, t2} {
		u.online()
		u.inStep()
		for range 4 {
			canaries = append(canaries, u.secret(today)...)
		}
		u.inStep()
	}
	code, err := booking.NewCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	slot, err := d.c.Service().Book(ctx, "rm001", drillQueue, today, ledger.Want{}, code)
	if err != nil {
		t.Fatal(err)
	}
	key, err := d.c.DayKey(ctx, "rm001", today)
	if err != nil {
		t.Fatal(err)
	}
	canaries = append(canaries, canary{"a code", [][]byte{[]byte(code), []byte(code.Grouped())}},
		canaryOf("a hash", slot.Ticket.Code[:]), canaryOf("the key", key[:]))
	t2.offline() // its last message, which is folded, is on the scheduler's disk
	canaries = append(canaries, t2.secret(today)...)
	if found := traces(t, canaries, d.data, t1.dir, t2.dir); found["a hash"] < 10 || found["the key"] < 2 {
		t.Fatalf("while the day lasts, too few were found for this test to mean anything: %v", found)
	}

	midnight := today.End(d.plan.Zone)
	d.now.set(midnight)
	for _, u := range []*unit{t1, t2} {
		if err := u.store.CloseDays(ctx, d.today()); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		d.check(d.c.Service().Tend(ctx))
	}
	if days, err := d.c.Ledger().Days(ctx); err != nil || days[0] != today.AddDays(1) {
		t.Fatalf("days: %v, %v", days, err)
	}
	if found := traces(t, canaries, d.data, t1.dir, t2.dir); len(found) != 0 {
		t.Errorf("after the day was closed there are %v", found)
	}
	// The offline one comes back, what it had not told is a count, and its chain goes on over the seal.
	t2.online()
	t2.inStep()
	next := t2.issue(d.today())
	t2.inStep()
	if i, ok := d.sheet(d.today()).Find(next); !ok || !d.sheet(d.today()).Slots[i].State.HasTicket() {
		t.Error("the ticket of the day after did not arrive")
	}
	tally, err := d.c.Ledger().Tally(ctx, "rm001", today)
	if got := tally.Queues[drillQueue]; err != nil || got.Walk != 8 || got.Pool != 1 || got.Unsure != 8 || got.LateIssued != 1 || got.LatePrinted != 1 {
		t.Errorf("the tally: %+v, %v", got, err)
	}
	t1.offline()
	t2.offline()
	d.stop()
	if found := traces(t, canaries, d.data, t1.dir, t2.dir); len(found) != 0 {
		t.Errorf("after everything was stopped there are %v", found)
	}
	for _, c := range canaries {
		for _, form := range c.forms {
			if bytes.Contains(d.log.text.Bytes(), form) {
				t.Errorf("%s is in the log", c.what)
			}
		}
	}
}
