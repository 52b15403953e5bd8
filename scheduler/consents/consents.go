package consents

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

// Keep is for how many days after the day for which it was given the record of a consent is kept.
const Keep = 30

// Dir is the name of the records' directory in the scheduler's data directory.
const Dir = "consents"

// Signer signs records; authority.Authority is one. Its methods are safe for concurrent use.
type Signer interface {
	Sign(message []byte) ([]byte, error) // Ed25519, 64 bytes
	Signer() string                      // the public nkey that checks it
}

// ErrUnknown says that no consent of that receipt is recorded, or not any more.
var ErrUnknown = errors.New("no consent of that receipt is recorded")

// Config says where the records are kept.
type Config struct {
	Dir    string       // made if it is missing, for its owner alone
	Signer Signer       // of every record
	Log    *slog.Logger // nil: nothing is logged
}

// Store keeps the records. It is safe for concurrent use within a process; the caller makes sure that no other process
// writes to the directory. What a method did is durable when it returns without an error; after an error it may be told again.
type Store struct {
	dir    string
	signer Signer
	log    *slog.Logger

	// One at a time: each line says what the line before it was.
	turn   sync.Mutex
	days   map[place]*day
	where  map[name]booking.Day
	counts map[booking.OfficeID]count
}

// name names a consent.
type name struct {
	office  booking.OfficeID
	receipt privacy.Receipt
}

// Open opens the records, and clears what a power cut left half written, which it tells the log. Records that somebody
// changed are told too and left as they are; others are recorded all the same.
func Open(c Config) (*Store, error) {
	s := &Store{dir: c.Dir, signer: c.Signer, log: c.Log, days: make(map[place]*day), where: make(map[name]booking.Day)}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("open the records of consents in %s: %w", c.Dir, err)
	}
	return s, nil
}

func (s *Store) open() (err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	if s.counts, err = readCounts(s.dir); err != nil {
		return err
	}
	all, err := places(s.dir)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := s.load(p); err != nil {
			return err
		}
	}
	return s.clear()
}

// load reads a day.
func (s *Store) load(p place) error {
	if !s.counts[p.office].Through.IsZero() && p.day.Compare(s.counts[p.office].Through) <= 0 {
		return errors.Join(shred(s.dir, p.ends()), shred(s.dir, p.acts())) // counted, and then the power was cut
	}
	var halves [2]scanned
	for i, file := range []string{p.acts(), p.ends()} {
		text, err := read(s.dir, file)
		if err != nil {
			return err
		}
		halves[i] = scan(file, text, s.signer.Signer(), false)
		if halves[i].torn {
			if err := appendSynced(s.dir, file, halves[i].chain.size, nil, p.day); err != nil {
				return err
			}
			event.Log(s.log, event.ConsentMended, slog.String("file", file))
		}
	}
	d, problems := dayOf(p.day, halves[0], halves[1])
	for _, one := range problems {
		event.Log(s.log, event.ConsentDamaged, slog.String("file", one.File), slog.Int("line", one.Line))
	}
	s.days[p] = d
	for _, r := range d.records {
		s.where[name{p.office, r.Receipt}] = p.day
	}
	return nil
}

// clear removes what was left half written, and notices that no record names.
func (s *Store) clear() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	named := make(map[string]bool)
	for _, d := range s.days {
		for _, r := range d.records {
			named[noticeName(digest(r.Notice))] = true
		}
	}
	for _, e := range entries {
		file := e.Name()
		if strings.HasSuffix(file, temporary) || strings.HasPrefix(file, noticePrefix) && !named[file] {
			if err := os.Remove(filepath.Join(s.dir, file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// TermsOf returns what an office tells of a consent, and notice, the text that it shows in the consent's language.
func TermsOf(o booking.Office, notice string) privacy.Terms {
	return privacy.Terms{Controller: o.Controller, Officer: o.Privacy.Officer, Recipients: o.Privacy.Recipients, Notice: notice, Zone: o.Zone}
}

// Given records a consent. Told again with the same receipt it changes nothing. The notice's text in t is kept as long as
// the record, if it is that of c; a text that is another is not, and no error: the record then has its digest alone.
func (s *Store) Given(ctx context.Context, office booking.OfficeID, c wire.Consent, t privacy.Terms) error {
	if err := s.given(ctx, office, c, t); err != nil {
		return fmt.Errorf("record a consent: %w", err)
	}
	return nil
}

func (s *Store) given(ctx context.Context, office booking.OfficeID, c wire.Consent, t privacy.Terms) error {
	g := privacy.Given{
		Receipt: c.Receipt, At: c.At, Until: c.Ticket.Day.String(), Purpose: c.Purpose, Channel: c.Channel, Lang: c.Lang,
		Edition: c.Edition, Notice: c.Notice, Shown: c.Shown, Program: c.Program,
	}
	if err := errors.Join(ctx.Err(), booking.CheckID(string(office)), g.Check()); err != nil {
		return err
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	if _, known := s.where[name{office, g.Receipt}]; known {
		return nil
	}
	p := place{office, c.Ticket.Day}
	if through := s.counts[office].Through; !through.IsZero() && p.day.Compare(through) <= 0 {
		return fmt.Errorf("the records of %s are erased", p.day)
	}
	if t.IsTextOf(g) {
		if err := keepNotice(s.dir, g.Notice, t.Notice); err != nil {
			return err
		}
	}
	return s.add(p, body{Given: givenOf(g, p.day, t)})
}

// Changed records how a consent ended, at the given time; of any end but a withdrawal only its day for the appointment is
// kept. The first end stays: another one told later changes nothing, and is no error. The error is ErrUnknown for a
// receipt that nothing is known of, which must not keep anybody from erasing a contact.
func (s *Store) Changed(ctx context.Context, office booking.OfficeID, r privacy.Receipt, end privacy.ConsentState, at time.Time) error {
	if err := s.changed(ctx, office, r, end, at); err != nil {
		return fmt.Errorf("record the end of a consent: %w", err)
	}
	return nil
}

func (s *Store) changed(ctx context.Context, office booking.OfficeID, r privacy.Receipt, end privacy.ConsentState, at time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !end.IsFinal() {
		return fmt.Errorf("%s is no end", end)
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	until, known := s.where[name{office, r}]
	if !known {
		return ErrUnknown
	}
	p := place{office, until}
	if s.days[p].state(r).IsFinal() {
		return nil
	}
	if end == privacy.ConsentWithdrawn {
		return s.add(p, body{Withdrawn: &withdrawn{receipt(r), minute(at.UTC().Truncate(time.Minute))}})
	}
	return s.add(p, body{Ended: &ended{receipt(r), end.String(), until}})
}

// State returns how a consent stands, zero for one that nothing is known of. It reads no file.
func (s *Store) State(office booking.OfficeID, r privacy.Receipt) privacy.ConsentState {
	s.turn.Lock()
	defer s.turn.Unlock()
	until, known := s.where[name{office, r}]
	if !known {
		return 0
	}
	return s.days[place{office, until}].state(r)
}

// add writes lines to one file of a day, all or none of them, and takes them. The caller has the turn.
func (s *Store) add(p place, bodies ...body) error {
	if len(bodies) == 0 {
		return nil
	}
	d := s.days[p]
	if d == nil {
		d, _ = dayOf(p.day, scan(p.acts(), nil, "", false), scan(p.ends(), nil, "", false))
	}
	file, at := p.acts(), &d.acts
	if bodies[0].Ended != nil {
		file, at = p.ends(), &d.ends
	}
	next := *at
	var lines []byte
	for i := range bodies {
		b := &bodies[i]
		b.N, b.Previous, b.Signer = next.n+1, next.last, s.signer.Signer()
		line, err := b.line(s.signer)
		if err != nil {
			return err
		}
		next.follow(line)
		lines = append(lines, line...)
	}
	if err := appendSynced(s.dir, file, at.size, lines, p.day); err != nil {
		return err
	}
	*at, s.days[p] = next, d
	for _, b := range bodies {
		d.tell(p.day, b)
		if b.Given != nil {
			s.where[name{p.office, privacy.Receipt(b.Given.Receipt)}] = p.day
		}
	}
	return nil
}
