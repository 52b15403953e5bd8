package pooling

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Giving is what a totem passes on: of one sheet, to one store.
type Giving struct {
	To        booking.TotemID
	Store     booking.Incarnation // of To
	Queue     booking.QueueID
	Day       booking.Day
	NotBefore time.Time // only slots that start then or later
	Most      int       // more than 0
	// Sign returns the signature of the giver's device over what a proof covers.
	Sign func(covered []byte) (booking.Proof, error)
}

// Donor is a totem that is asked for slots. It is made by [NewDonor].
type Donor struct {
	cfg  DonorConfig
	turn sync.Mutex // two that ask at once must not each get half
}

// DonorConfig is what a Donor needs. Every field is required.
type DonorConfig struct {
	Stock Stock
	// Selling returns which day's slots are sold here, and the first start that is; the zero day for none. It is called from
	// any goroutine and must not block.
	Selling func() (day booking.Day, from time.Time)
	// Sign is as in Giving.
	Sign func(covered []byte) (booking.Proof, error)
	// Report is told the news, from any goroutine. It must not block for long.
	Report func(Report)
}

// NewDonor returns a donor, or an error if the config is not complete.
func NewDonor(c DonorConfig) (*Donor, error) {
	if c.Stock == nil || c.Selling == nil || c.Sign == nil || c.Report == nil {
		return nil, errors.New("make a donor: the config is not complete")
	}
	return &Donor{cfg: c}, nil
}

// Answer returns what another totem of the office is passed on for its need: first what it was passed before and has not
// said that it has, then half of the difference, where the day asked for is the day that is sold here. What it returns is
// committed. It may be called from several goroutines; they take turns.
func (d *Donor) Answer(ctx context.Context, to booking.TotemID, need wire.Need) (wire.Passed, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	passed, given, err := d.answer(ctx, to, need)
	if err != nil {
		d.cfg.Report(StoreFailed{err})
		return wire.Passed{}, fmt.Errorf("answer the totem %s: %w", to, err)
	}
	if given > 0 {
		d.cfg.Report(Given{To: to, Slots: given})
	}
	return passed, nil
}

func (d *Donor) answer(ctx context.Context, to booking.TotemID, need wire.Need) (passed wire.Passed, given int, err error) {
	stock := d.cfg.Stock
	if len(need.Got) > 0 {
		if err := stock.GotThrough(ctx, to, need.Queue, need.Day, need.Got); err != nil {
			return passed, 0, err
		}
	}
	again, err := stock.Given(ctx, to, need.Incarnation, need.Queue, need.Day)
	if err != nil {
		return passed, 0, err
	}
	again = again[:min(len(again), wire.MaxTransfers)]
	passed.Transfers = again
	g := Giving{To: to, Store: need.Incarnation, Queue: need.Queue, Day: need.Day, NotBefore: need.From, Sign: d.cfg.Sign}
	if g.Most, err = d.share(ctx, &g, need, len(again)); err != nil || g.Most <= 0 {
		return passed, 0, err
	}
	anew, err := stock.Give(ctx, g)
	if err != nil {
		return wire.Passed{}, 0, err
	}
	passed.Transfers = append(passed.Transfers, anew...)
	return passed, len(anew), nil
}

// share returns how many more slots are given beside those that are told again, and from which start on.
func (d *Donor) share(ctx context.Context, g *Giving, need wire.Need, again int) (int, error) {
	day, from := d.cfg.Selling()
	if day != need.Day {
		return 0, nil
	}
	if from.After(g.NotBefore) {
		g.NotBefore = from
	}
	free, err := d.cfg.Stock.Free(ctx, need.Day, g.NotBefore)
	if err != nil {
		return 0, err
	}
	return min(Share(free[need.Queue], need.Free+again), min(need.Most, wire.MaxTransfers)-again), nil
}
