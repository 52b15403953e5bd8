package device

import (
	"context"
	"log/slog"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// hearLink turns news of the link into words for the log and messages for the screen.
func (d *Device) hearLink(ctx context.Context, r outbox.Report) {
	switch r := r.(type) {
	case outbox.Connected:
		d.linkUp(ctx, r.Time)
	case outbox.Timed:
		d.clock.read(r.Reading.Time, r.RTT)
		d.tell(ctx, news{})
	case outbox.Disconnected:
		d.errands.cut()
		d.peers.hearLink(linkCut)
		event.Log(d.parts.Log, event.LinkDown, cause(r.Err)...)
		asOf, err := d.store.AsOf(ctx)
		if err != nil {
			d.fail(err)
		}
		d.tell(ctx, news{msg: kiosk.LinkChanged{Up: false, AsOf: asOf}})
	case outbox.CaughtUp:
		if err := d.store.CaughtUp(ctx); err != nil {
			d.fail(err)
		}
		d.tell(ctx, news{caught: true, reload: true})
	case outbox.Taken:
		d.tell(ctx, news{reload: true})
	case outbox.Refused:
		event.Log(d.parts.Log, event.LinkRefused, slog.String("refusal", r.Refusal.Code), slog.String("sentence", r.Refusal.Sentence),
			slog.String("remedy", r.Refusal.Remedy))
		if r.Refusal.Code != wire.RefusedVersion { // a totem of another release may still live on its grant
			d.outOfService(ctx, fault.CodeLinkRefused)
		}
	case outbox.Forked:
		event.Log(d.parts.Log, event.LinkRefused, slog.String("sentence", "another device speaks with this totem's name, or its disk is an old copy"),
			slog.String("remedy", "give one of the two another id, or erase this totem's data and fence it"), slog.Any("cause", r.Err))
		d.outOfService(ctx, fault.CodeLinkFork)
	case outbox.MessageUnknown:
		event.Log(d.parts.Log, event.MessageUnknown, cause(r.Err)...)
	case outbox.StoreFailed:
		d.fail(r.Err)
	}
}

// linkUp tells that the scheduler answers. What it had refused before it accepts now.
func (d *Device) linkUp(ctx context.Context, theirs time.Time) {
	d.clock.hear(theirs)
	ahead, _ := d.clock.ahead()
	event.Log(d.parts.Log, event.LinkUp, slog.Duration("clock_ahead", ahead.Round(time.Second)))
	wake(d.errands.waits)
	d.peers.hearLink(linkUp)
	d.tell(ctx, news{msg: kiosk.LinkChanged{Up: true, AsOf: d.clock.time()}, refusal: new(fault.Code), reload: true})
}

// outOfService stops the giving of tickets: whoever is refused by the scheduler may not be who it thinks it is.
func (d *Device) outOfService(ctx context.Context, code fault.Code) {
	event.Log(d.parts.Log, event.OutOfService, slog.String("code", string(code)))
	d.peers.hearLink(linkRefused)
	d.tell(ctx, news{refusal: &code})
}

// fail writes down what went wrong beside the conversation.
func (d *Device) fail(err error) {
	event.Log(d.parts.Log, event.StoreFault, cause(err)...)
}

func cause(err error) []slog.Attr {
	if err == nil {
		return nil
	}
	return fault.Attrs(err)
}
