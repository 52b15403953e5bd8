package central

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

// startServer starts the embedded NATS server. It syncs every write: its default would lose two minutes of
// acknowledged ones when the power fails.
func startServer(s Store) (*server.Server, error) {
	opts := &server.Options{
		ServerName: "totem-scheduler", NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: filepath.Join(s.DataDir, "nats"), SyncAlways: true,
	}
	if err := listenOn(opts, s.Listen); err != nil {
		return nil, fault.New(fault.CodeUsage, err, "give an address as host:port, 127.0.0.1:4222", "the address %q to listen on is not understood", s.Listen)
	}
	ns, err := server.NewServer(opts)
	if err != nil {
		return nil, fault.New(fault.CodeCentralNATS, err, "report it", "the embedded NATS server cannot be made")
	}
	words := &serverWords{log: s.Log}
	ns.SetLogger(words, false, false)
	ns.Start()
	if !ready(ns, words) {
		ns.Shutdown()
		ns.WaitForShutdown()
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
		fatal error
	}
}

var _ server.Logger = (*serverWords)(nil)

func (w *serverWords) fatal() error {
	w.last.Lock()
	defer w.last.Unlock()
	return w.last.fatal
}

// Fatalf keeps why the server cannot go on.
func (w *serverWords) Fatalf(format string, args ...any) {
	w.last.Lock()
	defer w.last.Unlock()
	w.last.fatal = fmt.Errorf(format, args...)
}

// Errorf passes an error on.
func (w *serverWords) Errorf(format string, args ...any) {
	event.Log(w.log, event.CentralFault, slog.String("error", fmt.Sprintf(format, args...)))
}

// Noticef is silent.
func (w *serverWords) Noticef(string, ...any) {}

// Warnf is silent.
func (w *serverWords) Warnf(string, ...any) {}

// Debugf is silent.
func (w *serverWords) Debugf(string, ...any) {}

// Tracef is silent.
func (w *serverWords) Tracef(string, ...any) {}
