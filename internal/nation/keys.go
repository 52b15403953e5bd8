package nation

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/scheduler"
)

// Keys keeps the days' keys in memory, drawn from a seed.
type Keys struct {
	mu   sync.Mutex
	rng  *rand.Rand
	keys map[keyOf]booking.DayKey
}

type keyOf struct {
	office booking.OfficeID
	day    booking.Day
}

var _ scheduler.Keys = (*Keys)(nil)

// NewKeys returns a keeper without keys.
func NewKeys(seed uint64) *Keys {
	return &Keys{rng: rand.New(rand.NewPCG(seed, 1<<40)), keys: make(map[keyOf]booking.DayKey)}
}

// Key implements [scheduler.Keys].
func (k *Keys) Key(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[keyOf{office, day}]
	if !ok {
		return key, fs.ErrNotExist
	}
	return key, nil
}

// Draw implements [scheduler.Keys].
func (k *Keys) Draw(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	name := keyOf{office, day}
	if key, ok := k.keys[name]; ok {
		return key, nil
	}
	key, err := booking.NewDayKey(source{k.rng})
	if err == nil {
		k.keys[name] = key
	}
	return key, err
}

// Keep implements [scheduler.Keys].
func (k *Keys) Keep(_ context.Context, office booking.OfficeID, day booking.Day, key booking.DayKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[keyOf{office, day}] = key
	return nil
}

// Destroy implements [scheduler.Keys].
func (k *Keys) Destroy(_ context.Context, office booking.OfficeID, day booking.Day) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, keyOf{office, day})
	return nil
}

// Kept implements [scheduler.Keys].
func (k *Keys) Kept(context.Context) (map[booking.OfficeID][]booking.Day, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := make(map[booking.OfficeID][]booking.Day)
	for name := range k.keys {
		kept[name.office] = append(kept[name.office], name.day)
	}
	return kept, nil
}
