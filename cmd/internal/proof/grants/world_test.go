//go:build !race

package grants_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
)

const office = booking.OfficeID("rm001")

// world is what every process of a run knows.
type world struct {
	Seed   uint64
	Began  time.Time // by the machine's clock
	Totems []booking.TotemID
	Open   int           // counters of each queue
	Speed  time.Duration // how much faster the office's clock runs: what is a matter of minutes happens in some seconds
}

// zero is when the office's clock begins.
var zero = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// today is the day of the run.
func today() booking.Day { return booking.DayOf(zero, time.UTC) }

func (w world) now() time.Time { return zero.Add(time.Since(w.Began) * w.Speed) }

// hours are those of the office.
var hours = booking.Span{From: 8 * 60, To: 18 * 60}

const queues = 6

// plan returns the office: some queues, open on one day of the week.
func (w world) plan() agenda.Plan {
	p := agenda.Plan{
		Office: booking.Office{ID: office, Zone: "UTC", Release: 30 * time.Minute},
		Zone:   time.UTC, Totems: w.Totems, WalkIn: 0.2,
	}
	for i := range queues {
		queue := booking.Queue{ID: booking.QueueID(fmt.Sprintf("queue-%d", i)), Prefix: "ABCDEF"[i : i+1], Length: 15 * time.Minute, WalkIn: 200}
		p.Office.Queues = append(p.Office.Queues, queue)
		plan := agenda.QueuePlan{Queue: queue}
		plan.Counters[time.Tuesday] = []agenda.Counters{{Span: hours, Open: w.Open}}
		p.Queues = append(p.Queues, plan)
	}
	p.Office.Hours.Week[time.Tuesday] = []booking.Span{hours}
	return p
}

// keys are drawn from the run's seed, so that all schedulers have the same.
type keys struct{ seed uint64 }

// Key implements [scheduler.Keys].
func (k keys) Key(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	return sha256.Sum256(fmt.Appendf(nil, "%d %s %s", k.seed, office, day)), nil
}

// Draw implements [scheduler.Keys].
func (k keys) Draw(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	return k.Key(ctx, office, day)
}

func (keys) Keep(context.Context, booking.OfficeID, booking.Day, booking.DayKey) error { return nil }

func (keys) Destroy(context.Context, booking.OfficeID, booking.Day) error {
	return errors.New("no day ends here")
}

func (keys) Kept(context.Context) (map[booking.OfficeID][]booking.Day, error) { return nil, nil }

func (w world) key() booking.DayKey {
	key, _ := keys{w.Seed}.Key(context.Background(), office, today())
	return key
}

// place is a slot of the day.
type place struct {
	Queue  booking.QueueID
	Number booking.Number
}

// told is what a citizen has in hand: a ticket that came out of a totem, or a booking that was confirmed.
type told struct {
	place
	Code booking.CodeHash
	By   string
}

// memo is a file to which what citizens were told is added, each line durable before anything else happens.
type memo struct{ file *os.File }

func openMemo(path string) (memo, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return memo{file}, err
}

func (m memo) add(t told) error {
	line, err := json.Marshal(t)
	if err == nil {
		_, err = m.file.Write(append(line, '\n'))
	}
	if err == nil {
		err = m.file.Sync()
	}
	return err
}

func (w world) sheetKey(queue booking.QueueID) booking.SheetKey {
	return booking.SheetKey{Office: office, Queue: queue, Day: today()}
}
