package authority

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
)

// The files that ServerFiles writes for a server.
const (
	ConfigFile      = "nats.conf"
	CertificateFile = "tls.crt"
	KeyFile         = "tls.key"
)

// serverConfig is the configuration of a NATS server that is not inside the scheduler.
const serverConfig = `# A NATS server for a Totem scheduler, made by "scheduler nats-config".
#
# Every server of a cluster gets this file with its own server_name, and the files tls.crt and tls.key beside it.
# Nothing in this file is secret; tls.key is. Made anew it says the same, and running servers keep what was revoked.

server_name: nats-1           # change: another name on every server
listen: "0.0.0.0:4222"        # where totems and schedulers connect
max_payload: 1MB

# TLS is always spoken, from the first byte. Totems know the server by the key in tls.key, which is pinned. The two files
# are looked for where nats-server is started: start it in their directory, or write the whole paths.
tls {
  cert_file: "tls.crt"
  key_file: "tls.key"
  handshake_first: true
  timeout: 10
}

# The ledger. Every write is on disk before it is acknowledged: by default NATS would wait two minutes.
jetstream {
  store_dir: "/var/lib/nats"
  sync_interval: always
}

# Who may do what. Totems and schedulers show what the operator's keys have signed; whoever shows nothing that is good
# is a stranger, and may ask for credentials only.
operator: %s
system_account: %s
default_sentinel: %s

# The accounts. "full" because revocations are told to every server, and kept by each.
resolver {
  type: full
  dir: "/var/lib/nats/accounts"
  allow_delete: false
  interval: "30s"             # a server that was cut off learns within this time what was revoked meanwhile
}
resolver_preload: {
%s}

# For three servers (or five) remove the marks, and name the other two. Replicas: scheduler serve --replicas 3
# cluster {
#   name: totem
#   listen: "0.0.0.0:6222"
#   routes: [ "nats-route://nats-2:6222", "nats-route://nats-3:6222" ]
#   # Keep this port inside the servers' own network, or give it tls { } with verify: true and certificates of your own.
# }
`

// ServerConfig returns the configuration of a NATS server that is not inside the scheduler, with remarks for the person
// who sets it up. Nothing in it is secret.
func (a *Authority) ServerConfig() (string, error) {
	_, operator, err := a.Operator()
	if err != nil {
		return "", err
	}
	sentinel, err := a.Sentinel()
	if err != nil {
		return "", err
	}
	accounts, err := a.Accounts(nil)
	if err != nil {
		return "", err
	}
	var preload strings.Builder
	for _, account := range []struct{ name, key string }{
		{"SYS", a.System()}, {"SCHEDULER", public(a.keys.scheduler)}, {"TOTEMS", a.keys.totems}, {"STRANGERS", public(a.keys.strangers)},
	} {
		fmt.Fprintf(&preload, "  # %s\n  %s: %s\n", account.name, account.key, accounts[account.key])
	}
	return fmt.Sprintf(serverConfig, operator, a.System(), sentinel, preload.String()), nil
}

// ServerFiles writes ServerConfig and the TLS key in use, with its certificate, into dir, which it makes if it is
// missing. It replaces none that is there: the error is then fs.ErrExist.
func (a *Authority) ServerFiles(dir string) error {
	if err := a.serverFiles(dir); err != nil {
		return fmt.Errorf("write the files of a NATS server: %w", err)
	}
	return nil
}

func (a *Authority) serverFiles(dir string) error {
	config, err := a.ServerConfig()
	if err != nil {
		return err
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.tls[0].PrivateKey)
	if err != nil {
		return errors.New("the TLS key cannot be written")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	files := map[string][]byte{
		ConfigFile:      []byte(config),
		CertificateFile: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.tls[0].Certificate[0]}),
		KeyFile:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	}
	names := []string{KeyFile, CertificateFile, ConfigFile}
	for _, name := range names {
		if err := missing(dir, name); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := writeDurable(dir, name, files[name]); err != nil {
			return err
		}
	}
	return nil
}
