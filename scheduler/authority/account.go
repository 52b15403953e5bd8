package authority

import (
	"fmt"
	"math"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"example.org/totem/sync/wire"
)

// officeTag is the tag of a totem's JWT that names its office. Tags are lower case, as all our identifiers are.
const officeTag = "office"

// Limits of one connection. The longest message of a totem is a page of a merge.
const (
	totemSubscriptions = 20
	totemPayload       = 1 << 20
	strangerPayload    = 1 << 10
	strangers          = 256 // connections at the same time, on all servers
)

// forGood is the time of a revocation. A key that is revoked is never believed again, whenever its JWT was made.
const forGood = math.MaxInt32 * 1000

// Operator returns the claims of the operator whom the servers trust, and their JWT.
func (a *Authority) Operator() (*jwt.OperatorClaims, string, error) {
	claims := jwt.NewOperatorClaims(public(a.keys.operator))
	claims.Name = "totem"
	claims.SystemAccount = a.System()
	token, err := claims.Encode(a.keys.operator)
	if err != nil {
		return nil, "", fmt.Errorf("make the operator's claims: %w", err)
	}
	return claims, token, nil
}

// System returns the public key of the account SYS.
func (a *Authority) System() string { return public(a.keys.system) }

// Totems returns the public key of the account TOTEMS.
func (a *Authority) Totems() string { return a.keys.totems }

// Accounts returns the JWT of every account, by its public key. revoked are the keys of totems that are not believed
// any more.
func (a *Authority) Accounts(revoked []string) (map[string]string, error) {
	all := make(map[string]string)
	for _, claims := range []*jwt.AccountClaims{a.system(), a.scheduler(), a.totems(revoked), a.strangers()} {
		token, err := a.encode(claims)
		if err != nil {
			return nil, err
		}
		all[claims.Subject] = token
	}
	return all, nil
}

func (a *Authority) encode(claims *jwt.AccountClaims) (string, error) {
	token, err := claims.Encode(a.keys.operator)
	if err != nil {
		return "", fmt.Errorf("make the claims of account %s: %w", claims.Name, err)
	}
	return token, nil
}

func account(key, name string) *jwt.AccountClaims {
	claims := jwt.NewAccountClaims(key)
	claims.Name = name
	return claims
}

func (a *Authority) system() *jwt.AccountClaims { return account(a.System(), "SYS") }

// scheduler is the only account with JetStream. Of it only those subjects are let through by which totems tell, ask,
// and hear pushes.
func (a *Authority) scheduler() *jwt.AccountClaims {
	claims := account(public(a.keys.scheduler), "SCHEDULER")
	claims.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: jwt.NoLimit, DiskStorage: jwt.NoLimit, Streams: jwt.NoLimit, Consumer: jwt.NoLimit}
	claims.Exports = jwt.Exports{
		{Name: "facts", Subject: "up.v1.>", Type: jwt.Service},
		{Name: "requests", Subject: "rq.v1.>", Type: jwt.Service},
		{Name: "pushes", Subject: "dn.v1.>", Type: jwt.Stream},
	}
	return claims
}

// totems lets its users say and hear what the template allows each, in its own name.
func (a *Authority) totems(revoked []string) *jwt.AccountClaims {
	claims := account(a.keys.totems, "TOTEMS")
	claims.Imports = a.imports("up.v1.>", "rq.v1.>")
	claims.Imports.Add(&jwt.Import{Name: "pushes", Subject: "dn.v1.>", Account: public(a.keys.scheduler), Type: jwt.Stream})
	claims.Limits.DisallowBearer = true // a JWT alone, without the device's key, is worth nothing
	scope := jwt.NewUserScope()
	scope.Key, scope.Role = public(a.keys.stamp), "totem"
	const id = "{{tag(" + officeTag + ")}}.{{name()}}"
	scope.Template.Permissions = jwt.Permissions{
		Pub: jwt.Permission{Allow: jwt.StringList{"up.v1." + id + ".facts", "rq.v1." + id + ".*"}},
		Sub: jwt.Permission{Allow: jwt.StringList{"dn.v1.{{tag(" + officeTag + ")}}.>", "_INBOX." + id + ".>"}},
	}
	scope.Template.Limits.Subs, scope.Template.Limits.Payload = totemSubscriptions, totemPayload
	scope.Template.AllowedConnectionTypes = connections()
	claims.SigningKeys.AddScopedSigner(scope)
	for _, key := range revoked {
		if nkeys.IsValidPublicUserKey(key) {
			claims.RevokeAt(key, time.Unix(forGood, 0))
		}
	}
	return claims
}

// strangers may ask for credentials, few at a time.
func (a *Authority) strangers() *jwt.AccountClaims {
	claims := account(public(a.keys.strangers), "STRANGERS")
	claims.Imports = a.imports("rq.v1.*.*.enrol", "rq.v1.*.*.renew")
	claims.Limits.Conn = strangers
	return claims
}

// imports lets questions on subjects through to the account SCHEDULER.
func (a *Authority) imports(subjects ...string) (all jwt.Imports) {
	for _, s := range subjects {
		all.Add(&jwt.Import{Name: s, Subject: jwt.Subject(s), Account: public(a.keys.scheduler), Type: jwt.Service})
	}
	return all
}

// Sentinel returns the JWT of whoever shows none that is good. It needs no signature: everybody may be a stranger.
func (a *Authority) Sentinel() (string, error) {
	pair, err := nkeys.FromRawSeed(nkeys.PrefixByteUser, make([]byte, 32)) // nobody ever signs with it
	if err != nil {
		return "", err
	}
	user := jwt.NewUserClaims(public(pair))
	user.Name = "stranger"
	user.BearerToken = true
	user.Permissions = jwt.Permissions{
		Pub: jwt.Permission{Allow: jwt.StringList{"rq.v1.*.*.enrol", "rq.v1.*.*.renew"}},
		Sub: jwt.Permission{Allow: jwt.StringList{wire.StrangerInbox + ".>"}},
	}
	user.Limits.Subs, user.Limits.Payload = 2, strangerPayload
	user.AllowedConnectionTypes = connections()
	token, err := user.Encode(a.keys.strangers)
	if err != nil {
		return "", fmt.Errorf("make the strangers' claims: %w", err)
	}
	return token, nil
}

// connections are the ways in which totems and strangers may come: not by MQTT, a web page or another server.
func connections() jwt.StringList {
	return jwt.StringList{jwt.ConnectionTypeStandard, jwt.ConnectionTypeInProcess}
}
