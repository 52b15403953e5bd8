package main

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/nats-io/nkeys"

	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// device is the identity of a totem's device, kept in memory.
type device struct {
	pair        nkeys.KeyPair
	mu          sync.Mutex // the link renews while a test looks
	credentials wire.Credentials
}

var _ natslink.Identity = (*device)(nil)

func (d *device) JWT() (string, error)              { return d.held().JWT, nil }
func (d *device) Sign(nonce []byte) ([]byte, error) { return d.pair.Sign(nonce) }
func (d *device) Pins() []string                    { return d.held().Pins }
func (d *device) Signer() string                    { return d.held().Signer }

func (d *device) held() wire.Credentials {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.credentials
}

func (d *device) Keep(c wire.Credentials) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.credentials = c
	return nil
}

func (d *device) Key() string {
	key, err := d.pair.PublicKey()
	if err != nil {
		panic(err)
	}
	return key
}

// enrolled returns a device that became the office's first totem, by what the command enrol prints.
func enrolled(t *testing.T, url, dir string, p agenda.Plan) *device {
	t.Helper()
	out, err := command("enrol", string(p.Office.ID), string(p.Totems[0]), "--data", dir, "--json")
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var i invitation
	if err := json.Unmarshal([]byte(out), &i); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	d := new(device)
	if d.pair, err = nkeys.CreateUser(); err == nil {
		d.credentials, err = natslink.Enrol(context.Background(),
			natslink.StrangerConfig{URL: url, Pins: i.Pins, Office: i.Office, Totem: i.Totem}, wire.Enrol{Token: i.Token, Key: d.Key()})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}
