package device

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// Enrolment is what a person was given to make a device a totem.
type Enrolment struct {
	Token  string   // one-time, from "scheduler enrol"
	Pins   []string // of the servers' keys, at least one: "sha256/…"
	NewKey bool     // a new key even if there is one
	Random io.Reader
	Say    func(step string) // is told each step that is done; nil: nobody is
}

// Provisioned is what became of it.
type Provisioned struct {
	Office  string    `json:"office"`
	Totem   string    `json:"totem"`
	Key     string    `json:"key"` // the public half
	Expires time.Time `json:"expires"`
}

// provisionPatience is how long the scheduler's answer is waited for.
const provisionPatience = 15 * time.Second

// Provision makes this device the totem that cfg names: it makes a key that never leaves the device, and has the
// scheduler enrol it. It may be tried again with the same token if no answer came. A totem that runs meanwhile takes
// the identity up by itself. The error is a *fault.Fault.
func Provision(ctx context.Context, cfg Config, e Enrolment) (Provisioned, error) {
	if e.Say == nil {
		e.Say = func(string) {}
	}
	for _, pin := range e.Pins {
		if err := checkPin(pin); err != nil {
			return Provisioned{}, fault.New(fault.CodeUsage, err, "copy the pin as scheduler enrol printed it, with sha256/ before it", "the pin is not understood")
		}
	}
	folder := cfg.identity()
	key, err := folder.Make(e.Random, e.NewKey)
	if err != nil {
		return Provisioned{}, err
	}
	e.Say(fmt.Sprintf("the key of this device is %s", key))
	ctx, cancel := context.WithTimeout(ctx, provisionPatience)
	defer cancel()
	c, err := natslink.Enrol(ctx, natslink.StrangerConfig{URL: cfg.Scheduler, Proxy: cfg.Proxy.link(), Pins: e.Pins, Office: cfg.Office, Totem: cfg.Totem},
		wire.Enrol{Token: strings.TrimSpace(e.Token), Key: key})
	if err != nil {
		return Provisioned{}, unenrolled(cfg, err)
	}
	e.Say(fmt.Sprintf("the scheduler at %s has the pinned key and took the token", withoutPassword(cfg.Scheduler)))
	if err := folder.Keep(c); err != nil {
		return Provisioned{}, err
	}
	expires, err := folder.Expires()
	if err != nil {
		return Provisioned{}, err
	}
	p := Provisioned{string(cfg.Office), string(cfg.Totem), key, expires}
	e.Say(fmt.Sprintf("credentials until %s are kept; a totem that runs renews them by itself", p.Expires.Format(time.DateOnly)))
	return p, nil
}

// unenrolled says of a refusal what a technician can do about it.
func unenrolled(cfg Config, err error) error {
	var refusal *wire.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	code := fault.CodeLinkRefused
	switch refusal.Code {
	case wire.RefusedToken, wire.RefusedKey:
		code = fault.CodeLinkKey
	case wire.RefusedTrouble:
		code = fault.CodeLinkSilent
	}
	return fault.New(code, nil, refusal.Remedy, "the scheduler does not enrol totem %s of office %s: %s", cfg.Totem, cfg.Office, refusal.Sentence)
}

func checkPin(pin string) error {
	text, ok := strings.CutPrefix(pin, "sha256/")
	sum, err := base64.StdEncoding.Strict().DecodeString(text)
	if !ok || err != nil || len(sum) != 32 {
		return fmt.Errorf("%q: want sha256/ and 44 characters of base64", pin)
	}
	return nil
}
