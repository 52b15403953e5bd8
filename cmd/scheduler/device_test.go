package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"testing"

	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/identity"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// enrolled returns the identity of a device that became the office's first totem, by what the command enrol prints.
func enrolled(t *testing.T, url, dir string, p agenda.Plan) *identity.Folder {
	t.Helper()
	out, err := command("enrol", string(p.Office.ID), string(p.Totems[0]), "--data", dir, "--json")
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var i invitation
	if err := json.Unmarshal([]byte(out), &i); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	id := identity.Open(t.TempDir(), i.Office, i.Totem)
	key, err := id.Make(rand.Reader, false)
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := natslink.Enrol(context.Background(),
		natslink.StrangerConfig{URL: url, Pins: i.Pins, Office: i.Office, Totem: i.Totem}, wire.Enrol{Token: i.Token, Key: key})
	if err := errors.Join(err, id.Keep(credentials)); err != nil {
		t.Fatal(err)
	}
	return id
}
