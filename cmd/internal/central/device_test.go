package central_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// device is the identity of a totem's device, kept in memory.
type device struct {
	office      booking.OfficeID
	totem       booking.TotemID
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

// newDevice returns a device with a key that nobody knows yet.
func newDevice(t *testing.T, office booking.OfficeID, totem booking.TotemID) *device {
	t.Helper()
	pair, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	return &device{office: office, totem: totem, pair: pair}
}

// asks says whom the device asks as a stranger.
func (d *device) asks(c *central.Central) natslink.StrangerConfig {
	return natslink.StrangerConfig{URL: c.URL(), Pins: c.Pins(), Office: d.office, Totem: d.totem}
}

// enrolled returns a device that was enrolled over the network, as a person does it.
func enrolled(t *testing.T, c *central.Central, office booking.OfficeID, totem booking.TotemID) *device {
	t.Helper()
	ctx := context.Background()
	d := newDevice(t, office, totem)
	token, err := c.Token(ctx, office, totem, time.Hour)
	if err == nil {
		d.credentials, err = natslink.Enrol(ctx, d.asks(c), wire.Enrol{Token: token, Key: d.Key()})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}
