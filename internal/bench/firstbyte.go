package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.org/totem/hw/printer"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/kiosk"
	"example.org/totem/paper"
	"example.org/totem/store"
)

const (
	confirmsInBlock = 100
	firstByteGoal   = 5 // milliseconds beyond the commit
)

// firstByte is what lies between the finger's last touch and the first byte of the slip at the printer, the durable
// issue left out. The parts are put together as cmd/internal/device does it, which Go lets only cmd/ import: the
// conversation's step, the commit, the printer's driver on a real terminal, and the outbox beside them.
func firstByte(ctx context.Context, l *lab) (m measured, err error) {
	t, err := l.openTill(ctx, "totem.db")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	far, err := openFarEnd(0)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, far.close()) }()
	d, err := startDesk(ctx, t, far)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	var beyond, issues, usual []float64
	_, err = l.interleave(ctx, blocks, func(ctx context.Context, block int) (float64, error) {
		whole, issue, err := d.block(ctx)
		if block > 0 && err == nil {
			beyond = append(beyond, quantile(whole, 0.99)-quantile(issue, 0.99))
			issues = append(issues, quantile(issue, 0.99))
			usual = append(usual, quantile(whole, 0.5)-quantile(issue, 0.5))
		}
		return 0, err
	})
	if err != nil {
		return m, err
	}
	note := fmt.Sprintf("p99 of confirm → first byte less p99 of the commit within it (%.2f ms); the p50 of the two differ by %.2f ms; without window, touch controller and link",
		quantile(issues, 0.5), quantile(usual, 0.5))
	return measured{quantile(beyond, 0.5), firstByteGoal, blocks * confirmsInBlock, note}, nil
}

func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is awake
	}
}

// desk is a till with a printer and an outbox.
type desk struct {
	*till
	far     *farEnd
	profile escpos.Profile
	driver  *printer.Driver
	due     chan struct{} // wakes the printer's driver
	told    chan struct{} // wakes the outbox
	ended   chan paper.Result
	stop    func() error
}

func startDesk(ctx context.Context, t *till, far *farEnd) (*desk, error) {
	profile, err := escpos.LoadProfile(model)
	if err != nil {
		return nil, err
	}
	line, err := escpos.Open(escpos.Config{Profile: profile, Path: far.path, Baud: 115200})
	if err != nil {
		return nil, err
	}
	d := &desk{till: t, far: far, profile: profile, due: make(chan struct{}, 1), told: make(chan struct{}, 1), ended: make(chan paper.Result, 1)}
	driver, err := printer.New(printer.Config{Device: line, Journal: t.Store, Wake: d.due, Report: func(_ int64, r paper.Result) { d.ended <- r }})
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	d.driver = driver
	running, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	var failed error
	working.Go(func() { driver.Run(running) })
	working.Go(func() { failed = d.tellAll(running) })
	d.stop = func() error {
		cancel()
		working.Wait()
		return errors.Join(failed, line.Close())
	}
	return d, nil
}

// tellAll stands for the outbox, with a scheduler that accepts every fact at once: what it makes the totem commit comes
// as early as it can, into the printer's way.
func (d *desk) tellAll(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.told:
		}
		for {
			f, chain, ok, err := d.Next(ctx)
			if ctx.Err() != nil {
				return nil
			}
			if err == nil && ok {
				err = d.Accepted(ctx, f.ID, chain+1)
			}
			if err != nil {
				return err
			}
			if !ok {
				break
			}
		}
	}
}

// block gives a block of tickets, each when the slip before is out. It returns the times from the confirmation to the
// first byte, and of the commits within them, in milliseconds.
func (d *desk) block(ctx context.Context) (whole, issue []float64, err error) {
	orders, err := d.refill(ctx, confirmsInBlock)
	if err := errors.Join(err, d.Checkpoint(ctx)); err != nil {
		return nil, nil, err
	}
	for _, o := range orders {
		data, _, err := escpos.NewEncoder(d.profile, nil).Slip(o.Slip)
		if err != nil {
			return nil, nil, err
		}
		talk := d.talk(o)
		d.far.forget()
		begin := time.Now()
		took, err := d.confirm(ctx, talk, o)
		if err != nil {
			return nil, nil, err
		}
		if r := <-d.ended; r.Outcome != paper.Printed {
			return nil, nil, fmt.Errorf("a slip is %s, the printer %s", r.Outcome, r.Status)
		}
		first, _, ok := d.far.find(data)
		if !ok {
			return nil, nil, errors.New("a slip did not arrive as it was sent")
		}
		whole, issue = append(whole, millis(first.Sub(begin))), append(issue, millis(took))
	}
	return whole, issue, nil
}

// talk returns a conversation in which only the confirmation of o is missing.
func (d *desk) talk(o store.Order) kiosk.State {
	s := kiosk.New(kiosk.Config{})
	for _, m := range []kiosk.Msg{
		kiosk.Tick{Now: now()}, kiosk.OfficeKnown{Office: d.office, Zone: time.UTC},
		kiosk.OffersChanged{Offers: []kiosk.Offer{{Key: o.Key, Times: []kiosk.Time{{Start: o.Start, Number: o.Number, Places: 1}}}}},
		kiosk.ChooseService{Service: d.office.Services[0].ID},
	} {
		s, _ = kiosk.Update(s, m)
	}
	return s
}

// confirm is what a totem does when the last key is touched, in its order. It returns how long the commit took.
func (d *desk) confirm(ctx context.Context, s kiosk.State, o store.Order) (time.Duration, error) {
	s, _ = kiosk.Update(s, kiosk.Tick{Now: now()})
	_, effects := kiosk.Update(s, kiosk.TakeTime{Number: o.Number})
	if len(effects) != 1 {
		return 0, fmt.Errorf("the conversation asks for %d effects, want one", len(effects))
	}
	wanted, ok := effects[0].(kiosk.Issue)
	if !ok || wanted.Number != o.Number || wanted.Key != o.Key {
		return 0, fmt.Errorf("the conversation asks for %+v", effects[0])
	}
	o.Sending = d.driver.Waiting()
	begin := time.Now()
	if _, err := d.Issue(ctx, o); err != nil {
		return 0, err
	}
	took := time.Since(begin)
	wake(d.due)
	wake(d.told)
	_, err := d.Offers(ctx, o.Key.Day, now()) // for the next screen, while the printer begins
	return took, err
}
