package authority

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nkeys"

	"example.org/totem/internal/fault"
)

// fileName is the one file of the directory.
const fileName = "authority.json"

// file is the file's form. Whatever is a seed or a key is secret.
type file struct {
	Operator  string        `json:"operator"`  // seed
	System    string        `json:"system"`    // seed of the account SYS
	Scheduler string        `json:"scheduler"` // seed of the account SCHEDULER
	Totems    string        `json:"totems"`    // public key of the account TOTEMS; its seed signs nothing and is not kept
	Stamp     string        `json:"stamp"`     // seed of the key that makes users of TOTEMS, by its template
	Strangers string        `json:"strangers"` // seed of the account STRANGERS
	Signer    string        `json:"signer"`    // seed of the key that signs the time
	TLS       []certificate `json:"tls"`       // in use, and to come
}

// keys are the keys of a file.
type keys struct {
	operator, system, scheduler, stamp, strangers, signer nkeys.KeyPair
	totems                                                string
}

// Init draws all keys from random, a cryptographic source, and keeps them durably in dir, which it makes if it is
// missing. Where keys are already it changes nothing, and the error is fs.ErrExist.
func Init(dir string, random io.Reader) error {
	if err := initialise(dir, random); err != nil {
		return fmt.Errorf("make the scheduler's identity: %w", err)
	}
	return nil
}

func initialise(dir string, random io.Reader) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := missing(dir, fileName); err != nil {
		return err
	}
	kept, err := draw(random)
	if err != nil {
		return err
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return writeDurable(dir, fileName, append(text, '\n'))
}

// missing returns an error, fs.ErrExist, if there is a file of that name.
func missing(dir, name string) error {
	path := filepath.Join(dir, name)
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return &fs.PathError{Op: "make", Path: path, Err: fs.ErrExist}
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// draw draws all keys anew.
func draw(random io.Reader) (f file, err error) {
	var totems string
	for _, one := range []struct {
		seed *string
		kind nkeys.PrefixByte
	}{
		{&f.Operator, nkeys.PrefixByteOperator},
		{&f.System, nkeys.PrefixByteAccount},
		{&f.Scheduler, nkeys.PrefixByteAccount},
		{&totems, nkeys.PrefixByteAccount},
		{&f.Stamp, nkeys.PrefixByteAccount},
		{&f.Strangers, nkeys.PrefixByteAccount},
		{&f.Signer, nkeys.PrefixByteUser},
	} {
		pair, err := nkeys.CreatePairWithRand(one.kind, random)
		if err != nil {
			return file{}, err
		}
		seed, err := pair.Seed()
		if err != nil {
			return file{}, err
		}
		*one.seed = string(seed)
	}
	account, err := nkeys.FromSeed([]byte(totems))
	if err != nil {
		return file{}, err
	}
	f.Totems = public(account)
	for range 2 {
		c, err := newCertificate(random)
		if err != nil {
			return file{}, err
		}
		f.TLS = append(f.TLS, c)
	}
	return f, nil
}

// parse reads the seeds, and checks what kind of key each is.
func (f file) parse() (k keys, err error) {
	for _, one := range []struct {
		name, seed string
		pair       *nkeys.KeyPair
		valid      func(string) bool
	}{
		{"operator", f.Operator, &k.operator, nkeys.IsValidPublicOperatorKey},
		{"system", f.System, &k.system, nkeys.IsValidPublicAccountKey},
		{"scheduler", f.Scheduler, &k.scheduler, nkeys.IsValidPublicAccountKey},
		{"stamp", f.Stamp, &k.stamp, nkeys.IsValidPublicAccountKey},
		{"strangers", f.Strangers, &k.strangers, nkeys.IsValidPublicAccountKey},
		{"signer", f.Signer, &k.signer, nkeys.IsValidPublicUserKey},
	} {
		pair, err := nkeys.FromSeed([]byte(one.seed))
		if err != nil {
			return keys{}, fmt.Errorf("seed %s: %w", one.name, err)
		}
		if key, err := pair.PublicKey(); err != nil || !one.valid(key) {
			return keys{}, errors.Join(fmt.Errorf("seed %s is of another kind of key", one.name), err)
		}
		*one.pair = pair
	}
	if k.totems = f.Totems; !nkeys.IsValidPublicAccountKey(k.totems) {
		return keys{}, errors.New("key totems is of another kind")
	}
	return k, nil
}

func read(dir string) (f file, err error) {
	text, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		return file{}, fmt.Errorf("read the scheduler's identity: %w", err)
	}
	if err := json.Unmarshal(text, &f, json.RejectUnknownMembers(true)); err != nil {
		return file{}, damaged(errors.New("it is not JSON of the expected form"), dir) // the cause would quote seeds
	}
	return f, nil
}

func damaged(err error, dir string) error {
	return fault.New(fault.CodeCentralStore, err,
		"put the file back from a copy; if there is none, make a new identity in an empty directory, restore the ledger there, and enrol every totem anew",
		"the scheduler's identity %s is damaged", filepath.Join(dir, fileName))
}

// writeDurable makes a file that its owner alone can read: whole and synced, or not at all.
func writeDurable(dir, name string, data []byte) error {
	f, err := os.CreateTemp(dir, name+".*.new") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
