package central

import "github.com/nats-io/nats.go"

// Conn returns the scheduler's own connection, which may do everything.
func (c *Central) Conn() *nats.Conn { return c.books.conn }
