package scheduler

import (
	"maps"
	"sync"
	"time"

	"example.org/totem/booking"
)

// reachable is for how long a totem counts as connected after it was heard. One that is asks for its sheets every 90 seconds at
// least.
const reachable = 2 * time.Minute

// ears keep when each totem was heard last, by Config.Running. It is in memory alone: after a restart a totem counts as away until
// it is heard, and another scheduler hears for itself. Nothing but how grants are sized rests on it.
type ears struct {
	sync.Mutex
	heard map[totemKey]time.Duration
}

// hear notes that a totem's own store was heard.
func (e *ears) hear(key totemKey, running time.Duration) {
	e.Lock()
	defer e.Unlock()
	if e.heard == nil {
		e.heard = make(map[totemKey]time.Duration)
	}
	e.heard[key] = running
}

// reach reports whether a totem was heard a moment ago.
func (e *ears) reach(key totemKey, running time.Duration) bool {
	e.Lock()
	defer e.Unlock()
	at, ok := e.heard[key]
	return ok && running-at <= reachable
}

// forget drops whoever was not heard for long, so that nothing is kept of totems that are gone.
func (e *ears) forget(running time.Duration) {
	e.Lock()
	defer e.Unlock()
	maps.DeleteFunc(e.heard, func(_ totemKey, at time.Duration) bool { return running-at > reachable })
}

// heardFact notes a totem that tells a fact of just now. One that has waited for long says nothing of whether it is there.
func (s *Service) heardFact(id booking.OfficeID, totem booking.TotemID, f booking.Fact) {
	if age := s.now().Sub(f.At); age <= reachable && age >= -reachable {
		s.ears.hear(totemKey{id, totem}, s.running())
	}
}
