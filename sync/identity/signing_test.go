package identity_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/nkeys"

	"example.org/totem/internal/fault"
)

func TestTheKeySignsWithoutLeavingItsFile(t *testing.T) {
	f, dir, key, _ := enrolled(t)
	signer, err := f.SigningKey()
	if err != nil {
		t.Fatal(err)
	}
	public, ok := signer.Public().(ed25519.PublicKey)
	if named, err := nkeys.Encode(nkeys.PrefixByteUser, public); !ok || err != nil || string(named) != key {
		t.Fatalf("the public half is %s, of %s: %v", named, key, err)
	}
	message := []byte("a message of any length")
	signature, err := signer.Sign(nil, message, crypto.Hash(0))
	if err != nil || !ed25519.Verify(public, message, signature) {
		t.Errorf("the signature is not good: %v", err)
	}
	if _, err := signer.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil {
		t.Error("signed a hash as if it were a message")
	}
	path := filepath.Join(dir, key+".seed")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	_, err = signer.Sign(nil, message, crypto.Hash(0))
	want(t, "readable by a group", err, fault.CodeIdentity)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = signer.Sign(nil, message, crypto.Hash(0))
	want(t, "the key gone", err, fault.CodeIdentity)
}

func TestTheKeyMakesACertificate(t *testing.T) {
	f, _, _, _ := enrolled(t)
	signer, err := f.SigningKey()
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(nil, template, template, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x509.ParseCertificate(der); err != nil {
		t.Error(err)
	}

}

func TestASignerStopsWhenAnotherKeyTakesThePlaceOfItsOwn(t *testing.T) {
	f, _, _, i := enrolled(t)
	old, err := f.SigningKey()
	if err != nil {
		t.Fatal(err)
	}
	next := madeKey(t, f, true)
	if err := f.Keep(i.credentials(t, "rm001", "t1", next)); err != nil {
		t.Fatal(err)
	}
	_, err = old.Sign(nil, []byte("message"), crypto.Hash(0))
	want(t, "the old key", err, fault.CodeIdentity)
	now, err := f.SigningKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := now.Sign(nil, []byte("message"), crypto.Hash(0)); err != nil {
		t.Error(err)
	}
}

func TestAnUnprovisionedTotemHasNoSigningKey(t *testing.T) {
	f, _ := folder(t)
	_, err := f.SigningKey()
	want(t, "nothing there", err, fault.CodeUnprovisioned)
}
