package sealed_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"os"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
)

// pair returns a private key and its public one.
func pair(t testing.TB) (private, public []byte) {
	t.Helper()
	private, err := sealed.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err = sealed.PublicKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return private, public
}

func seal(t testing.TB, public []byte, office booking.OfficeID, totem booking.TotemID, plain []byte) []byte {
	t.Helper()
	closed, err := sealed.Seal(public, office, totem, plain)
	if err != nil {
		t.Fatal(err)
	}
	return closed
}

func TestWhatIsSealedOpensForItsKeyAlone(t *testing.T) {
	private, public := pair(t)
	other, _ := pair(t)
	rapid.Check(t, func(r *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(r, "plain")
		closed := seal(t, public, "rm001", "t1", plain)
		if len(closed) != len(plain)+sealed.Overhead || len(plain) > 8 && bytes.Contains(closed, plain) {
			r.Fatalf("%d bytes became %d", len(plain), len(closed))
		}
		if again := seal(t, public, "rm001", "t1", plain); bytes.Equal(again, closed) {
			r.Fatal("sealed twice, it looks the same")
		}
		if got, err := sealed.Open(private, "rm001", "t1", closed); err != nil || !bytes.Equal(got, plain) {
			r.Fatalf("%x, %v", got, err)
		}
		if got, err := sealed.Open(other, "rm001", "t1", closed); err == nil || got != nil {
			r.Fatal("another key opens it")
		}
	})
}

func TestWhatIsSealedIsBoundToItsOfficeAndTotem(t *testing.T) {
	private, public := pair(t)
	closed := seal(t, public, "rm001", "t1", []byte("+393331234567"))
	for _, as := range []struct {
		office booking.OfficeID
		totem  booking.TotemID
	}{{"rm002", "t1"}, {"rm001", "t2"}, {"rm001", ""}, {"", "t1"}, {"rm00", "1t1"}, {"rm001t", "1"}, {"rm001/t1", ""}} {
		if got, err := sealed.Open(private, as.office, as.totem, closed); err == nil {
			t.Errorf("%s of %s opens it: %s", as.totem, as.office, got)
		}
	}
}

func TestAByteThatChangedOrIsMissingIsNoticedAndNothingTold(t *testing.T) {
	private, public := pair(t)
	const secret = "+393331234567"
	closed := seal(t, public, "rm001", "t1", []byte(secret))
	refused := func(what string, changed []byte) {
		t.Helper()
		got, err := sealed.Open(private, "rm001", "t1", changed)
		if err == nil || got != nil {
			t.Errorf("%s: opened", what)
		} else if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), hex.EncodeToString(closed[:8])) {
			t.Errorf("%s: told: %v", what, err)
		}
	}
	for i := range closed {
		for _, bit := range []byte{1, 0x80} { // 0x80 of the key's last byte is a bit that the curve does not read
			changed := bytes.Clone(closed)
			changed[i] ^= bit
			refused("a bit", changed)
		}
	}
	for n := range closed {
		refused("cut short", closed[:n])
	}
	refused("longer", append(bytes.Clone(closed), 0))
	refused("a key of zeroes", append(make([]byte, sealed.KeySize), closed[sealed.KeySize:]...))
}

func TestAKeyThatIsNoneIsRefused(t *testing.T) {
	for _, n := range []int{0, 31, 33, 64} {
		if _, err := sealed.Seal(make([]byte, n), "rm001", "t1", nil); err == nil {
			t.Errorf("sealed to a public key of %d bytes", n)
		}
		if _, err := sealed.PublicKey(make([]byte, n)); err == nil {
			t.Errorf("a private key of %d bytes", n)
		}
		if _, err := sealed.Open(make([]byte, n), "rm001", "t1", make([]byte, 100)); err == nil {
			t.Errorf("opened with %d bytes", n)
		}
	}
	if _, err := sealed.Seal(make([]byte, sealed.KeySize), "rm001", "t1", nil); err == nil {
		t.Error("sealed to a point of low order: everybody could open it")
	}
}

// TestTheSuiteIsTheOneOfRFC9180 takes the recipient's keys from appendix A.2.1 of the RFC, and the suite by its numbers.
func TestTheSuiteIsTheOneOfRFC9180(t *testing.T) {
	private := unhex(t, "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
	public := unhex(t, "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
	if got, err := sealed.PublicKey(private); err != nil || !bytes.Equal(got, public) {
		t.Fatalf("%x, %v", got, err)
	}
	// As another program of the RFC would read what Seal wrote, by the numbers of its registry.
	kem, err := hpke.NewKEM(0x0020)
	if err != nil {
		t.Fatal(err)
	}
	kdf, err := hpke.NewKDF(0x0001)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := hpke.NewAEAD(0x0003)
	if err != nil {
		t.Fatal(err)
	}
	key, err := kem.NewPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	closed := seal(t, public, "rm001", "t1", []byte("once"))
	got, err := hpke.Open(key, kdf, aead, []byte("totem.contact.v1\x00rm001/t1"), closed)
	if err != nil || string(got) != "once" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ecdh.X25519().NewPublicKey(closed[:sealed.KeySize]); err != nil {
		t.Errorf("it does not begin with a key: %v", err)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTheProtocolPageShowsAContactThatOpens is the known answer: sealed once, and opened for ever.
func TestTheProtocolPageShowsAContactThatOpens(t *testing.T) {
	data, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	one := func(pattern string) string {
		t.Helper()
		m := regexp.MustCompile(pattern).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("nothing on the page is %s", pattern)
		}
		return m[1]
	}
	private := unbase64(t, one("whose private half is\n`([A-Za-z0-9_-]+)`"))
	if public, err := sealed.PublicKey(private); err != nil || !bytes.Equal(public, unbase64(t, one(`"key": "([A-Za-z0-9_-]{43})", "before"`))) {
		t.Errorf("the office's key is not its public half (%v): %s", err, base64.RawURLEncoding.EncodeToString(public))
	}
	closed := unbase64(t, one(`"sealed": "([A-Za-z0-9_-]+)"`))
	plain, err := sealed.Open(private, "rm001", "t1", closed)
	if err != nil {
		t.Fatal(err)
	}
	got, err := wire.DecodeConsent(plain)
	if err != nil {
		t.Fatal(err)
	}
	shown := one("(?s)```json\n(\\{\"version\": 2, \"kind\": \"consent\".*?)\n```")
	want, err := wire.DecodeConsent(append([]byte(shown), bytes.Repeat([]byte(" "), wire.ConsentSize-len(shown))...))
	if err != nil || got != want {
		t.Errorf("sealed is %+v,\nshown is  %+v, %v", got, want, err)
	}
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestASealedConsentHasTheLengthThatAContactMessageWants(t *testing.T) {
	_, public := pair(t)
	if n := len(seal(t, public, "rm001", "t1", make([]byte, wire.ConsentSize))); n != wire.SealedContact {
		t.Errorf("%d bytes, and a contact message wants %d", n, wire.SealedContact)
	}
}

// FuzzOpen holds that nothing opens but what was sealed, whatever comes.
func FuzzOpen(f *testing.F) {
	private := sha256.Sum256([]byte("for tests"))
	public, err := sealed.PublicKey(private[:])
	if err != nil {
		f.Fatal(err)
	}
	right := seal(f, public, "rm001", "t1", []byte("once"))
	f.Add(right)
	f.Add([]byte{})
	f.Add(right[:sealed.KeySize])
	f.Add(make([]byte, len(right)))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := sealed.Open(private[:], "rm001", "t1", data)
		// Every process of the fuzzer has sealed it anew: which bytes are right it cannot say, but what is in them.
		if err == nil && string(got) != "once" || err != nil && got != nil {
			t.Fatalf("%d bytes gave %q, %v", len(data), got, err)
		}
	})
}
