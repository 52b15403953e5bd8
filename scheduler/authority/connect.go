package authority

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Scheduler returns how the scheduler itself connects: as a user of its account that is made for this process.
func (a *Authority) Scheduler() (nats.Option, error) { return a.user("scheduler", a.keys.scheduler) }

// Administrator returns how one connects to the account SYS, where revocations are told.
func (a *Authority) Administrator() (nats.Option, error) {
	return a.user("administrator", a.keys.system)
}

// user makes a user who may do everything in an account. Its key is in this process' memory only.
func (a *Authority) user(name string, account nkeys.KeyPair) (nats.Option, error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return nil, fmt.Errorf("make the user %s: %w", name, err)
	}
	claims := jwt.NewUserClaims(public(pair))
	claims.Name = name
	token, err := claims.Encode(account)
	if err != nil {
		return nil, fmt.Errorf("make the user %s: %w", name, err)
	}
	return nats.UserJWT(func() (string, error) { return token, nil }, pair.Sign), nil
}

// Revoke tells the servers which keys of totems are not believed. Those that they know already stay revoked. Who is
// connected with such a key is cut off at once. nc is an Administrator's.
func (a *Authority) Revoke(ctx context.Context, nc *nats.Conn, keys []string) error {
	if err := a.revoke(ctx, nc, keys); err != nil {
		return fmt.Errorf("tell the servers which keys are revoked: %w", err)
	}
	return nil
}

func (a *Authority) revoke(ctx context.Context, nc *nats.Conn, keys []string) error {
	known, err := nc.RequestWithContext(ctx, "$SYS.REQ.ACCOUNT."+a.keys.totems+".CLAIMS.LOOKUP", nil)
	if err != nil {
		return err
	}
	// What cannot be read is written anew.
	if before, err := Revoked(string(known.Data)); err == nil {
		keys = append(before, keys...)
	}
	token, err := a.encode(a.totems(keys))
	if err != nil {
		return err
	}
	reply, err := nc.RequestWithContext(ctx, "$SYS.REQ.CLAIMS.UPDATE", []byte(token))
	if err != nil {
		return err
	}
	var answer struct {
		Error *struct {
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &answer); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if answer.Error != nil {
		return errors.New(answer.Error.Description)
	}
	return nil
}

// Revoked returns the keys that an account's JWT says are revoked. It trusts nothing: that is the servers' to do.
func Revoked(token string) ([]string, error) {
	claims, err := jwt.DecodeAccountClaims(token)
	if err != nil {
		return nil, fmt.Errorf("read the claims of an account: %w", err)
	}
	var keys []string
	for key := range claims.Revocations {
		keys = append(keys, key)
	}
	return keys, nil
}
