package natslink_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// guarded is a NATS server that lets in whom an operator's keys have signed, and everybody else as a stranger.
type guarded struct {
	*server.Server
	url     string
	pin     string
	conn    *nats.Conn // the scheduler's
	account *jwt.AccountClaims
	signing struct{ operator, account, totems, time nkeys.KeyPair }
}

func pair(t *testing.T, create func() (nkeys.KeyPair, error)) (nkeys.KeyPair, string) {
	t.Helper()
	kp, err := create()
	if err != nil {
		t.Fatal(err)
	}
	public, err := kp.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return kp, public
}

func encode(t *testing.T, claims jwt.Claims, by nkeys.KeyPair) string {
	t.Helper()
	token, err := claims.Encode(by)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// certificate returns a TLS key and its pin.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// Expired long ago, for another name: only the key counts.
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"elsewhere"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
}

func startGuarded(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{}
	var operator, account, totems, system string
	g.signing.operator, operator = pair(t, nkeys.CreateOperator)
	g.signing.account, account = pair(t, nkeys.CreateAccount)
	g.signing.totems, totems = pair(t, nkeys.CreateAccount)
	g.signing.time, _ = pair(t, nkeys.CreateUser)
	_, system = pair(t, nkeys.CreateAccount)
	trusted := jwt.NewOperatorClaims(operator)
	trusted.SystemAccount = system
	encode(t, trusted, g.signing.operator)

	g.account = jwt.NewAccountClaims(account)
	g.account.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: -1, DiskStorage: -1, Streams: -1, Consumer: -1}
	scope := jwt.NewUserScope()
	scope.Key, scope.Role = totems, "totem"
	scope.Template.Permissions = jwt.Permissions{
		Pub: jwt.Permission{Allow: jwt.StringList{"up.v1.{{tag(office)}}.{{name()}}.>", "rq.v1.{{tag(office)}}.{{name()}}.>"}},
		Sub: jwt.Permission{Allow: jwt.StringList{"dn.v1.{{tag(office)}}.>", "_INBOX.{{tag(office)}}.{{name()}}.>"}},
	}
	g.account.SigningKeys.AddScopedSigner(scope)

	_, nobody := pair(t, nkeys.CreateUser)
	stranger := jwt.NewUserClaims(nobody)
	stranger.BearerToken = true
	stranger.Permissions = jwt.Permissions{
		Pub: jwt.Permission{Allow: jwt.StringList{"rq.v1.*.*.enrol", "rq.v1.*.*.renew"}},
		Sub: jwt.Permission{Allow: jwt.StringList{wire.StrangerInbox + ".>"}},
	}
	resolver := &server.MemAccResolver{}
	cert, pin := certificate(t)
	opts := &server.Options{
		Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}, TLSHandshakeFirst: true, TLSTimeout: 10,
		TrustedOperators: []*jwt.OperatorClaims{trusted}, AccountResolver: resolver, SystemAccount: system,
		DefaultSentinel: encode(t, stranger, g.signing.account),
	}
	for claims, key := range map[*jwt.AccountClaims]string{g.account: account, jwt.NewAccountClaims(system): system} {
		if err := resolver.Store(key, encode(t, claims, g.signing.operator)); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if g.Server, err = server.NewServer(opts); err != nil {
		t.Fatal(err)
	}
	g.Start()
	if !g.ReadyForConnections(patience) {
		t.Fatal("the NATS server does not start")
	}
	t.Cleanup(func() { stop(g.Server) })
	g.pin, g.url = pin, "tls://"+g.Addr().String()

	me, public := pair(t, nkeys.CreateUser)
	token := encode(t, jwt.NewUserClaims(public), g.signing.account)
	g.conn, err = nats.Connect("", nats.InProcessServer(g.Server), nats.UserJWT(func() (string, error) { return token, nil }, me.Sign))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.conn.Close)
	return g
}

// credentials returns what a totem's key is given until a moment, the zero one for ever.
func (g *guarded) credentials(t *testing.T, who booking.TotemID, key string, until time.Time) wire.Credentials {
	t.Helper()
	claims := jwt.NewUserClaims(key)
	claims.Name, claims.IssuerAccount = string(who), g.account.Subject
	claims.Tags.Add("office:" + string(office))
	claims.SetScoped(true)
	if !until.IsZero() {
		claims.Expires = until.Unix()
	}
	signer, err := g.signing.time.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return wire.Credentials{JWT: encode(t, claims, g.signing.totems), Pins: []string{g.pin}, Signer: signer}
}

// revoke lets the server know that a key is not believed any more.
func (g *guarded) revoke(t *testing.T, key string) {
	t.Helper()
	g.account.Revoke(key)
	account, err := g.LookupAccount(g.account.Subject)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := jwt.DecodeAccountClaims(encode(t, g.account, g.signing.operator))
	if err != nil {
		t.Fatal(err)
	}
	g.UpdateAccountClaims(account, claims)
}

// identity is a totem's identity in memory.
type identity struct {
	pair   nkeys.KeyPair
	public string
	kept   chan wire.Credentials // what Keep was given; must be read

	mu  sync.Mutex
	now wire.Credentials
	err error
}

var _ natslink.Identity = (*identity)(nil)

func newIdentity(t *testing.T) *identity {
	t.Helper()
	id := &identity{kept: make(chan wire.Credentials, 16)}
	id.pair, id.public = pair(t, nkeys.CreateUser)
	return id
}

func (id *identity) set(c wire.Credentials, err error) {
	id.mu.Lock()
	defer id.mu.Unlock()
	id.now, id.err = c, err
}

func (id *identity) get() (wire.Credentials, error) {
	id.mu.Lock()
	defer id.mu.Unlock()
	return id.now, id.err
}

func (id *identity) JWT() (string, error) { c, err := id.get(); return c.JWT, err }

func (id *identity) Sign(nonce []byte) ([]byte, error) { return id.pair.Sign(nonce) }

func (id *identity) Key() string { return id.public }

func (id *identity) Pins() []string { c, _ := id.get(); return c.Pins }

func (id *identity) Signer() string { c, _ := id.get(); return c.Signer }

func (id *identity) Keep(c wire.Credentials) error {
	id.set(c, nil)
	id.kept <- c
	return nil
}
