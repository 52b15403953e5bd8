package rehearsal

import (
	"context"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/pooling"
)

// takeBack is a lease that ends: what no rule allows.
func (s *script) takeBack(ctx context.Context) error {
	w, c := s.world, s.world.central()
	for _, t := range w.totems {
		if t.radio.isUp() || time.Since(s.sinceHeard[t.name]) < time.Hour {
			continue
		}
		sheets, err := c.memory.Sheets(ctx, t.name.office, booking.DayOf(time.Now(), w.cfg.Zone))
		if err != nil {
			return err
		}
		for _, sheet := range sheets {
			_, err := ledger.Change(ctx, c.memory, sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
				s = s.Clone()
				for i := range s.Slots {
					if s.Slots[i].State == booking.Free && s.Slots[i].Holder == booking.HeldBy(t.name.totem) {
						s.Slots[i].Holder = booking.Pool
					}
				}
				return s, nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// settleLimbo gives what is in limbo back where it was planned, without asking anybody.
func (s *script) settleLimbo(ctx context.Context) error {
	w := s.world
	for day := range 4 {
		sheets, err := w.central().memory.Sheets(ctx, w.plan.Office.ID, booking.DayOf(time.Now(), w.cfg.Zone).AddDays(day))
		if err != nil {
			return err
		}
		for _, sheet := range sheets {
			_, err := ledger.Change(ctx, w.book(), sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) { return s.Settle(w.plan.HolderOf), nil })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (b Broken) stock(s stock) pooling.Stock {
	if b == GiftBeforeCommit {
		return forgetful{s}
	}
	return s
}

// forgetful answers before it has written what it gives, and never writes it.
type forgetful struct{ stock }

// Give implements [pooling.Stock].
func (f forgetful) Give(ctx context.Context, g pooling.Giving) (given []booking.Transfer, err error) {
	sheets, _, err := f.Mine(ctx)
	for _, s := range sheets {
		if s.Queue != g.Queue || s.Day != g.Day {
			continue
		}
		for _, slot := range s.Slots {
			if slot.State != booking.Free || slot.Holder != booking.HeldBy(f.me) || slot.Start.Before(g.NotBefore) || len(given) >= g.Most {
				continue
			}
			t := booking.Transfer{Key: s.SheetKey, Slot: slot.Number, Start: slot.Start, Hands: slot.Hands + 1, From: f.me, To: g.To, Store: g.Store}
			if t.Proof, err = g.Sign(t.Signed()); err != nil {
				return nil, err
			}
			given = append(given, t)
		}
	}
	return given, err
}
