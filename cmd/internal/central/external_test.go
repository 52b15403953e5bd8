package central_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// external starts a NATS server by the configuration that the scheduler of a data directory prints for it, changed as
// a person must and as the pairs say.
func external(t *testing.T, data string, changes ...string) *server.Server {
	t.Helper()
	if err := authority.Init(central.IdentityDir(data), rand.Reader); err != nil {
		t.Fatal(err)
	}
	a, err := central.OpenIdentity(data)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := a.ServerFiles(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, authority.ConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(append([]string{"0.0.0.0:4222", "127.0.0.1:-1", "/var/lib/nats", dir, `"tls.`, `"` + dir + "/tls."}, changes...)...).Replace(string(text))
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	opts, err := server.ProcessConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	opts.NoSigs, opts.NoLog = true, true
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server did not start")
	}
	return s
}

func TestALedgerThatWasMovedToAServerIsNotTakenForTheOneLeftBehind(t *testing.T) {
	ctx, data := context.Background(), t.TempDir()
	s := external(t, data)
	if err := central.Init(ctx, central.Store{DataDir: data}); err != nil {
		t.Fatal(err)
	}
	at := strings.Replace(s.ClientURL(), "//", "//nobody:secret@", 1)
	if err := central.Init(ctx, central.Store{DataDir: data, NATS: at}); err != nil {
		t.Fatal(err)
	}
	_, err := central.OpenBooks(ctx, central.Store{DataDir: data})
	if got := code(t, err); got != fault.CodeUsage || !strings.Contains(fault.Of(err).Remedy, "--nats") || strings.Contains(fault.Of(err).Remedy, "secret") {
		t.Errorf("the ledger left behind: %v; what to do: %s", err, fault.Of(err).Remedy)
	}
	_, err = central.Open(ctx, central.Config{OfficeFiles: []string{officeFile}, DataDir: data, Listen: "127.0.0.1:0"})
	if got := code(t, err); got != fault.CodeUsage {
		t.Errorf("the ledger left behind is served: %v", err)
	}
	books, err := central.OpenBooks(ctx, central.Store{Identity: data, NATS: s.ClientURL()})
	if err != nil {
		t.Fatal(err)
	}
	if err := books.Close(); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(data, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if books, err = central.OpenBooks(ctx, central.Store{DataDir: data}); err != nil {
		t.Fatal(err)
	}
	if err := books.Close(); err != nil {
		t.Error(err)
	}
}

func TestAServerSetUpByTheSchedulersConfigurationServesItAndItsTotems(t *testing.T) {
	ctx, p, data := context.Background(), plan(t), t.TempDir()
	s := external(t, data)
	_, err := central.Open(ctx, central.Config{OfficeFiles: []string{officeFile}, DataDir: data, NATS: s.ClientURL()})
	if got := code(t, err); got != fault.CodeCentralEmpty {
		t.Errorf("a server without a ledger: %s, %v", got, err)
	}
	if err := central.Init(ctx, central.Store{DataDir: data, NATS: s.ClientURL()}); err != nil {
		t.Fatal(err)
	}
	if got := code(t, central.Init(ctx, central.Store{DataDir: data, NATS: s.ClientURL()})); got != fault.CodeUsage {
		t.Errorf("made twice: %s", got)
	}
	c := open(t, central.Config{DataDir: data, NATS: s.ClientURL()})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	grant(t, connected(t, c, d), p)

	// Another process, by the server alone.
	books, err := central.OpenBooks(ctx, central.Store{NATS: s.ClientURL(), Identity: data})
	if err != nil {
		t.Fatal(err)
	}
	err = scheduler.RevokeKey(ctx, books.Ledger, books.Authority(), d.office, d.totem)
	if closing := books.Close(); err != nil || closing != nil {
		t.Fatal(err, closing)
	}
	if _, _, err := reach(t, c, d.as()...); err == nil {
		t.Error("revoked credentials are taken")
	}
	if _, err := natslink.Renew(ctx, d.asks(c), wire.Renew{Key: d.Key()}); err == nil {
		t.Error("a revoked key is given credentials")
	}
}

func TestAnExternalServerThatIsNotTheSchedulersIsRefused(t *testing.T) {
	ctx, data := context.Background(), t.TempDir()
	s := external(t, data)
	stranger := t.TempDir()
	if err := authority.Init(central.IdentityDir(stranger), rand.Reader); err != nil {
		t.Fatal(err)
	}
	own, err := central.OpenIdentity(data)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		store central.Store
		says  string
	}{
		"another key":      {central.Store{DataDir: stranger, NATS: s.ClientURL()}, "is not the one that is expected"},
		"another operator": {central.Store{DataDir: stranger, NATS: s.ClientURL(), Pins: own.Pins()}, "does not let this scheduler in"},
		"nobody":           {central.Store{NATS: s.ClientURL(), Pins: own.Pins()}, "takes this for a stranger"},
		"no certificate":   {central.Store{NATS: s.ClientURL()}, "nothing says that the NATS server"},
		"no file":          {central.Store{NATS: s.ClientURL(), Creds: "none.creds"}, "cannot be read"},
	} {
		_, err := central.OpenBooks(ctx, c.store)
		if code(t, err); !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	mute := external(t, t.TempDir(), "jetstream {", "# {", "  store_dir:", "  #", "  sync_interval: always\n}", "")
	_, err = central.OpenBooks(ctx, central.Store{NATS: mute.ClientURL(), Identity: data})
	if got := code(t, err); got != fault.CodeCentralNATS {
		t.Errorf("without JetStream: %s, %v", got, err)
	}
}
