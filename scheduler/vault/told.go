package vault

import (
	"sync"

	"example.org/totem/booking"
)

// told keeps at hand the keys that were read, for they are asked for with every pull. Keys are put in and wiped by who
// has the vault's turn: none comes back after it was wiped.
type told struct {
	mu   sync.RWMutex
	keys map[place]*booking.DayKey
}

type place struct {
	office booking.OfficeID
	day    booking.Day
}

func (t *told) key(p place) (booking.DayKey, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if k := t.keys[p]; k != nil {
		return *k, true
	}
	return booking.DayKey{}, false
}

func (t *told) put(p place, k booking.DayKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys[p] = &k
}

// wipe forgets a key, and overwrites it.
func (t *told) wipe(p place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k := t.keys[p]; k != nil {
		*k = booking.DayKey{}
		delete(t.keys, p)
	}
}
