package central

import (
	"log/slog"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// NewServerWords returns what hears the embedded server's words.
func NewServerWords(log *slog.Logger, now func() time.Time) server.Logger {
	return newServerWords(log, now)
}

// Conn returns the scheduler's own connection, which may do everything.
func (c *Central) Conn() *nats.Conn { return c.books.conn }
