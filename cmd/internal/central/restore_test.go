package central_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
)

func TestASchedulerThatIsRestoredSellsNothingTwiceAndLosesNoTicket(t *testing.T) {
	ctx := context.Background()
	d := newDrill(t)
	d.serve(t.TempDir(), "", true)
	t1, t2, t3 := d.unit("t1"), d.unit("t2"), d.unit("t3")
	for _, u := range []*unit{t1, t2, t3} {
		u.online()
		u.inStep()
	}
	today := d.today()
	t1.issue(today)
	t3.issue(today)
	for _, u := range []*unit{t1, t3} {
		u.inStep()
	}
	backup := d.backup()

	// What comes now is not in the backup.
	t2.offline()
	untold := t2.issue(today)
	t2.issue(today.AddDays(2))
	t1.issue(today)
	t1.inStep()
	told := t3.issue(today)
	t3.inStep()
	t3.offline() // for good
	web, err := d.web()
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "t1 has heard of the web's ticket", func() bool {
		sheets, _, err := t1.store.Mine(ctx)
		return err == nil && slices.ContainsFunc(sheets, func(s booking.Sheet) bool {
			i, ok := s.Find(web.Number)
			j, known := s.Find(told)
			return s.Day == today && ok && s.Slots[i].State.HasTicket() && known && s.Slots[j].State.HasTicket()
		})
	})
	t1.offline()

	r := d.restore(backup, "")
	if got := fmt.Sprint(r.Waits); got != "map[rm001:[t1 t2 t3]]" {
		t.Errorf("restore says that %s are waited for", got)
	}
	d.sellsNothing("after the restore")
	t1.online()
	t1.inStep()
	t1.issue(today) // it sells on, from its own grant
	t1.inStep()
	d.sellsNothing("when one totem has told")
	d.allSold("when one totem has told", untold)
	if _, err := d.c.Service().Fence(ctx, "rm001", "t3"); err != nil {
		t.Fatal(err)
	}
	d.sellsNothing("with one totem fenced and one offline")

	// The third comes back two days later.
	d.now.set(d.now.Now().AddDate(0, 0, 2))
	for range 2 {
		d.check(d.c.Service().Tend(ctx))
	}
	d.sold = make(map[booking.Number]booking.CodeHash)
	d.check(t2.store.CloseDays(ctx, d.today()))
	d.sellsNothing("two days later")
	sheets, _, err := t2.store.Mine(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		for _, slot := range s.Slots {
			if s.Day == d.today() && slot.State.HasTicket() {
				d.sells(slot.Number, slot.Ticket.Code) // as it was given then
			}
		}
	}
	t2.online()
	t2.inStep()
	eventually(t, "the office is whole", func() bool {
		waits, err := scheduler.Waits(ctx, d.c.Ledger(), d.c.Ledger(), "rm001")
		return err == nil && len(waits) == 0
	})
	for range 4 {
		if _, err := d.web(); err != nil {
			t.Errorf("when all have told: %v", err)
		}
	}
	t2.issue(d.today())
	t2.inStep()
	d.check(t1.store.CloseDays(ctx, d.today()))
	t1.offline()
	t1.online()
	t1.inStep()
	t1.issue(d.today())
	t1.inStep()
	d.allSold("in the end")
	tally, err := d.c.Ledger().Tally(ctx, "rm001", today)
	if got := tally.Queues[drillQueue]; err != nil || got.Walk != 5 || got.Pool != 1 || got.LateIssued != 1 {
		t.Errorf("the first day's tally: %+v, %v", got, err)
	}
}

func TestASchedulerThatMovesToAServerOfItsOwnIsRestoredTwiceFromTheSameFile(t *testing.T) {
	d := newDrill(t)
	data := t.TempDir()
	server := external(t, data)
	d.serve(data, "", true)
	t1, t2 := d.unit("t1"), d.unit("t2")
	for _, u := range []*unit{t1, t2} {
		u.online()
		u.inStep()
		u.issue(d.today())
		u.inStep()
	}
	// A day that no totem has the key of yet, and the keys are not in the backup.
	later := d.today().AddDays(4)
	if _, err := d.c.Service().Book(context.Background(), "rm001", drillQueue, later, ledger.Want{}, "482917305560"); err != nil {
		t.Fatal(err)
	}
	backup := d.backup()
	t2.offline()
	t2.issue(d.today())
	t1.offline()
	if r := d.restore(backup, server.ClientURL()); fmt.Sprint(r.Keyless) != fmt.Sprintf("map[rm001:[%s %s]]", d.today(), later) {
		t.Errorf("restore says that the keys of %v are lost", r.Keyless)
	}
	t1.online()
	t1.inStep()
	t1.issue(d.today())
	t1.inStep()
	d.sellsNothing("when one has told")
	t1.offline()

	// That one is lost too, within the second.
	d.restore(backup, "")
	d.sellsNothing("after the second restore")
	for _, u := range []*unit{t1, t2} {
		u.online()
		u.inStep()
	}
	eventually(t, "the pool sells", func() bool { _, err := d.web(); return err == nil })
	if _, err := d.c.Service().Book(context.Background(), "rm001", drillQueue, later, ledger.Want{}, "111111111111"); err != nil {
		t.Errorf("a day whose key is lost: %v", err)
	}
	t1.issue(d.today())
	t1.inStep()
	d.allSold("in the end")
}

func TestAnEmptySchedulerMeetsTotemsWithFactsAndATotemHasAnEmptyStore(t *testing.T) {
	ctx := context.Background()
	d := newDrill(t)
	d.serve(t.TempDir(), "", true)
	t1, t2 := d.unit("t1"), d.unit("t2")
	for _, u := range []*unit{t1, t2} {
		u.online()
		u.inStep()
		u.issue(d.today())
		u.inStep()
	}
	t1.offline()
	t1.online() // and knows what t2 holds
	t1.inStep()
	t1.offline()
	t2.offline()
	t1.issue(d.today())
	t2.issue(d.today())

	// The same identity, and nothing else.
	identity := central.IdentityDir(d.data)
	d.stop()
	data := t.TempDir()
	if err := os.CopyFS(central.IdentityDir(data), os.DirFS(identity)); err != nil {
		t.Fatal(err)
	}
	d.serve(data, "", true)
	t1.online()
	t1.inStep()
	d.sellsNothing("when one has told, and has seen another")
	t2.online()
	t2.inStep()
	eventually(t, "the pool sells", func() bool { _, err := d.web(); return err == nil })
	t1.issue(d.today())
	t2.issue(d.today())
	t1.inStep()
	t2.inStep()
	d.allSold("in the end")

	// A new card in t2: it is not let in before somebody says that the old one is lost.
	t2.newStore()
	t2.online()
	eventually(t, "the new store is refused", func() bool { return d.log.count("scheduler.totem-refused") > 0 })
	t2.offline()
	if _, err := d.c.Service().Fence(ctx, "rm001", "t2"); err != nil {
		t.Fatal(err)
	}
	t2.device = enrolled(t, d.c, "rm001", "t2")
	t2.online()
	t2.inStep()
	t2.issue(d.today())
	t2.inStep()
	d.allSold("with a new card")
}
