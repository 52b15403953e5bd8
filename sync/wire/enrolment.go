package wire

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Bounds of what an enrolment carries, in bytes.
const (
	maxToken = 64
	maxJWT   = 4 << 10
	maxPins  = 4

	keyLength = 56 // characters of a public nkey
	pinPrefix = "sha256/"
	pinLength = 32 // bytes of a SHA-256
)

// enrolBody asks for the first credentials.
//
//	member  form             meaning
//	token   printable bytes  1 to 64: the one-time token as it was typed
//	key     public nkey      56 characters of base32, from U on
type enrolBody struct {
	Token string `json:"token"`
	Key   string `json:"key"`
}

func enrolOf(e Enrol) (enrolBody, error) { return enrolBody(e), nil }

func (b enrolBody) message() (Enrol, error) {
	if b.Token == "" || len(b.Token) > maxToken || !plain(b.Token) {
		return Enrol{}, fmt.Errorf(`member "token": want 1 to %d bytes of printable text`, maxToken)
	}
	if err := checkUserKey(b.Key); err != nil {
		return Enrol{}, err
	}
	return Enrol(b), nil
}

// renewBody asks for fresh credentials; key is as in an enrolBody.
type renewBody struct {
	Key string `json:"key"`
}

func renewOf(r Renew) (renewBody, error) { return renewBody(r), nil }

func (b renewBody) message() (Renew, error) {
	if err := checkUserKey(b.Key); err != nil {
		return Renew{}, err
	}
	return Renew(b), nil
}

// credentialsBody answers both.
//
//	member  form             meaning
//	jwt     printable bytes  1 to 4096: the NATS user JWT
//	pins    [pin]            1 to 4: "sha256/" and 44 characters of base64, the SHA-256 of a TLS key's SPKI
//	signer  public nkey      56 characters of base32: who signs the time
type credentialsBody struct {
	JWT    string   `json:"jwt"`
	Pins   []string `json:"pins"`
	Signer string   `json:"signer"`
}

func credentialsOf(c Credentials) (credentialsBody, error) { return credentialsBody(c), nil }

func (b credentialsBody) message() (Credentials, error) {
	switch {
	case b.JWT == "" || len(b.JWT) > maxJWT || !plain(b.JWT):
		return Credentials{}, fmt.Errorf(`member "jwt": want 1 to %d bytes of printable text`, maxJWT)
	case len(b.Pins) == 0 || len(b.Pins) > maxPins:
		return Credentials{}, fmt.Errorf(`member "pins": %d, want 1 to %d`, len(b.Pins), maxPins)
	case !isNKey(b.Signer):
		return Credentials{}, errors.New(`member "signer": no public nkey`)
	}
	for i, pin := range b.Pins {
		text, ok := strings.CutPrefix(pin, pinPrefix)
		// The decoder skips line ends: only the length shows them.
		sum, err := base64.StdEncoding.Strict().DecodeString(text)
		if !ok || err != nil || len(sum) != pinLength || len(text) != base64.StdEncoding.EncodedLen(pinLength) {
			return Credentials{}, fmt.Errorf(`member "pins/%d": want %s and %d bytes in base64`, i, pinPrefix, pinLength)
		}
	}
	return Credentials(b), nil
}

func checkUserKey(key string) error {
	if !isNKey(key) || key[0] != 'U' {
		return errors.New(`member "key": no public user nkey`)
	}
	return nil
}

// isNKey reports whether key has the form of a public nkey. Who uses it finds out whether its checksum fits.
func isNKey(key string) bool {
	return len(key) == keyLength && strings.Trim(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}
