package central

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler/authority"
)

// handshake is how many seconds a device may take for the TLS handshake, and then to say who it is.
const handshake = 10

// startServer starts the embedded NATS server, which believes what the authority signed. It syncs every write: its
// default would lose two minutes of acknowledged ones when the power fails.
func startServer(s Store, words *serverWords, a *authority.Authority) (*server.Server, error) {
	opts := &server.Options{
		ServerName: authority.ServerName, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: filepath.Join(s.DataDir, ledgerDir), SyncAlways: true,
	}
	if err := listenOn(opts, s.Listen); err != nil {
		return nil, err
	}
	if !opts.DontListen {
		opts.TLSConfig, opts.TLSHandshakeFirst = a.ServerTLS(), true
		opts.TLSTimeout, opts.AuthTimeout = handshake, handshake
	}
	if err := trust(opts, a); err != nil {
		if storageWords.MatchString(err.Error()) {
			return nil, fullFault(err, s.DataDir)
		}
		return nil, fault.New(fault.CodeCentralNATS, err, "check that the data directory belongs to this user", "the embedded NATS server cannot be told whom to trust")
	}
	ns, err := server.NewServer(opts)
	if err != nil {
		return nil, fault.New(fault.CodeCentralNATS, err, "report it", "the embedded NATS server cannot be made")
	}
	ns.SetLogger(words, false, false)
	ns.Start()
	if !ready(ns, words) {
		ns.Shutdown()
		ns.WaitForShutdown()
		if err := words.storage(); err != nil {
			return nil, fullFault(err, s.DataDir)
		}
		return nil, fault.New(fault.CodeCentralNATS, words.fatal(), "check that no other program listens there, and that the data directory has space left",
			"the embedded NATS server cannot start on %s", s.Listen)
	}
	return ns, nil
}

// trust makes the server believe what the authority signed, and take everybody else for a stranger.
func trust(opts *server.Options, a *authority.Authority) error {
	operator, _, err := a.Operator()
	if err != nil {
		return err
	}
	if opts.DefaultSentinel, err = a.Sentinel(); err != nil {
		return err
	}
	opts.TrustedOperators, opts.SystemAccount = []*jwt.OperatorClaims{operator}, a.System()
	dir := filepath.Join(opts.StoreDir, "accounts")
	accounts, err := a.Accounts(stillRevoked(filepath.Join(dir, a.Totems()+".jwt")))
	if err != nil {
		return err
	}
	resolver, err := server.NewDirAccResolver(dir, 0, time.Minute, server.NoDelete)
	if err != nil {
		return err
	}
	for key, token := range accounts {
		if err := resolver.Store(key, token); err != nil {
			return fmt.Errorf("keep the account %s: %w", key, err)
		}
	}
	opts.AccountResolver = resolver
	return nil
}

// stillRevoked returns the keys that were revoked when the server ran last: until the roster is read, nobody of them
// is to be let in. A file that cannot be read is removed, for the server would stumble over it.
func stillRevoked(path string) []string {
	token, err := os.ReadFile(path)
	if err == nil {
		var keys []string
		if keys, err = authority.Revoked(string(token)); err == nil {
			return keys
		}
	}
	_ = os.Remove(path) // most often there is none; else the server tells what is wrong with it
	return nil
}

// ready waits until the server takes connections; it gives up at once when the server has.
func ready(ns *server.Server, words *serverWords) bool {
	for until := time.Now().Add(patience); time.Now().Before(until) && words.fatal() == nil; {
		if ns.ReadyForConnections(50 * time.Millisecond) {
			return words.fatal() == nil
		}
	}
	return false
}

func checkListen(s Store) error {
	if s.NATS != "" {
		return nil
	}
	if err := listenOn(new(server.Options), s.Listen); err != nil {
		return fault.New(fault.CodeUsage, err, "give an address as host:port, 127.0.0.1:4222", "the address %q to listen on is not understood", s.Listen)
	}
	return nil
}

func listenOn(opts *server.Options, listen string) error {
	if listen == "" {
		opts.DontListen = true
		return nil
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return err
	}
	opts.Host, opts.Port = host, int(number)
	if number == 0 {
		opts.Port = server.RANDOM_PORT
	}
	return nil
}

// serverWords hears what the embedded server has to say. Only its errors are passed on.
type serverWords struct {
	log  *slog.Logger
	now  func() time.Time
	last struct {
		sync.Mutex
		fatal, storage error // the first of each
	}
	clients struct {
		sync.Mutex
		since  time.Time // when the minute began in which these are counted
		errors int
	}
	broken chan struct{} // closed when storage is set
}

func newServerWords(log *slog.Logger, now func() time.Time) *serverWords {
	return &serverWords{log: log, now: now, broken: make(chan struct{})}
}

var _ server.Logger = (*serverWords)(nil)

func (w *serverWords) fatal() error {
	w.last.Lock()
	defer w.last.Unlock()
	return w.last.fatal
}

// Fatalf keeps why the server cannot go on.
func (w *serverWords) Fatalf(format string, args ...any) {
	text := fmt.Errorf(format, args...)
	w.note(text)
	w.last.Lock()
	defer w.last.Unlock()
	if w.last.fatal == nil {
		w.last.fatal = text
	}
}

// Errorf passes an error on.
func (w *serverWords) Errorf(format string, args ...any) {
	text := fmt.Errorf(format, args...)
	if clientWords.MatchString(text.Error()) {
		w.client(text)
		return
	}
	w.note(text)
	event.Log(w.log, event.CentralFault, slog.String("error", text.Error()))
}

// clientErrors is how many errors of clients are told in a minute. Nobody shall fill the log by being refused.
const clientErrors = 30

// client passes on an error about a client; those that are too many are counted, and told when the minute is over.
func (w *serverWords) client(text error) {
	now := w.now()
	w.clients.Lock()
	more := 0
	if now.Sub(w.clients.since) >= time.Minute {
		more = max(0, w.clients.errors-clientErrors)
		w.clients.since, w.clients.errors = now, 0
	}
	w.clients.errors++
	told := w.clients.errors <= clientErrors
	w.clients.Unlock()
	if told {
		event.Log(w.log, event.ClientRefused, slog.String("error", text.Error()), slog.Int("untold", more))
	}
}

// clientWords are how the server's errors about a client begin: a mistake, or worse, of somebody else. What a client
// says of itself is in them, and must not be taken for the state of the disk.
var clientWords = regexp.MustCompile(`^\S* - (cid|wid|mid):\d+ - `)

// storageWords are what JetStream says when its disk is full or fails. A stream that met this takes no write any more,
// whatever happens to the disk, until the server starts anew.
var storageWords = regexp.MustCompile(`(?i)critical write error|no space left|out of (space|\w+ resources|resources)|failed to store a msg|resource limits exceeded for server|input/output error|read-only file system`)

// note keeps the first word of a storage that failed.
func (w *serverWords) note(text error) {
	if !storageWords.MatchString(text.Error()) {
		return
	}
	w.last.Lock()
	defer w.last.Unlock()
	if w.last.storage == nil {
		w.last.storage = text
		close(w.broken)
	}
}

// storage returns why nothing can be stored any more, nil as long as it can.
func (w *serverWords) storage() error {
	w.last.Lock()
	defer w.last.Unlock()
	return w.last.storage
}

// Noticef is silent.
func (w *serverWords) Noticef(string, ...any) {}

// Warnf keeps what it says of storage, and is silent.
func (w *serverWords) Warnf(format string, args ...any) {
	if text := fmt.Errorf(format, args...); !clientWords.MatchString(text.Error()) {
		w.note(text)
	}
}

// Debugf is silent.
func (w *serverWords) Debugf(string, ...any) {}

// Tracef is silent.
func (w *serverWords) Tracef(string, ...any) {}
