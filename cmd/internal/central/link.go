package central

import (
	"context"

	"example.org/totem/booking"
	"example.org/totem/scheduler"
	"example.org/totem/sync/natslink"
)

var _ natslink.Answerer = (*scheduler.Service)(nil)

// uplink is the link's end that the service purges. The service is there before the link, which answers by it.
type uplink struct {
	ready chan struct{} // closed when link is set
	link  *natslink.Central
}

var _ scheduler.Uplink = (*uplink)(nil)

func newUplink() *uplink { return &uplink{ready: make(chan struct{})} }

// Purge erases a totem's facts whose link sequence is lower than before, once there is a link.
func (u *uplink) Purge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, before uint64) error {
	if err := u.wait(ctx); err != nil {
		return err
	}
	return u.link.Purge(ctx, office, totem, before)
}

// Seal puts a mark in the place of a totem's last fact, once there is a link.
func (u *uplink) Seal(ctx context.Context, office booking.OfficeID, totem booking.TotemID, folded uint64) error {
	if err := u.wait(ctx); err != nil {
		return err
	}
	return u.link.Seal(ctx, office, totem, folded)
}

// Scrub makes the disks forget what was erased, once there is a link.
func (u *uplink) Scrub(ctx context.Context) error {
	if err := u.wait(ctx); err != nil {
		return err
	}
	return u.link.Scrub(ctx)
}

// Folded reports whether every fact of a totem was folded, once there is a link.
func (u *uplink) Folded(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	if err := u.wait(ctx); err != nil {
		return false, err
	}
	return u.link.Folded(ctx, office, totem)
}

// wait waits until there is a link.
func (u *uplink) wait(ctx context.Context) error {
	select {
	case <-u.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// serve answers totems from now on.
func (u *uplink) serve(ctx context.Context, cfg natslink.ServeConfig) error {
	link, err := natslink.Serve(ctx, cfg)
	if err != nil {
		return err
	}
	u.link = link
	close(u.ready)
	return nil
}

// close stops answering, if it ever began.
func (u *uplink) close() error {
	if u == nil || u.link == nil {
		return nil
	}
	return u.link.Close()
}
