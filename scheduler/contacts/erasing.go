package contacts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// stopping is for how long Erase waits for a message that is just being sent to be stopped, after it was erased.
const stopping = 5 * time.Second

// Erase erases what is held for a ticket and notes why; nothing held is no error. A message that is just being sent is
// stopped if it can be, and erased in any case. After an error it is not certain that everything is erased: it is not sent any
// more, and Run tries again.
func (s *Store) Erase(ctx context.Context, office booking.OfficeID, ref wire.TicketRef, why Why) error {
	s.mu.Lock()
	h := s.held[ticket{office, ref}]
	if h == nil {
		s.mu.Unlock()
		return nil
	}
	busy := h.busy
	err := s.erase(ctx, h, why)
	s.mu.Unlock()
	if busy != nil {
		select {
		case <-busy.done:
		case <-s.cfg.After(stopping):
		case <-ctx.Done():
		}
	}
	return err
}

// EraseDay erases what is held for tickets of a day and of the days before, and has the records of their consents end.
func (s *Store) EraseDay(ctx context.Context, office booking.OfficeID, day booking.Day) error {
	s.again(ctx)
	var failed []error
	for _, ref := range s.of(office, day) {
		failed = append(failed, s.Erase(ctx, office, ref, Ended))
	}
	return errors.Join(append(failed, s.cfg.Consents.EndDay(ctx, office, day))...)
}

// Held returns the tickets of an office of which something is held, in no order.
func (s *Store) Held(office booking.OfficeID) (refs []wire.TicketRef) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at := range s.held {
		if at.office == office {
			refs = append(refs, at.ref)
		}
	}
	return refs
}

func (s *Store) of(office booking.OfficeID, day booking.Day) (refs []wire.TicketRef) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at := range s.held {
		if at.office == office && at.ref.Day.Compare(day) <= 0 {
			refs = append(refs, at.ref)
		}
	}
	return refs
}

// erase erases a contact; from here on it is not sent. The first reason stays. The caller holds mu.
func (s *Store) erase(ctx context.Context, h *held, why Why) error {
	if h.end == nil {
		h.end = &ending{h.ticket.office, h.receipt, why, s.cfg.Now().UTC().Truncate(time.Second)}
	}
	if h.busy != nil {
		h.busy.cancel()
	}
	// Without the mark a crash might have the message sent after all; without the key it cannot be.
	marked := s.folder.overwrite(h.id, endAt, h.end.mark())
	if err := s.folder.shred(h.id); err != nil {
		return fmt.Errorf("erase a contact: %w", errors.Join(err, marked))
	}
	if s.held[h.ticket] == h {
		delete(s.held, h.ticket)
	}
	s.unnoted[h.id] = *h.end
	if err := s.note(ctx, h.id); err != nil {
		event.Log(s.cfg.Log, event.CentralFault, fault.Attrs(err)...) // it is tried again; the contact is gone
	}
	return nil
}

// note has the record of a consent end, and removes what is left of the contact. The caller holds mu.
func (s *Store) note(ctx context.Context, id string) error {
	e := s.unnoted[id]
	if err := s.cfg.Consents.Ended(context.WithoutCancel(ctx), e.office, e.receipt, e.why, e.at); err != nil {
		return fmt.Errorf("note the end of a consent: %w", err)
	}
	if err := s.folder.clear(id); err != nil {
		return fmt.Errorf("remove an erased contact: %w", err)
	}
	delete(s.unnoted, id)
	return nil
}

// again tries again what could not be erased or noted.
func (s *Store) again(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failed []error
	for _, h := range s.held {
		if h.end != nil {
			failed = append(failed, s.erase(ctx, h, h.end.why))
		}
	}
	for id := range s.unnoted {
		failed = append(failed, s.note(ctx, id))
	}
	if err := errors.Join(failed...); err != nil {
		event.Log(s.cfg.Log, event.CentralFault, fault.Attrs(err)...)
	}
}

// load reads what is kept, and finishes what was interrupted.
func (s *Store) load() error {
	ids, whole, err := s.folder.ids()
	if err != nil {
		return err
	}
	damaged := 0
	for _, id := range ids {
		if !whole[id] {
			err = s.folder.clear(id)
		} else {
			var lost bool
			lost, err = s.loadOne(id)
			if lost {
				damaged++
			}
		}
		if err != nil {
			return err
		}
	}
	if damaged > 0 {
		event.Log(s.cfg.Log, event.ContactsDamaged, slog.Int("count", damaged))
	}
	return nil
}

// loadOne reads the files of one contact. What cannot be read is removed: damaged says that this is no erasure's doing.
func (s *Store) loadOne(id string) (damaged bool, err error) {
	key, file, err := s.folder.read(id)
	if err != nil {
		return false, err
	}
	defer clear(key)
	if end, ended := endOf(file); ended {
		s.unnoted[id] = end // Run tells it, or whoever erases next
		return false, s.folder.shred(id)
	}
	b, err := unseal(id, key, file)
	if err != nil {
		return len(key) > 0, s.folder.clear(id) // a key is gone only where it was to be
	}
	e := b.entry()
	at := ticket{e.Office, e.Ticket}
	if s.held[at] != nil {
		return true, s.folder.clear(id) // two of one ticket were never kept
	}
	h := s.hold(id, at, e)
	h.unsure = isSending(file)
	return false, nil
}
