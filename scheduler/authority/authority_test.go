package authority_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/wire"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func made(t *testing.T) (*authority.Authority, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "identity")
	if err := authority.Init(dir, rand.Reader); err != nil {
		t.Fatal(err)
	}
	a, err := authority.Open(dir, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return a, dir
}

func device(t *testing.T) string {
	t.Helper()
	pair, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	key, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKeysAreMadeOnceForTheirOwnerAlone(t *testing.T) {
	_, dir := made(t)
	path := filepath.Join(dir, "authority.json")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{dir: 0o700, path: 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err := authority.Init(dir, rand.Reader); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("changed: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.new")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestKeysThatCannotBeDrawnLeaveNothingBehind(t *testing.T) {
	dir := t.TempDir()
	if err := authority.Init(dir, strings.NewReader("short")); err == nil {
		t.Fatal("made of nothing")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestKeysThatAreMissingOrDamagedAreToldWithoutWhatIsInThem(t *testing.T) {
	if _, err := authority.Open(t.TempDir(), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	_, dir := made(t)
	path := filepath.Join(dir, "authority.json")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	seed := regexp.MustCompile(`S[OAU][A-Z2-7]{56}`)
	operator := string(seed.Find(good))
	for name, text := range map[string]string{
		"empty":           "",
		"cut off":         string(good[:len(good)-20]),
		"another form":    `{"operator":"` + operator + `","more":1}`,
		"a broken seed":   strings.Replace(string(good), operator, operator[:30]+strings.Repeat("A", 28), 1),
		"another's place": strings.Replace(string(good), operator, string(seed.FindAll(good, 2)[1]), 1),
		"no TLS key":      regexp.MustCompile(`"tls":\[.*\]`).ReplaceAllString(string(good), `"tls":[]`),
		"half a TLS key":  regexp.MustCompile(`"key":"[^"]*"`).ReplaceAllString(string(good), `"key":"AAAA"`),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := authority.Open(dir, nil)
		if f := fault.Of(err); err == nil || f.Code != fault.CodeCentralStore || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && seed.MatchString(err.Error()) {
			t.Errorf("%s: a seed is told: %v", name, err)
		}
	}
}

func TestCredentialsAreForOneKeyOfOneTotemForThirtyDays(t *testing.T) {
	a, dir := made(t)
	key := device(t)
	c, err := a.Credentials("valfiorita-anagrafe", "ingresso", key)
	if err != nil {
		t.Fatal(err)
	}
	user, err := jwt.DecodeUserClaims(c.JWT)
	if err != nil {
		t.Fatal(err)
	}
	if user.Subject != key || user.Name != "ingresso" || !user.Tags.Contains("office:valfiorita-anagrafe") || len(user.Tags) != 1 {
		t.Errorf("for %s, %s, %v", user.Subject, user.Name, user.Tags)
	}
	if got := time.Unix(user.Expires, 0).Sub(noon); got != 30*24*time.Hour || user.NotBefore != 0 {
		t.Errorf("for %s, from %d", got, user.NotBefore)
	}
	if !user.HasEmptyPermissions() || user.BearerToken || user.IssuerAccount != a.Totems() {
		t.Errorf("rights of its own: %+v", user.User)
	}
	message, err := wire.Encode(wire.Newest, c)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := wire.Decode[wire.Credentials](message); err != nil || !cmp.Equal(again, c) {
		t.Errorf("over the wire: %+v, %v", again, err)
	}
	reopened, err := authority.Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(reopened.Pins(), c.Pins) || reopened.Signer() != c.Signer || reopened.Totems() != a.Totems() {
		t.Error("another authority after opening it again")
	}
}

func TestNoCredentialsAreMadeForWhatCouldMeanMoreThanOneTotem(t *testing.T) {
	a, _ := made(t)
	for _, c := range []struct{ office, totem, key string }{
		{"*", "ingresso", device(t)}, {"valfiorita-anagrafe", ">", device(t)}, {"valfiorita.anagrafe", "ingresso", device(t)},
		{"Valfiorita", "ingresso", device(t)}, {"", "ingresso", device(t)}, {"valfiorita-anagrafe", "", device(t)},
		{"stranger", "ingresso", device(t)},
		{"valfiorita-anagrafe", "ingresso", ""}, {"valfiorita-anagrafe", "ingresso", a.System()},
	} {
		if got, err := a.Credentials(booking.OfficeID(c.office), booking.TotemID(c.totem), c.key); err == nil {
			t.Errorf("%q %q %q: %+v", c.office, c.totem, c.key, got)
		}
	}
}

func TestTheAccountsLetTotemsAndStrangersSayWhatTheProtocolSaysAndNoMore(t *testing.T) {
	a, _ := made(t)
	lost := device(t)
	accounts, err := a.Accounts([]string{lost, "no key"})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]*jwt.AccountClaims{}
	for key, token := range accounts {
		claims, err := jwt.DecodeAccountClaims(token)
		if err != nil || claims.Subject != key {
			t.Fatal(key, err)
		}
		issues := jwt.CreateValidationResults()
		if claims.Validate(issues); len(issues.Issues) > 0 {
			t.Errorf("%s: %v", claims.Name, issues.Issues[0])
		}
		names[claims.Name] = claims
	}
	totems := names["TOTEMS"]
	scope, ok := totems.SigningKeys.GetScope(totems.SigningKeys.Keys()[0])
	if !ok || len(totems.SigningKeys) != 1 {
		t.Fatal("not one scope")
	}
	template := scope.(*jwt.UserScope).Template
	want := jwt.Permissions{
		Pub: jwt.Permission{Allow: jwt.StringList{"up.v1.{{tag(office)}}.{{name()}}.facts", "rq.v1.{{tag(office)}}.{{name()}}.*"}},
		Sub: jwt.Permission{Allow: jwt.StringList{"dn.v1.{{tag(office)}}.>", "_INBOX.{{tag(office)}}.{{name()}}.>"}},
	}
	if diff := cmp.Diff(want, template.Permissions); diff != "" {
		t.Errorf("template: %s", diff)
	}
	if !totems.Limits.DisallowBearer || totems.Limits.JetStreamLimits.DiskStorage != 0 || names["STRANGERS"].Limits.JetStreamLimits.DiskStorage != 0 {
		t.Error("totems may come as bearers, or have JetStream")
	}
	if !totems.Revocations.IsRevoked(lost, noon.AddDate(500, 0, 0)) || len(totems.Revocations) != 1 {
		t.Errorf("revoked: %v", totems.Revocations)
	}
	if again, err := authority.Revoked(accounts[a.Totems()]); err != nil || !cmp.Equal(again, []string{lost}) {
		t.Errorf("read back: %v, %v", again, err)
	}
	for name, subjects := range map[string][]string{"TOTEMS": {"dn.v1.>", "rq.v1.>", "up.v1.>"}, "STRANGERS": {"rq.v1.*.*.enrol", "rq.v1.*.*.renew"}, "SYS": nil, "SCHEDULER": nil} {
		var got []string
		for _, i := range names[name].Imports {
			got = append(got, string(i.Subject))
		}
		slices.Sort(got)
		if diff := cmp.Diff(subjects, got); diff != "" {
			t.Errorf("imports of %s: %s", name, diff)
		}
	}
}

func TestWhatIsSignedIsKnownByTheSignerOfTheCredentials(t *testing.T) {
	a, _ := made(t)
	signature, err := a.Sign([]byte("noon"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := nkeys.FromPublicKey(a.Signer())
	if err != nil {
		t.Fatal(err)
	}
	if err := signer.Verify([]byte("noon"), signature); err != nil || len(signature) != 64 {
		t.Errorf("%v, %d bytes", err, len(signature))
	}
	if signer.Verify([]byte("one"), signature) == nil {
		t.Error("another word passes")
	}
}

func TestTheServersKeyIsTheOneThatIsPinnedFirst(t *testing.T) {
	a, _ := made(t)
	leaf, err := x509.ParseCertificate(a.ServerTLS().Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	pins := a.Pins()
	if len(pins) != 2 || pins[0] != "sha256/"+base64.StdEncoding.EncodeToString(hash[:]) || pins[1] == pins[0] {
		t.Errorf("pins %v", pins)
	}
	for _, pin := range pins {
		if err := authority.CheckPin(pin); err != nil {
			t.Error(err)
		}
	}
	for _, pin := range []string{"", "sha256/", pins[0][7:], pins[0] + "A", "sha1/" + pins[0][7:]} {
		if authority.CheckPin(pin) == nil {
			t.Errorf("%q is taken for a pin", pin)
		}
	}
}

func TestTheConfigurationOfAServerHoldsNoSecret(t *testing.T) {
	a, dir := made(t)
	text, err := a.ServerConfig()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "authority.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range regexp.MustCompile(`S[OAU][A-Z2-7]{56}`).FindAllString(string(kept), -1) {
		if strings.Contains(text, secret) {
			t.Error("a seed is in it")
		}
	}
	if strings.Contains(text, "PRIVATE") {
		t.Error("a key is in it")
	}
	out := filepath.Join(t.TempDir(), "server")
	if err := a.ServerFiles(out); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(out, authority.KeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
	if err := a.ServerFiles(out); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written over: %v", err)
	}
}
