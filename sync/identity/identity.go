// Package identity keeps who a totem is: an Ed25519 key that is made on the device and never leaves it, and what the
// scheduler gave for it. Both are files in one folder:
//
//	<key>.seed        the private half of the key, readable by its owner alone; <key> is its public half
//	credentials.json  what the scheduler gave: NATS user JWT, pins of the servers' keys, signer of the time
//
// The credentials name their key. So the moment in which they are replaced is the moment in which a new key takes the
// place of the old one, and a power cut leaves either of them whole.
package identity

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

const (
	credentialsFile = "credentials.json"
	seedEnding      = ".seed"
	maxFile         = 64 << 10
)

// Folder is the identity of one totem. Its methods look at the files every time, so that another process may provision
// the totem while this one works; they may be called from several goroutines at once.
type Folder struct {
	dir    string
	office booking.OfficeID
	totem  booking.TotemID
}

// Open returns the identity that is kept in dir for a totem. It does not look whether there is one: Check does.
func Open(dir string, office booking.OfficeID, totem booking.TotemID) *Folder {
	return &Folder{dir, office, totem}
}

// Check returns a *fault.Fault unless the totem is provisioned: of CodeUnprovisioned if there is no key or nothing was
// given for it, of CodeIdentity if what there is cannot be used. It cannot tell whether a scheduler accepts it.
func (f *Folder) Check() error {
	_, err := f.load()
	return err
}

// Expires returns when the credentials expire, UTC; the zero time for never.
func (f *Folder) Expires() (time.Time, error) {
	c, err := f.load()
	if err != nil || c.claims.Expires == 0 {
		return time.Time{}, err
	}
	return time.Unix(c.claims.Expires, 0).UTC(), nil
}

// JWT returns the newest credentials, or Check's fault.
func (f *Folder) JWT() (string, error) {
	c, err := f.load()
	return c.JWT, err
}

// Sign returns the key's signature of nonce.
func (f *Folder) Sign(nonce []byte) ([]byte, error) {
	c, err := f.load()
	if err != nil {
		return nil, err
	}
	return f.signBy(c.claims.Subject, nonce)
}

// Key returns the public half of the key, "" unless the totem is provisioned.
func (f *Folder) Key() string {
	c, err := f.load()
	if err != nil {
		return ""
	}
	return c.claims.Subject
}

// Pins returns the servers' keys that are trusted, none unless the totem is provisioned.
func (f *Folder) Pins() []string {
	c, _ := f.load()
	return c.Pins
}

// Signer returns who signs the time, "" unless the totem is provisioned.
func (f *Folder) Signer() string {
	c, _ := f.load()
	return c.Signer
}

// Keep makes c durable and in force, and removes the seeds of other keys, and what a power cut left of them. It refuses what is not for a key in this
// folder, or not for this totem.
func (f *Folder) Keep(c wire.Credentials) error {
	kept, err := f.read(c)
	if err != nil {
		return err
	}
	data, err := json.Marshal(credentials{c.JWT, c.Pins, c.Signer})
	if err != nil {
		return fmt.Errorf("keep credentials: %w", err)
	}
	if err := f.write(credentialsFile, append(data, '\n')); err != nil {
		return err
	}
	for _, key := range f.seeds() {
		if key != kept.claims.Subject {
			if err := os.Remove(f.seedPath(key)); err != nil {
				return f.unusable(err, f.seedPath(key))
			}
		}
	}
	return f.sweep()
}

// credentials is what credentials.json holds.
//
//	member  form
//	jwt     string    the NATS user JWT
//	pins    [string]  "sha256/" and base64
//	signer  string    a public nkey
type credentials struct {
	JWT    string   `json:"jwt"`
	Pins   []string `json:"pins"`
	Signer string   `json:"signer"`
}

// loaded is credentials that fit, with what their JWT says.
type loaded struct {
	wire.Credentials
	claims *jwt.UserClaims
}

func (f *Folder) load() (loaded, error) {
	path := filepath.Join(f.dir, credentialsFile)
	data, err := readBounded(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return loaded{}, f.unprovisioned()
	case err != nil:
		return loaded{}, f.unusable(err, path)
	}
	var c credentials
	if err := json.Unmarshal(data, &c, json.RejectUnknownMembers(true)); err != nil {
		return loaded{}, f.damaged(err, path)
	}
	return f.read(wire.Credentials(c))
}

// read looks whether c is whole, for this totem, and for a key that is here.
func (f *Folder) read(c wire.Credentials) (loaded, error) {
	path := filepath.Join(f.dir, credentialsFile)
	claims, err := jwt.DecodeUserClaims(c.JWT)
	if err != nil {
		return loaded{}, f.damaged(err, path)
	}
	if len(c.Pins) == 0 || !nkeys.IsValidPublicKey(c.Signer) || !nkeys.IsValidPublicUserKey(claims.Subject) {
		return loaded{}, f.damaged(errors.New("it names no pin, no signer or no key"), path)
	}
	office := officeOf(claims)
	if office != string(f.office) || claims.Name != string(f.totem) {
		return loaded{}, fault.New(fault.CodeIdentity, nil, "correct office and totem in totem.toml, or provision this device anew with --new-key",
			"the identity in %s is that of totem %s of office %s, not of totem %s of office %s", f.dir, cmp.Or(claims.Name, "?"), cmp.Or(office, "?"), f.totem, f.office)
	}
	seed, err := f.seed(claims.Subject)
	if err != nil {
		return loaded{}, err
	}
	clear(seed)
	return loaded{c, claims}, nil
}

// officeOf returns the office that credentials are for.
func officeOf(claims *jwt.UserClaims) string {
	for _, tag := range claims.Tags {
		if office, ok := strings.CutPrefix(tag, "office:"); ok {
			return office
		}
	}
	return ""
}

func (f *Folder) unprovisioned() error {
	return fault.New(fault.CodeUnprovisioned, nil, "have a token made with scheduler enrol, and run totem provision with it; tickets go on from the grant meanwhile",
		"this totem is not provisioned: %s holds no credentials", f.dir)
}

func (f *Folder) damaged(err error, path string) error {
	return fault.New(fault.CodeIdentity, err, "provision this totem anew, with --new-key and a new token", "the totem's identity %s is damaged", path)
}

func (f *Folder) unusable(err error, path string) error {
	remedy := "check the data partition and the owner of the folder"
	if errors.Is(err, fs.ErrPermission) {
		remedy = "give the folder and its files to the user that the totem runs as, and provision as that user"
	}
	return fault.New(fault.CodeIdentity, fault.Reason(err), remedy, "the totem's identity %s cannot be used", path)
}

// seeds returns the public halves of the keys in the folder, in order.
func (f *Folder) seeds() []string {
	paths, _ := filepath.Glob(filepath.Join(f.dir, "U*"+seedEnding)) // only a bad pattern is an error
	keys := make([]string, len(paths))
	for i, path := range paths {
		keys[i] = strings.TrimSuffix(filepath.Base(path), seedEnding)
	}
	return slices.Sorted(slices.Values(keys))
}

func (f *Folder) seedPath(key string) string { return filepath.Join(f.dir, key+seedEnding) }
