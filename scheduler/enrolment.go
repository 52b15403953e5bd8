package scheduler

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// Authority makes and revokes what totems show to the servers. Implementations are safe for concurrent use.
type Authority interface {
	// Credentials returns fresh credentials for a totem's key.
	Credentials(office booking.OfficeID, totem booking.TotemID, key string) (wire.Credentials, error)
	// Revoke makes the servers believe none of the keys any more, and cut off who is connected with one.
	Revoke(ctx context.Context, keys []string) error
	// Sign signs with the key that the credentials name as Signer.
	Sign(message []byte) ([]byte, error)
}

// Enrol gives a device its first credentials, for the one-time token that a person was given. Its key takes the place
// of the totem's former one, which is revoked. A key that is enrolled already is given credentials as Renew gives them,
// for the first answer may have been lost. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Enrol(ctx context.Context, id booking.OfficeID, totem booking.TotemID, e wire.Enrol) (wire.Credentials, error) {
	if err := s.mayEnrol(id, totem); err != nil {
		return wire.Credentials{}, s.refuse(id, totem, err)
	}
	for {
		m, err := s.roster.Member(ctx, id, totem)
		if err != nil {
			return wire.Credentials{}, err
		}
		if m.Key != "" && m.Key == e.Key {
			return s.authority.Credentials(id, totem, e.Key)
		}
		if reason := unfit(m.Token, e.Token, s.now()); reason != "" {
			event.Log(s.log, event.TokenRefused, totemAttr(id, totem), slog.String("reason", reason))
			return wire.Credentials{}, &wire.Refusal{
				Code:     wire.RefusedToken,
				Sentence: fmt.Sprintf("the enrolment token for totem %s is unknown, used or too old", totem),
				Remedy:   fmt.Sprintf("check what was typed; or make a new token: scheduler enrol %s %s", id, totem),
			}
		}
		if err := s.unclaimed(ctx, m, e.Key); err != nil {
			return wire.Credentials{}, s.refuse(id, totem, err)
		}
		// Before the token is used up: should they fail, it may be tried again.
		c, err := s.authority.Credentials(id, totem, e.Key)
		if err != nil {
			return wire.Credentials{}, err
		}
		replaced := m.Key != ""
		m = withKeyRevoked(m)
		m.Key, m.Token = e.Key, ledger.Token{}
		_, err = s.roster.PutMember(ctx, m)
		if errors.Is(err, ledger.ErrConflict) {
			continue
		}
		if err != nil {
			return wire.Credentials{}, err
		}
		event.Log(s.log, event.TotemEnrolled, totemAttr(id, totem), slog.Bool("replaced", replaced))
		if replaced {
			s.report(ctx, s.tellRevoked(ctx)) // if this fails, the next round tries again
		}
		return c, nil
	}
}

func (s *Service) mayEnrol(id booking.OfficeID, totem booking.TotemID) error {
	if s.authority == nil {
		return noAuthority()
	}
	_, err := s.officeOf(id, totem)
	return err
}

func noAuthority() error {
	return &wire.Refusal{
		Code: wire.RefusedMessage, Sentence: "this scheduler gives no credentials and signs no time",
		Remedy: "report it: it was started without its identity",
	}
}

// unfit returns why a token is not the one that is kept, "" if it is.
func unfit(kept ledger.Token, token string, now time.Time) (reason string) {
	hash := hashToken(token)
	same := subtle.ConstantTimeCompare(hash[:], kept.Hash[:]) == 1
	switch {
	case kept.Until.IsZero():
		return "none is open: it was used, taken back, or never made"
	case !same:
		return "it is another than the one that is open"
	case !now.Before(kept.Until):
		return "it is too old"
	}
	return ""
}

// unclaimed returns a refusal of a key that was revoked, or is another totem's.
func (s *Service) unclaimed(ctx context.Context, m ledger.Member, key string) error {
	members, err := s.roster.Members(ctx, "")
	if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
		return err
	}
	if slices.Contains(m.Revoked, key) {
		return &wire.Refusal{
			Code:     wire.RefusedKey,
			Sentence: fmt.Sprintf("the key of this device was revoked, and is never again that of totem %s", m.Totem),
			Remedy:   "provision it with the same token and --new-key; its tickets stay",
		}
	}
	for _, other := range append(members, m) {
		if slices.Contains(other.Revoked, key) || other.Key == key {
			return &wire.Refusal{
				Code:     wire.RefusedKey,
				Sentence: fmt.Sprintf("the key of this device is, or was, that of another totem than %s: its disk is a copy, or was used before", m.Totem),
				Remedy:   "erase this device's data and identity directories, and provision it again with the same token",
			}
		}
	}
	return nil
}

// Renew gives fresh credentials for a key that is the totem's. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Renew(ctx context.Context, id booking.OfficeID, totem booking.TotemID, r wire.Renew) (wire.Credentials, error) {
	if err := s.mayEnrol(id, totem); err != nil {
		return wire.Credentials{}, s.refuse(id, totem, err)
	}
	m, err := s.roster.Member(ctx, id, totem)
	if err != nil {
		return wire.Credentials{}, err
	}
	if m.Key == "" || m.Key != r.Key {
		return wire.Credentials{}, s.refuse(id, totem, &wire.Refusal{
			Code:     wire.RefusedKey,
			Sentence: fmt.Sprintf("the key of this device is not, or no longer, enrolled for totem %s", totem),
			Remedy:   fmt.Sprintf("if this device is to be that totem, make a token by: scheduler enrol %s %s; and use it here by: totem provision --new-key", id, totem),
		})
	}
	return s.authority.Credentials(id, totem, r.Key)
}

// Clock tells what the scheduler's clock shows, signed. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Clock(_ context.Context, id booking.OfficeID, totem booking.TotemID, c wire.Clock) (wire.Reading, error) {
	if err := s.mayEnrol(id, totem); err != nil {
		return wire.Reading{}, s.refuse(id, totem, err)
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	signature, err := s.authority.Sign(wire.SignedReading(c.Nonce, now))
	if err != nil {
		return wire.Reading{}, err
	}
	return wire.Reading{Nonce: c.Nonce, Time: now, Signature: signature}, nil
}

// The form of a token: 128 random bits in an alphabet without I, L, O and U, in groups of five; the last has one more.
const (
	tokenAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	tokenBytes    = 16
	tokenGroup    = 5
	tokenGroups   = 5
)

// NewToken draws a one-time token from random, a cryptographic source, with which a device may become the totem until
// life after now. An earlier one that was not used is worth nothing from now on. Only its hash is kept.
func NewToken(ctx context.Context, roster ledger.Roster, office booking.OfficeID, totem booking.TotemID, random io.Reader, now time.Time, life time.Duration) (string, error) {
	token, err := newToken(ctx, roster, office, totem, random, now.Add(life))
	if err != nil {
		return "", fmt.Errorf("make an enrolment token for %s/%s: %w", office, totem, err)
	}
	return token, nil
}

func newToken(ctx context.Context, roster ledger.Roster, office booking.OfficeID, totem booking.TotemID, random io.Reader, until time.Time) (string, error) {
	if err := errors.Join(booking.CheckID(string(office)), booking.CheckTotemID(string(totem))); err != nil {
		return "", err
	}
	if office == wire.StrangerOffice {
		return "", fmt.Errorf("no office may be called %s", office)
	}
	var bits [tokenBytes]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", err
	}
	text := base32.NewEncoding(tokenAlphabet).WithPadding(base32.NoPadding).EncodeToString(bits[:])
	var groups []string
	for len(groups) < tokenGroups-1 {
		groups, text = append(groups, text[:tokenGroup]), text[tokenGroup:]
	}
	token := strings.Join(append(groups, text), "-")
	for {
		m, err := roster.Member(ctx, office, totem)
		if err != nil {
			return "", err
		}
		m.Token = ledger.Token{Hash: hashToken(token), Until: until.UTC().Truncate(time.Second)}
		if _, err = roster.PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
			return token, err
		}
	}
}

// hashToken returns what is kept of a token, however a person typed it.
func hashToken(token string) [32]byte {
	token = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(token))
	return sha256.Sum256([]byte(token))
}

// ErrNoKey says that no key and no token of a totem is on the roster.
var ErrNoKey = errors.New("no key is enrolled")

// RevokeKey takes a totem's key and its open token away: the key is never believed again. It is done when the roster
// holds it; an error after that, from the authority, is one of telling the servers, and a scheduler that runs tells
// them within a minute. The authority may be nil: then only the roster is changed.
func RevokeKey(ctx context.Context, roster ledger.Roster, authority Authority, office booking.OfficeID, totem booking.TotemID) error {
	if err := revokeKey(ctx, roster, office, totem); err != nil {
		return fmt.Errorf("revoke the key of %s/%s: %w", office, totem, err)
	}
	return TellRevoked(ctx, roster, authority)
}

func revokeKey(ctx context.Context, roster ledger.Roster, office booking.OfficeID, totem booking.TotemID) error {
	for {
		m, err := roster.Member(ctx, office, totem)
		if err != nil {
			return err
		}
		if m.Key == "" && m.Token.Until.IsZero() {
			if len(m.Revoked) == 0 {
				return ErrNoKey
			}
			return nil // by an earlier try, which may have ended before the servers were told
		}
		m = withKeyRevoked(m)
		m.Token = ledger.Token{}
		if _, err = roster.PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
			return err
		}
	}
}

// withKeyRevoked returns the member with its key, if it has one, among those that are revoked.
func withKeyRevoked(m ledger.Member) ledger.Member {
	if m.Key != "" {
		m.Revoked = append(slices.Clone(m.Revoked), m.Key)
		m.Key = ""
	}
	return m
}

// TellRevoked makes the servers believe none of the roster's revoked keys. A nil authority is told nothing.
func TellRevoked(ctx context.Context, roster ledger.Roster, authority Authority) error {
	if authority == nil {
		return nil
	}
	_, err := tellRevoked(ctx, roster, authority, nil)
	return err
}

// tellRevoked tells all revoked keys unless they are those told before, and returns them. Whoever tells looks again
// afterwards: of two who tell at the same time the later one then tells the keys of both.
func tellRevoked(ctx context.Context, roster ledger.Roster, authority Authority, told []string) ([]string, error) {
	for {
		members, spoiled := roster.Members(ctx, "")
		if spoiled != nil && !errors.Is(spoiled, ledger.ErrUnreadable) {
			return told, fmt.Errorf("read which keys are revoked: %w", spoiled)
		}
		var revoked []string
		for _, m := range members {
			revoked = append(revoked, m.Revoked...)
		}
		slices.Sort(revoked)
		if revoked = slices.Compact(revoked); slices.Equal(revoked, told) {
			return told, unreadable(spoiled)
		}
		if err := authority.Revoke(ctx, revoked); err != nil {
			return told, fault.New(fault.CodeCentralNATS, err, "check that the NATS servers run; the scheduler tries again every minute",
				"the servers could not be told which keys are revoked")
		}
		told = revoked
	}
}

// tellRevoked tells the servers what was revoked since it told them last.
func (s *Service) tellRevoked(ctx context.Context) error {
	if s.authority == nil {
		return nil
	}
	before := s.told.get()
	told, err := tellRevoked(ctx, s.roster, s.authority, before)
	if s.told.set(told); !slices.Equal(told, before) {
		event.Log(s.log, event.KeyRevoked, slog.Int("keys", len(told)))
	}
	return err
}

// toldKeys are the keys that the servers were told to be revoked.
type toldKeys struct {
	mu   sync.Mutex
	keys []string
}

func (t *toldKeys) get() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.keys
}

func (t *toldKeys) set(keys []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys = keys
}
