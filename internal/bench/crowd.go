package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nkeys"
	"golang.org/x/sys/unix"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// crowd is everybody who connects in a measurement: totems with keys of their own, and what the scheduler gave them.
type crowd struct {
	Pins   []string
	Signer string
	Totems []card
}

// card is who one totem is.
type card struct {
	Office         booking.OfficeID
	Totem          booking.TotemID
	Seed, Key, JWT string
}

// The files of a scheduler and its crowd, in the folder of a measurement.
const (
	identityFolder = "identity"
	crowdFile      = "crowd.json"
)

// newCrowd makes an identity of the scheduler and a crowd of so many offices with so many totems, for the processes that
// will work in dir.
func newCrowd(dir string, offices, totems int) error {
	identity := filepath.Join(dir, identityFolder)
	if err := authority.Init(identity, rand.Reader); err != nil {
		return err
	}
	a, err := authority.Open(identity, time.Now)
	if err != nil {
		return err
	}
	who := crowd{Pins: a.Pins(), Signer: a.Signer()}
	for i := range offices * totems {
		c := card{Office: booking.OfficeID(fmt.Sprintf("office-%04d", i/totems)), Totem: booking.TotemID(fmt.Sprintf("totem-%04d", i%totems))}
		if err := c.fill(a); err != nil {
			return err
		}
		who.Totems = append(who.Totems, c)
	}
	data, err := json.Marshal(who)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, crowdFile), data, 0o600)
}

func (c *card) fill(a *authority.Authority) error {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return err
	}
	if c.Key, err = pair.PublicKey(); err != nil {
		return err
	}
	seed, err := pair.Seed()
	if err != nil {
		return err
	}
	given, err := a.Credentials(c.Office, c.Totem, c.Key)
	c.Seed, c.JWT = string(seed), given.JWT
	return err
}

func readCrowd(dir string) (who crowd, err error) {
	data, err := os.ReadFile(filepath.Join(dir, crowdFile))
	if err != nil {
		return who, err
	}
	return who, json.Unmarshal(data, &who)
}

// plans returns the offices of the crowd.
func (c crowd) plans() ([]agenda.Plan, error) {
	model, err := newPlan(0)
	if err != nil {
		return nil, err
	}
	var all []agenda.Plan
	for _, t := range c.Totems {
		if len(all) == 0 || all[len(all)-1].Office.ID != t.Office {
			plan := model
			plan.Office.ID, plan.Totems = t.Office, nil
			all = append(all, plan)
		}
		last := &all[len(all)-1]
		last.Totems = append(last.Totems, t.Totem)
	}
	return all, nil
}

// spareFiles is how many files a process of a measurement has open beside its connections.
const spareFiles = 256

// admits fails where a process cannot have so many connections. Go itself has raised the limit as far as it may.
func admits(connections int) error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Max < uint64(connections+spareFiles) {
		return cannot{fmt.Sprintf("a process may have %d files open, and needs %d (ulimit -Hn)", limit.Max, connections+spareFiles)}
	}
	return nil
}

// pocket is an identity that is in memory only.
type pocket struct {
	card
	who  *crowd
	pair nkeys.KeyPair
	has  struct {
		sync.Mutex
		jwt string
	}
}

var _ natslink.Identity = (*pocket)(nil)

func newPocket(who *crowd, c card) (*pocket, error) {
	pair, err := nkeys.FromSeed([]byte(c.Seed))
	if err != nil {
		return nil, err
	}
	p := &pocket{card: c, who: who, pair: pair}
	p.has.jwt = c.JWT
	return p, nil
}

// JWT implements [natslink.Identity].
func (p *pocket) JWT() (string, error) {
	p.has.Lock()
	defer p.has.Unlock()
	return p.has.jwt, nil
}

// Sign implements [natslink.Identity].
func (p *pocket) Sign(nonce []byte) ([]byte, error) { return p.pair.Sign(nonce) }

// Key implements [natslink.Identity].
func (p *pocket) Key() string { return p.card.Key }

// Pins implements [natslink.Identity].
func (p *pocket) Pins() []string { return p.who.Pins }

// Signer implements [natslink.Identity].
func (p *pocket) Signer() string { return p.who.Signer }

// Keep implements [natslink.Identity].
func (p *pocket) Keep(c wire.Credentials) error {
	if c.JWT == "" {
		return errors.New("the credentials are empty")
	}
	p.has.Lock()
	p.has.jwt = c.JWT
	p.has.Unlock()
	return nil
}
