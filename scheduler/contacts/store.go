package contacts

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
)

// Config is what a store is made of.
type Config struct {
	Dir       string                            // where everything is kept; made if it is missing, for its owner alone
	Notifiers func(booking.OfficeID) []Notifier // of an office; the first that serves a channel sends on it. nil: none
	Consents  Consents                          // nil: nothing is noted of a consent
	Random    io.Reader                         // a cryptographic source, for all keys but the sealing key; nil means crypto/rand

	Now   func() time.Time                     // nil means time.Now
	After func(time.Duration) <-chan time.Time // nil means time.After
	Log   *slog.Logger                         // nil is silent
}

// Store keeps contacts. It is safe for concurrent use; one process at a time may use its directory.
type Store struct {
	cfg     Config
	folder  folder
	private []byte
	public  []byte
	wake    chan struct{} // holds one: there may be something to send that was not there before
	voices  voices

	mu       sync.Mutex // of what follows, and of the files
	held     map[ticket]*held
	unnoted  map[string]ending // by id: erased, but the consent's record could not be told yet
	counters counters
}

// ticket names a ticket among all offices.
type ticket struct {
	office booking.OfficeID
	ref    wire.TicketRef
}

// held is what is known in memory of a contact that is kept.
type held struct {
	id      string
	ticket  ticket
	receipt [16]byte
	start   time.Time
	due     time.Time

	next   time.Time // when it is looked at next
	tries  int       // at a gateway
	unsure bool      // nobody knows whether its message went out before this process began
	busy   *attempt  // that is under way; nil for none
	end    *ending   // its erasure was begun and did not come to its end; nil for none
}

// Open opens the store, and makes it with a sealing key where there is none. Erasures that were interrupted are finished. The
// error is a *fault.Fault.
func Open(cfg Config) (*Store, error) {
	if cfg.Notifiers == nil {
		cfg.Notifiers = func(booking.OfficeID) []Notifier { return nil }
	}
	if cfg.Consents == nil {
		cfg.Consents = unrecorded{}
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.After == nil {
		cfg.After = time.After
	}
	s := &Store{cfg: cfg, folder: folder(cfg.Dir), wake: make(chan struct{}, 1),
		held: make(map[ticket]*held), unnoted: make(map[string]ending)}
	if err := s.open(); err != nil {
		return nil, fault.New(fault.CodeCentralStore, err, "check that the directory is there, belongs to this user and has space left",
			"the contacts in %s cannot be used", cfg.Dir)
	}
	return s, nil
}

func (s *Store) open() error {
	err := s.folder.make()
	if err == nil {
		s.private, err = s.folder.key(sealed.NewKey)
	}
	if err != nil {
		return err
	}
	if s.public, err = sealed.PublicKey(s.private); err != nil {
		return fmt.Errorf("%s is damaged; remove it, and another is drawn: %w", s.folder.path(sealing+keyEnd), err)
	}
	return s.load()
}

// unrecorded is the record of consents where there is none.
type unrecorded struct{}

func (unrecorded) Given(context.Context, booking.OfficeID, wire.Consent) (bool, error) {
	return false, nil
}
func (unrecorded) Ended(context.Context, booking.OfficeID, [16]byte, Why, time.Time) error {
	return nil
}
func (unrecorded) EndDay(context.Context, booking.OfficeID, booking.Day) error { return nil }

// Key returns the public X25519 key to which contacts are sealed, 32 bytes.
func (s *Store) Key() []byte { return slices.Clone(s.public) }

// Channels returns what the notifiers of an office serve, in their order; none is none.
func (s *Store) Channels(office booking.OfficeID) []privacy.Channel {
	var all []privacy.Channel
	for _, n := range s.cfg.Notifiers(office) {
		for _, c := range n.Channels() {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

// Open opens what a totem sealed. An error says nothing of what is in it.
func (s *Store) Open(office booking.OfficeID, totem booking.TotemID, closed []byte) (wire.Consent, error) {
	plain, err := sealed.Open(s.private, office, totem, closed)
	if err != nil {
		return wire.Consent{}, err
	}
	defer clear(plain)
	return wire.DecodeConsent(plain)
}

// Put keeps an entry and notes the consent, in the other order: nothing is kept without its proof. Told again with the same
// receipt it changes nothing, also when the entry has been erased since. What was kept for the same ticket with another
// receipt is erased first. With an error nothing is kept.
func (s *Store) Put(ctx context.Context, e Entry, c wire.Consent) error {
	if err := check(e); err != nil {
		return fmt.Errorf("keep a contact: %w", err)
	}
	c.Contact = ""
	s.mu.Lock()
	defer s.mu.Unlock()
	at := ticket{e.Office, e.Ticket}
	old := s.held[at]
	if old != nil && old.receipt == e.Receipt {
		return nil
	}
	over, err := s.cfg.Consents.Given(ctx, e.Office, c)
	if err == nil && !over && old != nil {
		err = s.erase(ctx, old, Replaced)
	}
	if err == nil && !over {
		err = s.put(at, e)
	}
	if err != nil {
		return fmt.Errorf("keep a contact: %w", err)
	}
	s.rouse()
	return nil
}

func check(e Entry) error {
	switch {
	case booking.CheckID(string(e.Office)) != nil || booking.CheckID(string(e.Ticket.Queue)) != nil || e.Ticket.Day.IsZero():
		return errors.New("it is of no ticket")
	case e.Contact == "" || e.Channel == "" || e.Receipt == [16]byte{}:
		return errors.New("no contact, no channel or no receipt")
	case e.Start.IsZero() || e.Due.After(e.Start):
		return errors.New("its message would go out after the promised time")
	}
	return nil
}

// put writes an entry. The caller holds mu.
func (s *Store) put(at ticket, e Entry) error {
	var drawn [16 + 16 + keySize]byte
	if _, err := io.ReadFull(s.cfg.Random, drawn[:]); err != nil {
		return err
	}
	defer clear(drawn[:])
	id, key := hex.EncodeToString(drawn[:16]), drawn[32:]
	file, err := seal(id, key, bodyOf(e, [16]byte(drawn[16:32])))
	if err == nil {
		err = s.folder.add(id, key, file)
	}
	if err != nil {
		return err
	}
	s.hold(id, at, e)
	return nil
}

// hold notes a contact whose files are there. The caller holds mu.
func (s *Store) hold(id string, at ticket, e Entry) *held {
	h := &held{id: id, ticket: at, receipt: e.Receipt, start: e.Start, due: e.Due, next: e.Due}
	s.held[at] = h
	return h
}

// Look returns what is held for a ticket, ok false for nothing.
func (s *Store) Look(ctx context.Context, office booking.OfficeID, ref wire.TicketRef) (e Entry, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.held[ticket{office, ref}]
	if h == nil {
		return Entry{}, false, nil
	}
	if h.end != nil { // what could not be erased is still held
		err := s.erase(ctx, h, h.end.why)
		return Entry{}, false, err
	}
	b, err := s.read(h)
	if err != nil {
		return Entry{}, false, err
	}
	return b.entry(), true, nil
}

// read decrypts a contact. The caller holds mu.
func (s *Store) read(h *held) (body, error) {
	key, file, err := s.folder.read(h.id)
	if err != nil {
		return body{}, err
	}
	defer clear(key)
	return unseal(h.id, key, file)
}

// rouse has Run look what is due.
func (s *Store) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
