package escpos

import (
	"context"
	"fmt"

	"example.org/totem/paper"
)

// Retract pulls back a slip that nobody took, or drops it where the model does that. A model that tells what is in its
// mouth is asked first, and left alone when that is empty. It does nothing for a model without a presenter that
// retracts, and fails when the printer does not take the command.
func (p *Printer) Retract(ctx context.Context) error {
	profile := p.cfg.Profile
	if !profile.Abilities.Retract || len(profile.retract) == 0 {
		return nil
	}
	if err := p.connect(); err != nil {
		return err
	}
	status := p.ask(ctx, ignore)
	switch {
	case p.talk.gone():
		return p.lost(nil)
	case profile.Abilities.RealTime && status.Has(paper.Silent):
		return p.mute(nil)
	case profile.status == formCustom && !status.Has(paper.TicketInMouth):
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Stall)
	defer cancel()
	if _, err := p.talk.line.Write(ctx, profile.retract); err != nil {
		return p.mute(fmt.Errorf("retract a slip: %w", err))
	}
	p.readyAt = p.readyAt.Add(-fresh) // its mouth has changed
	return nil
}
