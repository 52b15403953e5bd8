package central

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

// schedulerUser is the embedded server's user that may do everything in the scheduler's account.
const schedulerUser = "scheduler"

// accounts keeps the totems apart from the scheduler. Whoever names no user is a totem, in an account of its own: it may
// tell and ask, and hear pushes and answers. The ledger and JetStream itself are in the scheduler's account, of which
// only those subjects are let through; so neither a subject nor the reply subject of a question leads a totem there.
const accounts = `
accounts {
  SCHEDULER {
    jetstream: enabled
    users: [ { user: %q, password: %q } ]
    exports: [ { service: "up.v1.>" }, { service: "rq.v1.>" }, { stream: "dn.v1.>" } ]
  }
  TOTEMS {
    users: [ { user: totem, password: "", permissions: {
      publish: { allow: [ "up.v1.>", "rq.v1.>" ] }
      subscribe: { allow: [ "dn.v1.>", "_INBOX.>" ] }
    } } ]
    imports: [
      { service: { account: SCHEDULER, subject: "up.v1.>" } }
      { service: { account: SCHEDULER, subject: "rq.v1.>" } }
      { stream: { account: SCHEDULER, subject: "dn.v1.>" } }
    ]
  }
}
no_auth_user: totem
`

// startServer starts the embedded NATS server, which knows the scheduler by its password. It syncs every write: its
// default would lose two minutes of acknowledged ones when the power fails.
func startServer(s Store, words *serverWords, password string) (*server.Server, error) {
	opts := new(server.Options)
	if err := opts.ProcessConfigString(fmt.Sprintf(accounts, schedulerUser, password)); err != nil {
		return nil, fault.New(fault.CodeCentralNATS, err, "report it", "the embedded NATS server cannot be made")
	}
	opts.ServerName, opts.NoSigs, opts.NoLog = "totem-scheduler", true, true
	opts.JetStream, opts.StoreDir, opts.SyncAlways = true, filepath.Join(s.DataDir, "nats"), true
	if err := listenOn(opts, s.Listen); err != nil {
		return nil, fault.New(fault.CodeUsage, err, "give an address as host:port, 127.0.0.1:4222", "the address %q to listen on is not understood", s.Listen)
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

// ready waits until the server takes connections; it gives up at once when the server has.
func ready(ns *server.Server, words *serverWords) bool {
	for until := time.Now().Add(patience); time.Now().Before(until) && words.fatal() == nil; {
		if ns.ReadyForConnections(50 * time.Millisecond) {
			return words.fatal() == nil
		}
	}
	return false
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
	last struct {
		sync.Mutex
		fatal, storage error // the first of each
	}
	broken chan struct{} // closed when storage is set
}

func newServerWords(log *slog.Logger) *serverWords {
	return &serverWords{log: log, broken: make(chan struct{})}
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
	w.note(text)
	event.Log(w.log, event.CentralFault, slog.String("error", text.Error()))
}

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
func (w *serverWords) Warnf(format string, args ...any) { w.note(fmt.Errorf(format, args...)) }

// Debugf is silent.
func (w *serverWords) Debugf(string, ...any) {}

// Tracef is silent.
func (w *serverWords) Tracef(string, ...any) {}
