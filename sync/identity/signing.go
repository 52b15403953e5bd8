package identity

import (
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"

	"github.com/nats-io/nkeys"
)

// SigningKey returns the key in force as a signer, for certificates and for proofs that other totems check, or Check's
// fault. The private half stays in its file: it is read for each signature, and cleared from memory after it. So the
// signer's errors are faults, and it refuses once another key has taken the place of this one.
func (f *Folder) SigningKey() (crypto.Signer, error) {
	c, err := f.load()
	if err != nil {
		return nil, err
	}
	public, err := nkeys.Decode(nkeys.PrefixByteUser, []byte(c.claims.Subject))
	if err != nil {
		return nil, f.damaged(err, f.seedPath(c.claims.Subject))
	}
	return signingKey{f, c.claims.Subject, public}, nil
}

// signingKey signs by a key of the folder. It holds nothing secret.
type signingKey struct {
	folder *Folder
	key    string
	public ed25519.PublicKey
}

// Public implements [crypto.Signer].
func (k signingKey) Public() crypto.PublicKey { return k.public }

// Sign implements [crypto.Signer] for whole messages: Ed25519 hashes by itself, and draws nothing at random.
func (k signingKey) Sign(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts != nil && opts.HashFunc() != crypto.Hash(0) {
		return nil, errors.New("sign with the totem's key: it signs messages, not hashes")
	}
	return k.folder.signBy(k.key, message)
}

// signBy returns the signature of message by a key of the folder.
func (f *Folder) signBy(key string, message []byte) ([]byte, error) {
	seed, err := f.seed(key)
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	pair, err := nkeys.FromSeed(seed)
	if err != nil {
		return nil, f.damaged(err, f.seedPath(key))
	}
	defer pair.Wipe()
	signature, err := pair.Sign(message)
	if err != nil {
		return nil, fmt.Errorf("sign with the totem's key: %w", err)
	}
	return signature, nil
}
