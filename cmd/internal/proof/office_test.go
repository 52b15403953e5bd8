package proof_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
)

// sample is the office file that the proofs begin with.
const sample = "../../../offices/valfiorita-anagrafe.toml"

func readSample(t testing.TB) agenda.Plan {
	t.Helper()
	p, err := agenda.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// amount returns how much is to be played: what the environment says, or usual.
func amount(t testing.TB, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s = %q is no number", name, text)
	}
	return n
}

// memory returns a folder on a disk that forgets, where there is one: what is proved of the bytes does not depend on the disk.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "totem-proof-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// anyOffice returns an office of one to three queues with a drawn day.
func anyOffice(p agenda.Plan, draw *rand.Rand) agenda.Plan {
	p.Office.Advance = []privacy.Advance{privacy.AdvanceOpen, privacy.AdvanceConsent, privacy.AdvanceConsent, privacy.AdvanceOff}[draw.IntN(4)]
	p.Office.Reminders.NoFirst = draw.IntN(2) == 0
	p.Office.Lead = time.Duration(draw.IntN(10)) * time.Minute
	p.WalkIn = float64(1+draw.IntN(4)) / 10
	p.Office.Queues, p.Queues = slices.Clone(p.Office.Queues[:1+draw.IntN(3)]), slices.Clone(p.Queues)
	p.Queues = p.Queues[:len(p.Office.Queues)]
	for i := range p.Queues {
		q := &p.Queues[i]
		q.Length, q.Horizon = time.Duration(2+draw.IntN(3))*10*time.Minute, 2
		open := booking.Span{From: opening, To: closing}
		for day := range q.Counters {
			q.Counters[day] = []agenda.Counters{{Span: open, Open: 1 + draw.IntN(2)}}
			p.Office.Hours.Week[day] = []booking.Span{open}
		}
		p.Office.Queues[i] = q.Queue
	}
	p.Office.Hours.Closed = nil
	p.Office.Services = slices.DeleteFunc(slices.Clone(p.Office.Services), func(s booking.Service) bool {
		_, ok := p.Office.Queue(s.Queue)
		return !ok
	})
	return p
}

// The hours of an office that is drawn.
const (
	opening = booking.Clock(8*60 + 30)
	closing = booking.Clock(12*60 + 30)
)

// keyring keeps day keys that are drawn from a seed.
type keyring struct {
	mu   sync.Mutex
	draw *rand.ChaCha8
	keys map[booking.Day]booking.DayKey
}

func (k *keyring) Key(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[day]
	if !ok {
		return key, fmt.Errorf("key of %s on %s: %w", office, day, fs.ErrNotExist)
	}
	return key, nil
}

func (k *keyring) Draw(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	if key, err := k.Key(ctx, office, day); err == nil {
		return key, nil
	}
	key, err := booking.NewDayKey(k.draw)
	if err != nil {
		return key, err
	}
	return key, k.Keep(ctx, office, day, key)
}

func (k *keyring) Keep(_ context.Context, _ booking.OfficeID, day booking.Day, key booking.DayKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[day] = key
	return nil
}

func (k *keyring) Destroy(_ context.Context, _ booking.OfficeID, day booking.Day) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, day)
	return nil
}

func (k *keyring) Kept(context.Context) (map[booking.OfficeID][]booking.Day, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var days []booking.Day
	for day := range k.keys {
		days = append(days, day)
	}
	slices.SortFunc(days, booking.Day.Compare)
	return map[booking.OfficeID][]booking.Day{"valfiorita-anagrafe": days}, nil
}

// nobody is a gateway that is never brought anything.
type nobody struct{}

func (nobody) Channels() []privacy.Channel                  { return []privacy.Channel{privacy.SMS, privacy.Mail} }
func (nobody) Once() bool                                   { return true }
func (nobody) Send(context.Context, contacts.Message) error { return nil }
