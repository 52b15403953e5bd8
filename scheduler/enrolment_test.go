package scheduler_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// servers is an authority whose credentials name the key, and who can be out of reach.
type servers struct {
	mu      sync.Mutex
	revoked []string
	told    int
	down    error
	early   func() // called before the next keys are taken, once
}

var _ scheduler.Authority = (*servers)(nil)

func (a *servers) Credentials(office booking.OfficeID, totem booking.TotemID, key string) (wire.Credentials, error) {
	return wire.Credentials{JWT: string(office) + "/" + string(totem) + "/" + key, Signer: "U"}, nil
}

func (a *servers) Sign(message []byte) ([]byte, error) {
	return append([]byte("signed "), message...), nil
}

func (a *servers) Revoke(_ context.Context, keys []string) error {
	if early := a.early; early != nil {
		a.early = nil
		early()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down != nil {
		return a.down
	}
	a.revoked, a.told = keys, a.told+1
	return nil
}

// desk is a scheduler that enrols.
type desk struct {
	*world
	*scheduler.Service
	servers *servers
}

const officeOne, totemOne, totemTwo = booking.OfficeID("uno"), booking.TotemID("t1"), booking.TotemID("t2")

func newDesk(t testing.TB) *desk {
	w := newWorld(t, plan(t, officeOne, "Europe/Rome", totemOne, totemTwo))
	d := &desk{world: w, servers: new(servers)}
	d.restart()
	return d
}

func (d *desk) restart() {
	d.t.Helper()
	s, err := scheduler.New(scheduler.Config{
		Plans: d.plans, Book: d.book, Roster: d.roster, Keys: d.keys, Uplink: d.uplink, Tallies: d.tallies, Authority: d.servers,
		Now: func() time.Time { return d.now },
		Log: slog.New(slog.NewTextHandler(d.log, nil)),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.Service = s
}

func (d *desk) token(totem booking.TotemID) string {
	d.t.Helper()
	token, err := scheduler.NewToken(context.Background(), d.roster, officeOne, totem, rand.Reader, d.now, 7*24*time.Hour)
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

func (d *desk) enrol(totem booking.TotemID, token, key string) error {
	c, err := d.Enrol(context.Background(), officeOne, totem, wire.Enrol{Token: token, Key: key})
	if err == nil && c.JWT != "uno/"+string(totem)+"/"+key {
		d.t.Errorf("credentials of another: %s", c.JWT)
	}
	return err
}

func (d *desk) member(totem booking.TotemID) ledger.Member {
	d.t.Helper()
	m, err := d.roster.Member(context.Background(), officeOne, totem)
	if err != nil {
		d.t.Fatal(err)
	}
	return m
}

func wantRefused(t testing.TB, what string, err error, code string) string {
	t.Helper()
	r, ok := errors.AsType[*wire.Refusal](err)
	if !ok || r.Code != code || r.Remedy == "" {
		t.Errorf("%s: %v, want a refusal %s", what, err, code)
		return ""
	}
	return r.Sentence
}

func TestATokenMakesADeviceATotemOnce(t *testing.T) {
	d := newDesk(t)
	token := d.token(totemOne)
	if kept := d.member(totemOne).Token; strings.Contains(string(kept.Hash[:]), token) || !kept.Until.Equal(d.now.Add(7*24*time.Hour)) {
		t.Errorf("kept: %+v", kept)
	}
	if err := d.enrol(totemOne, strings.ToLower(strings.ReplaceAll(token, "-", " ")), "UA"); err != nil {
		t.Fatal(err)
	}
	if m := d.member(totemOne); m.Key != "UA" || m.Token != (ledger.Token{}) || len(m.Revoked) > 0 {
		t.Errorf("on the roster: %+v", m)
	}
	wantRefused(t, "a second device", d.enrol(totemOne, token, "UB"), wire.RefusedToken)
	if err := d.enrol(totemOne, token, "UA"); err != nil {
		t.Errorf("the same device, whose answer was lost: %v", err)
	}
	if strings.Contains(d.log.String(), token) {
		t.Error("the token is in the log")
	}
}

func TestUnknownUsedAndOldTokensAreRefusedInTheSameWords(t *testing.T) {
	d := newDesk(t)
	said := []string{wantRefused(t, "never made", d.enrol(totemOne, "00000-00000", "UA"), wire.RefusedToken)}
	token := d.token(totemOne)
	said = append(said, wantRefused(t, "another's", d.enrol(totemOne, d.token(totemTwo), "UA"), wire.RefusedToken),
		wantRefused(t, "a replaced one", d.enrol(totemOne, token[:29]+"!", "UA"), wire.RefusedToken))
	d.now = d.now.Add(7*24*time.Hour - time.Second)
	if err := d.enrol(totemTwo, d.token(totemTwo), "UT"); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(time.Second)
	said = append(said, wantRefused(t, "too old", d.enrol(totemOne, token, "UA"), wire.RefusedToken))
	if len(slices.Compact(said)) != 1 {
		t.Errorf("told apart: %q", said)
	}
	for _, reason := range []string{"none is open", "another than the one", "too old"} {
		if !strings.Contains(d.log.String(), reason) {
			t.Errorf("not told in the log: %s", reason)
		}
	}
}

func TestANewDeviceTakesTheOldOnesPlaceAndItsKeyIsRevoked(t *testing.T) {
	d := newDesk(t)
	for _, key := range []string{"UA", "UB"} {
		if err := d.enrol(totemOne, d.token(totemOne), key); err != nil {
			t.Fatal(err)
		}
	}
	if m := d.member(totemOne); m.Key != "UB" || !slices.Equal(m.Revoked, []string{"UA"}) || !slices.Equal(d.servers.revoked, []string{"UA"}) {
		t.Errorf("on the roster: %+v; the servers were told %v", m, d.servers.revoked)
	}
	ctx := context.Background()
	_, err := d.Renew(ctx, officeOne, totemOne, wire.Renew{Key: "UA"})
	wantRefused(t, "the old key", err, wire.RefusedKey)
	if c, err := d.Renew(ctx, officeOne, totemOne, wire.Renew{Key: "UB"}); err != nil || c.JWT != "uno/t1/UB" {
		t.Errorf("the new key: %+v, %v", c, err)
	}
	// A key that was revoked, or is another's, is none with which to become a totem; the token stays good.
	token := d.token(totemTwo)
	wantRefused(t, "enrolled again", d.enrol(totemTwo, token, "UA"), wire.RefusedKey)
	wantRefused(t, "enrolled twice", d.enrol(totemTwo, token, "UB"), wire.RefusedKey)
	if err := d.enrol(totemTwo, token, "UC"); err != nil {
		t.Error(err)
	}
}

func TestADeviceWhoseKeyWasRevokedIsToldToMakeANewOneAndKeepsItsTickets(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	if err := d.enrol(totemOne, d.token(totemOne), "UA"); err != nil {
		t.Fatal(err)
	}
	if err := scheduler.RevokeKey(ctx, d.roster, d.servers, officeOne, totemOne); err != nil {
		t.Fatal(err)
	}
	token := d.token(totemOne)
	err := d.enrol(totemOne, token, "UA")
	wantRefused(t, "the revoked key", err, wire.RefusedKey)
	if r, ok := errors.AsType[*wire.Refusal](err); !ok || !strings.Contains(r.Remedy, "--new-key") || strings.Contains(r.Remedy, "erase") {
		t.Errorf("what to do: %+v", err)
	}
	if err := d.enrol(totemOne, token, "UB"); err != nil {
		t.Errorf("a new key with the same token: %v", err)
	}
}

func TestWhoIsInNoOfficeFileIsNotEnrolled(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	token, err := scheduler.NewToken(ctx, d.roster, officeOne, "t9", rand.Reader, d.now, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Enrol(ctx, officeOne, "t9", wire.Enrol{Token: token, Key: "UA"})
	wantRefused(t, "enrolled", err, wire.RefusedUnknownTotem)
	_, err = d.Renew(ctx, "due", totemOne, wire.Renew{Key: "UA"})
	wantRefused(t, "renewed", err, wire.RefusedUnknownTotem)
	for _, bad := range [][2]string{{"*", "t1"}, {"uno", ">"}, {"stranger", "t1"}} {
		if _, err := scheduler.NewToken(ctx, d.roster, booking.OfficeID(bad[0]), booking.TotemID(bad[1]), rand.Reader, d.now, time.Hour); err == nil {
			t.Errorf("a token for %q", bad)
		}
	}
}

func TestASchedulerWithoutAnAuthorityRefusesCredentialsAndTime(t *testing.T) {
	w := newWorld(t, plan(t, officeOne, "Europe/Rome", totemOne))
	s, ctx := w.start(), context.Background()
	_, enrol := s.Enrol(ctx, officeOne, totemOne, wire.Enrol{Token: "x", Key: "UA"})
	_, renew := s.Renew(ctx, officeOne, totemOne, wire.Renew{Key: "UA"})
	_, clock := s.Clock(ctx, officeOne, totemOne, wire.Clock{})
	for what, err := range map[string]error{"enrol": enrol, "renew": renew, "clock": clock} {
		wantRefused(t, what, err, wire.RefusedMessage)
	}
}

func TestAReadingOfTheClockIsSignedWithTheNonceThatAsked(t *testing.T) {
	d := newDesk(t)
	d.now = d.now.Add(1234567 * time.Nanosecond)
	r, err := d.Clock(context.Background(), officeOne, totemOne, wire.Clock{Nonce: wire.Nonce{7}})
	if err != nil {
		t.Fatal(err)
	}
	want := append([]byte("signed "), wire.SignedReading(wire.Nonce{7}, d.now)...)
	if r.Nonce != (wire.Nonce{7}) || !r.Time.Equal(d.now.Truncate(time.Millisecond)) || !bytes.Equal(r.Signature, want) {
		t.Errorf("read %+v", r)
	}
}

func TestOfTwoDevicesWithOneTokenOneWins(t *testing.T) {
	d := newDesk(t)
	token := d.token(totemOne)
	errs := make(chan error, 8)
	for n := range cap(errs) {
		go func() { errs <- d.enrol(totemOne, token, "U"+string(rune('A'+n))) }()
	}
	won := 0
	for range cap(errs) {
		if err := <-errs; err == nil {
			won++
		} else {
			wantRefused(t, "a loser", err, wire.RefusedToken)
		}
	}
	if won != 1 || len(d.member(totemOne).Revoked) > 0 {
		t.Errorf("%d devices won; on the roster: %+v", won, d.member(totemOne))
	}
}

func TestWhatIsRevokedReachesTheServersWhateverHappensMeanwhile(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	for totem, key := range map[booking.TotemID]string{totemOne: "UA", totemTwo: "UB"} {
		if err := d.enrol(totem, d.token(totem), key); err != nil {
			t.Fatal(err)
		}
	}
	d.servers.down = errors.New("out of reach")
	if err := scheduler.RevokeKey(ctx, d.roster, d.servers, officeOne, totemOne); err == nil {
		t.Fatal("the servers are out of reach, and nobody says so")
	}
	_, err := d.Renew(ctx, officeOne, totemOne, wire.Renew{Key: "UA"})
	wantRefused(t, "renewed all the same", err, wire.RefusedKey)
	_ = d.Tend(ctx)
	d.servers.down = nil
	_ = d.Tend(ctx) // the next round of a scheduler that runs
	if !slices.Equal(d.servers.revoked, []string{"UA"}) {
		t.Errorf("the servers know %v", d.servers.revoked)
	}
	told := d.servers.told
	if _ = d.Tend(ctx); d.servers.told != told {
		t.Error("told again, though nothing changed")
	}
	// Another command revokes while this one tells: whoever tells last tells everything.
	if _, err := d.Fence(ctx, officeOne, totemOne); err != nil {
		t.Fatal(err)
	}
	d.servers.early = func() {
		if err := scheduler.RevokeKey(ctx, d.roster, nil, officeOne, totemTwo); err != nil {
			t.Error(err)
		}
	}
	d.restart()
	_ = d.Tend(ctx) // a scheduler tells at its start
	if !slices.Equal(d.servers.revoked, []string{"UA", "UB"}) {
		t.Errorf("the servers know %v", d.servers.revoked)
	}
	if err := scheduler.RevokeKey(ctx, d.roster, d.servers, officeOne, totemTwo); err != nil {
		t.Errorf("revoked again: %v", err)
	}
	if err := scheduler.RevokeKey(ctx, d.roster, d.servers, officeOne, "t9"); !errors.Is(err, scheduler.ErrNoKey) {
		t.Errorf("one who has none: %v", err)
	}
}

func TestFencingRevokesTheKeyToo(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	if err := d.enrol(totemOne, d.token(totemOne), "UA"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Fence(ctx, officeOne, totemOne); err != nil {
		t.Fatal(err)
	}
	if m := d.member(totemOne); m.Key != "" || !slices.Equal(m.Revoked, []string{"UA"}) || !slices.Equal(d.servers.revoked, []string{"UA"}) {
		t.Errorf("on the roster: %+v; the servers know %v", m, d.servers.revoked)
	}
}

func TestNoKeyIsEverBelievedAgainAfterItWasRevoked(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d, ctx := newDesk(t), context.Background()
		revoked := map[string]bool{}
		current := map[booking.TotemID]string{}
		lose := func(totem booking.TotemID) {
			if key := current[totem]; key != "" {
				revoked[key] = true
			}
			delete(current, totem)
		}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			totem := rapid.SampledFrom([]booking.TotemID{totemOne, totemTwo}).Draw(r, "totem")
			key := rapid.SampledFrom([]string{"UA", "UB", "UC"}).Draw(r, "key")
			switch rapid.SampledFrom([]string{"enrol", "revoke", "fence", "renew", "restart"}).Draw(r, "step") {
			case "enrol":
				if err := d.enrol(totem, d.token(totem), key); err == nil && current[totem] != key {
					lose(totem)
					current[totem] = key
				}
			case "revoke":
				_ = scheduler.RevokeKey(ctx, d.roster, d.servers, officeOne, totem) // none may be there
				lose(totem)
			case "fence":
				_, _ = d.Fence(ctx, officeOne, totem) // it may be unknown
				lose(totem)
			case "renew":
				_, err := d.Renew(ctx, officeOne, totem, wire.Renew{Key: key})
				if (err == nil) != (current[totem] == key) {
					r.Fatalf("renew %s of %s: %v; enrolled is %q", key, totem, err, current[totem])
				}
			case "restart":
				d.restart()
				_ = d.Tend(ctx)
			}
			for _, now := range current {
				if revoked[now] {
					r.Fatalf("%s was revoked and is believed again", now)
				}
			}
			for key := range revoked {
				if !slices.Contains(d.servers.revoked, key) {
					r.Fatalf("the servers know %v, and not %s", d.servers.revoked, key)
				}
			}
		}
	})
}
