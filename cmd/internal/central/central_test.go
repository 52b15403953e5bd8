package central_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

const officeFile = "../../../offices/valfiorita-anagrafe.toml"

var store = booking.Incarnation{0xa}

// now is a Tuesday morning, before the offices open.
func now() time.Time { return time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC) }

func open(t *testing.T, cfg central.Config) *central.Central {
	t.Helper()
	if cfg.OfficeFiles == nil {
		cfg.OfficeFiles = []string{officeFile}
	}
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Now == nil {
		cfg.Now = now
	}
	cfg.Init = true
	c, err := central.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func plan(t *testing.T) agenda.Plan {
	t.Helper()
	p, err := agenda.ReadFile(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// dial returns the link of the office's first totem, that is up, from a device that was enrolled for it.
func dial(t *testing.T, c *central.Central, p agenda.Plan) *natslink.Totem {
	t.Helper()
	return connected(t, c, enrolled(t, c, p.Office.ID, p.Totems[0]))
}

// connected returns the link of a device, that is up.
func connected(t *testing.T, c *central.Central, d *device) *natslink.Totem {
	t.Helper()
	link, err := natslink.Dial(context.Background(), natslink.Config{URL: c.URL(), Office: d.office, Totem: d.totem, Identity: d, Spread: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := link.Close(); err != nil {
			t.Error(err)
		}
	})
	await(t, link, func(ev outbox.Event) bool { return ev.Up })
	return link
}

func await(t *testing.T, link *natslink.Totem, wanted func(outbox.Event) bool) outbox.Event {
	t.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case ev := <-link.Events():
			if wanted(ev) {
				return ev
			}
		case <-late:
			t.Fatal("the link did not bring what was awaited")
		}
	}
}

// grant says hello and pulls; it returns the first sheet of today and the slots on it that the totem holds.
func grant(t *testing.T, link *natslink.Totem, p agenda.Plan) (booking.Sheet, []booking.Number) {
	t.Helper()
	ctx := context.Background()
	if _, err := link.Hello(ctx, wire.Hello{Incarnation: store, Speaks: []int{wire.Newest, wire.Oldest}}); err != nil {
		t.Fatal(err)
	}
	pulled, err := link.Pull(ctx, wire.Pull{Incarnation: store})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range pulled.Sheets {
		var mine []booking.Number
		for _, slot := range s.Slots {
			if slot.Holder == booking.HeldBy(p.Totems[0]) && slot.State == booking.Free {
				mine = append(mine, slot.Number)
			}
		}
		if s.Day == booking.DayOf(now(), p.Zone) && len(mine) > 1 {
			return s, mine
		}
	}
	t.Fatalf("no grant for today on %d sheets", len(pulled.Sheets))
	return booking.Sheet{}, nil
}

func issued(n uint64, s booking.Sheet, slot booking.Number) booking.Fact {
	return booking.Fact{ID: booking.FactID{Incarnation: store, N: n}, Kind: booking.FactIssued, At: now(), Day: s.Day,
		Queue: s.Queue, Slot: slot, Code: booking.CodeHash{1, byte(n)}}
}

func TestATicketGivenAtATotemReachesTheLedgerAndIsPushedToTheOffice(t *testing.T) {
	ctx := context.Background()
	c, p := open(t, central.Config{DataDir: t.TempDir()}), plan(t)
	link := dial(t, c, p)
	sheet, slots := grant(t, link, p)
	if _, err := link.Send(ctx, issued(1, sheet, slots[0]), 0); err != nil {
		t.Fatal(err)
	}
	pushed := await(t, link, func(ev outbox.Event) bool { return ev.Pushed != nil && tickets([]booking.Sheet{ev.Pushed.Sheet}) > 0 }).Pushed
	if pushed.Previous != sheet.Revision.Sequence || !pushed.Sheet.Revision.Newer(sheet.Revision) {
		t.Errorf("pushed %v after %d, the totem had %v", pushed.Sheet.Revision, pushed.Previous, sheet.Revision)
	}
	if i, _ := pushed.Sheet.Find(slots[0]); pushed.Sheet.Slots[i].State != booking.Issued {
		t.Errorf("pushed: %+v", pushed.Sheet.Slots[i])
	}
	sheets, err := c.Sheets(ctx, p.Office.ID, sheet.Day)
	if err != nil {
		t.Fatal(err)
	}
	if n := tickets(sheets); n != 1 {
		t.Errorf("%d tickets in the ledger, want 1", n)
	}
	if key, err := c.DayKey(ctx, p.Office.ID, sheet.Day); err != nil || key.IsZero() {
		t.Errorf("no key: %v", err)
	}
}

func tickets(sheets []booking.Sheet) (n int) {
	for _, s := range sheets {
		for _, slot := range s.Slots {
			if slot.State.HasTicket() {
				n++
			}
		}
	}
	return n
}

func TestAfterARestartEverythingIsAsItWas(t *testing.T) {
	ctx, dir, p := context.Background(), t.TempDir(), plan(t)
	c := open(t, central.Config{DataDir: dir})
	link := dial(t, c, p)
	sheet, slots := grant(t, link, p)
	sequence, err := link.Send(ctx, issued(1, sheet, slots[0]), 0)
	if err != nil {
		t.Fatal(err)
	}
	key, err := c.DayKey(ctx, p.Office.ID, sheet.Day)
	if err != nil {
		t.Fatal(err)
	}
	await(t, link, func(ev outbox.Event) bool { return ev.Pushed != nil && tickets([]booking.Sheet{ev.Pushed.Sheet}) == 1 })
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	c = open(t, central.Config{DataDir: dir})
	again := dial(t, c, p)
	welcome, err := again.Hello(ctx, wire.Hello{Incarnation: store, N: 1, Speaks: []int{wire.Newest, wire.Oldest}})
	message, bad := wire.EncodeFact(issued(1, sheet, slots[0]))
	if bad != nil {
		t.Fatal(bad)
	}
	if want := (wire.Accepted{Sequence: sequence, Incarnation: store, N: 1, Digest: wire.DigestOf(message)}); err != nil || welcome.Accepted != want {
		t.Errorf("welcome %+v, %v, want %+v", welcome.Accepted, err, want)
	}
	if _, err := again.Send(ctx, issued(2, sheet, slots[1]), sequence); err != nil {
		t.Fatal(err)
	}
	await(t, again, func(ev outbox.Event) bool { return ev.Pushed != nil && tickets([]booking.Sheet{ev.Pushed.Sheet}) == 2 })
	if after, err := c.DayKey(ctx, p.Office.ID, sheet.Day); err != nil || after != key {
		t.Errorf("another key after the restart, %v", err)
	}
}

func TestAfterClosingNothingOfTheDayIsLeftButTheTotemsLastMessage(t *testing.T) {
	ctx, dir, p := context.Background(), t.TempDir(), plan(t)
	var clock atomic.Pointer[time.Time]
	clock.Store(new(now()))
	c := open(t, central.Config{DataDir: dir, Now: func() time.Time { return *clock.Load() }, Settle: time.Nanosecond})
	link := dial(t, c, p)
	sheet, slots := grant(t, link, p)
	traces := func() (n int) {
		for _, pattern := range []string{"keys/*2026-11-24*", "nats/jetstream/*/streams/LEDGER-20261124"} {
			left, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			n += len(left)
		}
		return n
	}
	if n := traces(); n != 2 {
		t.Fatalf("%d traces of the day on disk before it closes, want its key and its stream", n)
	}
	var chain uint64
	for i, f := range []booking.Fact{
		issued(1, sheet, slots[0]),
		issued(2, sheet, slots[1]),
		{ID: booking.FactID{Incarnation: store, N: 3}, Kind: booking.FactClosed, At: now(), Day: sheet.Day},
	} {
		if i == 2 {
			clock.Store(new(sheet.Day.End(p.Zone)))
			for range 2 { // one that sees that the day is over, and one that closes it
				if err := c.Service().Tend(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		if i == 2 { // a mark took the place of the last fact
			last, err := link.Last(ctx, wire.Last{Incarnation: store})
			if err != nil || last.N != 2 || last.Sequence <= chain {
				t.Fatalf("last %+v, %v; the chain was at %d", last, err, chain)
			}
			chain = last.Sequence
		}
		var err error
		if chain, err = link.Send(ctx, f, chain); err != nil {
			t.Fatal(err)
		}
		if i < 2 {
			await(t, link, func(ev outbox.Event) bool {
				return ev.Pushed != nil && tickets([]booking.Sheet{ev.Pushed.Sheet}) == i+1
			})
		}
	}
	if sheets, err := c.Sheets(ctx, p.Office.ID, sheet.Day); err != nil || len(sheets) != 0 {
		t.Errorf("%d sheets left, %v", len(sheets), err)
	}
	if n := traces(); n != 0 {
		t.Errorf("%d traces of the day left on disk", n)
	}
	// What was told goes once the totem has closed its day too; its chain goes on from the last.
	js, err := jetstream.New(c.Conn())
	if err != nil {
		t.Fatal(err)
	}
	for left, until := uint64(2), time.Now().Add(time.Minute); left != 1; {
		facts, err := js.Stream(ctx, "FACTS")
		if err != nil {
			t.Fatal(err)
		}
		info, err := facts.Info(ctx, jetstream.WithSubjectFilter(wire.AllFacts))
		if err != nil {
			t.Fatal(err)
		}
		if left = info.State.Subjects[wire.FactsSubject(p.Office.ID, p.Totems[0])]; time.Now().After(until) {
			t.Fatalf("%d facts left, want 1", left)
		}
	}
	if last, err := link.Last(ctx, wire.Last{}); err != nil || last.Sequence != chain || last.N != 3 {
		t.Errorf("last %+v, %v", last, err)
	}
}

func code(t *testing.T, err error) fault.Code {
	t.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) {
		t.Fatalf("%v, want a fault", err)
	}
	if f.Remedy == "" {
		t.Errorf("fault %s without a remedy", f.Code)
	}
	return f.Code
}

func TestADataDirectoryInUseIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, central.Config{DataDir: dir})
	_, err := central.Open(context.Background(), central.Config{OfficeFiles: []string{officeFile}, DataDir: dir, Listen: "127.0.0.1:0"})
	if got := code(t, err); got != fault.CodeCentralStore {
		t.Errorf("refused as %s: %v", got, err)
	}
}

func TestAPortInUseIsRefused(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = central.Open(context.Background(), central.Config{OfficeFiles: []string{officeFile}, DataDir: t.TempDir(), Init: true, Listen: taken.Addr().String()})
	if got := code(t, err); got != fault.CodeCentralNATS {
		t.Errorf("refused as %s: %v", got, err)
	}
}

func TestWhatCannotBeServedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  central.Config
		want fault.Code
	}{
		"no office":          {central.Config{DataDir: t.TempDir()}, fault.CodeUsage},
		"an office twice":    {central.Config{OfficeFiles: []string{officeFile, officeFile}, DataDir: t.TempDir()}, fault.CodeOffice},
		"a missing file":     {central.Config{OfficeFiles: []string{"none.toml"}, DataDir: t.TempDir()}, fault.CodeOffice},
		"no directory":       {central.Config{OfficeFiles: []string{officeFile}}, fault.CodeUsage},
		"only a server":      {central.Config{OfficeFiles: []string{officeFile}, NATS: "nats://127.0.0.1:1"}, fault.CodeUsage},
		"no address":         {central.Config{OfficeFiles: []string{officeFile}, DataDir: t.TempDir(), Listen: "4222"}, fault.CodeUsage},
		"no server":          {central.Config{OfficeFiles: []string{officeFile}, DataDir: t.TempDir(), NATS: "nats://127.0.0.1:1", Init: true}, fault.CodeCentralNATS},
		"an empty directory": {central.Config{OfficeFiles: []string{officeFile}, DataDir: t.TempDir()}, fault.CodeCentralEmpty},
		"no such directory":  {central.Config{OfficeFiles: []string{officeFile}, DataDir: filepath.Join(t.TempDir(), "none")}, fault.CodeCentralEmpty},
		"half a pin":         {central.Config{OfficeFiles: []string{officeFile}, DataDir: t.TempDir(), NATS: "tls://127.0.0.1:1", Pins: []string{"sha256/x"}}, fault.CodeUsage},
		"a file as folder":   {central.Config{OfficeFiles: []string{officeFile}, DataDir: filepath.Join("central_test.go", "x"), Init: true}, fault.CodeCentralStore},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := central.Open(context.Background(), c.cfg)
			if got := code(t, err); got != c.want {
				t.Errorf("%s, want %s: %v", got, c.want, err)
			}
		})
	}
}
