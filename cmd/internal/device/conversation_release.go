package device

import (
	"context"

	"example.org/totem/kiosk"
)

// catchUp notes whether both sides of the link know what the other one did without it, and gives back what is due by then.
func (c *conversation) catchUp(ctx context.Context, n news) {
	if link, ok := n.msg.(kiosk.LinkChanged); ok && !link.Up {
		c.caughtUp = false
	}
	if n.caught {
		c.caughtUp = true
		c.release(ctx)
	}
}

// release gives back what is unsold shortly before its start, so that others can be given it; this totem too, for as long as
// it can ask. Whether somebody is there makes no difference, or what citizens do would tell in when it happens. Without a link,
// and while the time is not known, the totem keeps what it holds.
func (c *conversation) release(ctx context.Context) {
	if !c.caughtUp || c.unknown || c.astray || c.office.Release <= 0 {
		return
	}
	now := c.clock.time()
	released, err := c.store.ReleaseDue(ctx, now, now.Add(c.office.Release))
	if err != nil {
		c.fail(err)
	}
	if released > 0 {
		c.told()
	}
}
