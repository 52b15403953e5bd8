package ledger

import (
	"iter"
	"maps"

	"example.org/totem/booking"
)

// shelf keeps what belongs to offices apart by office, so that a question about one does not look at a nation's.
type shelf[K comparable, V any] map[booking.OfficeID]map[K]V

func (s shelf[K, V]) put(office booking.OfficeID, key K, v V) {
	if s[office] == nil {
		s[office] = make(map[K]V)
	}
	s[office][key] = v
}

// of yields what is kept of an office, of all offices for "", in any order.
func (s shelf[K, V]) of(office booking.OfficeID) iter.Seq[V] {
	if office != "" {
		return maps.Values(s[office])
	}
	return func(yield func(V) bool) {
		for _, one := range s {
			for _, v := range one {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// copy returns a shelf that goes its own way; the values are made by clone.
func (s shelf[K, V]) copy(clone func(V) V) shelf[K, V] {
	c := make(shelf[K, V], len(s))
	for office, one := range s {
		for key, v := range one {
			c.put(office, key, clone(v))
		}
	}
	return c
}
