package identity_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"example.org/totem/internal/fault"
	"example.org/totem/sync/identity"
	"example.org/totem/sync/wire"
)

// issuer gives credentials as a scheduler does.
type issuer struct {
	account nkeys.KeyPair
	signer  string
}

func newIssuer(t *testing.T) issuer {
	t.Helper()
	account, err := nkeys.CreateAccount()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	public, err := signer.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return issuer{account, public}
}

func (i issuer) credentials(t *testing.T, office, totem, key string) wire.Credentials {
	t.Helper()
	claims := jwt.NewUserClaims(key)
	claims.Name = totem
	claims.Tags.Add("office:" + office)
	claims.Expires = time.Date(2026, 12, 21, 9, 0, 0, 0, time.UTC).Unix()
	token, err := claims.Encode(i.account)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Credentials{JWT: token, Pins: []string{"sha256/" + strings.Repeat("A", 43) + "="}, Signer: i.signer}
}

func folder(t *testing.T) (*identity.Folder, string) {
	dir := filepath.Join(t.TempDir(), "identity")
	return identity.Open(dir, "rm001", "t1"), dir
}

func madeKey(t *testing.T, f *identity.Folder, anew bool) string {
	t.Helper()
	key, err := f.Make(rand.Reader, anew)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// enrolled returns a folder with an identity in it.
func enrolled(t *testing.T) (f *identity.Folder, dir, key string, i issuer) {
	t.Helper()
	f, dir = folder(t)
	i, key = newIssuer(t), madeKey(t, f, false)
	if err := f.Keep(i.credentials(t, "rm001", "t1", key)); err != nil {
		t.Fatal(err)
	}
	return f, dir, key, i
}

func want(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if f := fault.Of(err); err == nil || f.Code != code || f.Remedy == "" {
		t.Errorf("%s: %v, want a fault %s", what, err, code)
	}
}

func TestATotemIsWhoItWasGivenToBe(t *testing.T) {
	f, dir, key, i := enrolled(t)
	again := identity.Open(dir, "rm001", "t1") // another process
	for _, f := range []*identity.Folder{f, again} {
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		if f.Key() != key || f.Signer() != i.signer || len(f.Pins()) != 1 {
			t.Errorf("%s, %s, %v", f.Key(), f.Signer(), f.Pins())
		}
		expires, err := f.Expires()
		if err != nil || !expires.Equal(time.Date(2026, 12, 21, 9, 0, 0, 0, time.UTC)) {
			t.Errorf("expires %v, %v", expires, err)
		}
		signature, err := f.Sign([]byte("nonce"))
		if err != nil {
			t.Fatal(err)
		}
		public, err := nkeys.FromPublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if err := public.Verify([]byte("nonce"), signature); err != nil {
			t.Error(err)
		}
	}
}

func TestOnlyItsOwnerCanReadTheKey(t *testing.T) {
	f, dir, key, _ := enrolled(t)
	path := filepath.Join(dir, key+".seed")
	for path, mode := range map[string]os.FileMode{path: 0o600, dir: 0o700} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("%s has the mode %v", path, got)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), strings.TrimSpace(string(seed))) {
		t.Error("the credentials hold the key")
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	want(t, "readable by a group", f.Check(), fault.CodeIdentity)
	if _, err := f.Sign([]byte("nonce")); err == nil {
		t.Error("signed with a key that others can read")
	}
	if _, err := f.Make(rand.Reader, false); err == nil {
		t.Error("the key is enrolled again though others can read it")
	}
	if next := madeKey(t, f, true); next == key {
		t.Error("the same key again")
	}
}

func TestAKeyThatWasTriedIsTriedAgain(t *testing.T) {
	f, dir := folder(t)
	want(t, "nothing there", f.Check(), fault.CodeUnprovisioned)
	key := madeKey(t, f, false)
	want(t, "a key alone", f.Check(), fault.CodeUnprovisioned)
	if again := madeKey(t, identity.Open(dir, "rm001", "t1"), false); again != key {
		t.Errorf("%s, then %s", key, again)
	}
	if f.Key() != "" {
		t.Errorf("a totem without credentials is %s", f.Key())
	}
}

func TestANewKeyTakesThePlaceOfTheOldOneOnlyWithItsCredentials(t *testing.T) {
	f, dir, old, i := enrolled(t)
	if key := madeKey(t, f, false); key != old {
		t.Errorf("another key without need: %s", key)
	}
	next := madeKey(t, f, true)
	if next == old || f.Key() != old || f.Check() != nil {
		t.Fatalf("the key is %s, of %s and %s", f.Key(), old, next)
	}
	if again := madeKey(t, f, true); again != next {
		t.Errorf("a third key: %s", again)
	}
	if err := f.Keep(i.credentials(t, "rm001", "t1", next)); err != nil {
		t.Fatal(err)
	}
	if f.Key() != next {
		t.Errorf("the key is %s", f.Key())
	}
	if _, err := os.Stat(filepath.Join(dir, old+".seed")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old key: %v", err)
	}
}

func TestWhatAPowerCutLeftOfASeedIsRemoved(t *testing.T) {
	i := newIssuer(t)
	f, dir := folder(t)
	key, err := f.Make(rand.Reader, false)
	if err != nil {
		t.Fatal(err)
	}
	old, fresh := filepath.Join(dir, ".draft-1"), filepath.Join(dir, ".draft-2")
	for path, age := range map[string]time.Duration{old: 2 * time.Hour, fresh: 0} {
		written := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, []byte("SU"), 0o600), os.Chtimes(path, written, written)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Keep(i.credentials(t, "rm001", "t1", key)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old draft: %v", err)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Errorf("a draft that another process may be writing: %v", err)
	}
}

func TestWhatIsNotForThisTotemIsNotKept(t *testing.T) {
	f, _, key, i := enrolled(t)
	before, err := f.JWT()
	if err != nil {
		t.Fatal(err)
	}
	other := madeKey(t, identity.Open(filepath.Join(t.TempDir(), "other"), "rm001", "t1"), false)
	bare := i.credentials(t, "rm001", "t1", key)
	bare.Pins = nil
	for what, c := range map[string]wire.Credentials{
		"another office":     i.credentials(t, "rm002", "t1", key),
		"another totem":      i.credentials(t, "rm001", "t2", key),
		"another key":        i.credentials(t, "rm001", "t1", other),
		"without a pin":      bare,
		"no JWT":             {JWT: "nonsense", Pins: []string{"sha256/"}, Signer: i.signer},
		"nothing whatsoever": {},
	} {
		want(t, what, f.Keep(c), fault.CodeIdentity)
	}
	if after, err := f.JWT(); err != nil || after != before {
		t.Errorf("the credentials have changed: %v", err)
	}
}

func TestAnIdentityThatCannotBeUsedSaysWhy(t *testing.T) {
	for what, spoil := range map[string]func(dir, key string) error{
		"credentials cut off": func(dir, _ string) error {
			return os.Truncate(filepath.Join(dir, "credentials.json"), 40)
		},
		"credentials empty": func(dir, _ string) error { return os.Truncate(filepath.Join(dir, "credentials.json"), 0) },
		"the key gone":      func(dir, key string) error { return os.Remove(filepath.Join(dir, key+".seed")) },
		"the key cut off":   func(dir, key string) error { return os.Truncate(filepath.Join(dir, key+".seed"), 20) },
		"the key empty":     func(dir, key string) error { return os.Truncate(filepath.Join(dir, key+".seed"), 0) },
		"a folder for a key": func(dir, key string) error {
			path := filepath.Join(dir, key+".seed")
			return errors.Join(os.Remove(path), os.Mkdir(path, 0o700))
		},
	} {
		f, dir, key, i := enrolled(t)
		if err := spoil(dir, key); err != nil {
			t.Fatal(err)
		}
		want(t, what, f.Check(), fault.CodeIdentity)
		if what == "a folder for a key" {
			continue // it stays in the way: nobody makes that by accident
		}
		next := madeKey(t, f, true)
		if err := f.Keep(i.credentials(t, "rm001", "t1", next)); err != nil || f.Check() != nil {
			t.Errorf("%s: a new key does not mend it: %v", what, err)
		}
	}
}

func TestTheFilesOfOneTotemMakeNoOther(t *testing.T) {
	_, dir, key, _ := enrolled(t)
	for _, other := range []*identity.Folder{identity.Open(dir, "rm002", "t1"), identity.Open(dir, "rm001", "t2")} {
		want(t, "a copied folder", other.Check(), fault.CodeIdentity)
		if _, err := other.Make(rand.Reader, false); err == nil {
			t.Error("the other's key is enrolled")
		}
		if next := madeKey(t, other, true); next == key {
			t.Error("the other's key is enrolled as a new one")
		}
	}
}

func TestWithoutItsPartitionNothingIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "mounted")
	_, err := identity.Open(filepath.Join(dir, "identity"), "rm001", "t1").Make(rand.Reader, false)
	want(t, "no data folder", err, fault.CodeIdentity)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}
