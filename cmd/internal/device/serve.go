package device

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
)

// Serve opens a totem and gives tickets until ctx ends or a part of the totem fails for good. A totem that cannot be
// opened says on the glass that it is out of service, with the code of the fault, and is tried again whenever again
// brings something; if ctx ends meanwhile, that fault is returned. Only a wrong configuration ends it at once.
//
// Touch panel, keypad, code reader and voice work all the time, so that whoever comes can read, or hear, what there is to know.
//
// Opening does not end with ctx: it is short, and half of it is of no use.
func Serve(ctx context.Context, cfg Config, parts Parts, again <-chan time.Time) error {
	var err error
	if parts.front, err = newFront(cfg.Complete(), parts); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var hands sync.WaitGroup
	defer hands.Wait()
	defer cancel()
	hands.Go(func() { parts.front.serve(ctx) })
	ill := newIllness(parts)
	for {
		d, err := Open(context.WithoutCancel(ctx), cfg, parts)
		if err == nil {
			return errors.Join(d.Run(ctx), d.Close())
		}
		if fault.Of(err).Code == fault.CodeConfig {
			return err
		}
		ill.tell(err)
		if !ill.wait(ctx, again) {
			return err
		}
	}
}

// illness is the conversation of a totem that cannot be opened. It knows neither office nor time, and speaks all
// languages.
type illness struct {
	parts Parts
	state kiosk.State
	code  fault.Code // what was told last
}

func newIllness(parts Parts) *illness {
	if parts.Now == nil {
		parts.Now = wallClock
	}
	return &illness{parts: parts, state: kiosk.New(parts.Talk)}
}

// tell says on the glass why the totem cannot be opened, and writes it down unless it is the same as before.
func (i *illness) tell(err error) {
	code := fault.Of(err).Code
	if code != i.code {
		event.Log(i.parts.Log, event.OutOfService, fault.Attrs(err)...)
	}
	i.code = code
	i.hear(i.parts.front.begin(func() {})...)
	i.hear(kiosk.ClockChanged{Unknown: true}, kiosk.OutOfService{Code: string(code)})
}

// wait talks until again brings something. It returns false when ctx ends first.
func (i *illness) wait(ctx context.Context, again <-chan time.Time) bool {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var heard kiosk.Msg
	var beat Beat
	for {
		i.hear(kiosk.Tick{Now: i.parts.Now()})
		i.parts.front.show(kiosk.View(i.state), heard)
		i.parts.front.serves(service{code: i.code})
		beat.pass(i.parts.Glass, service{code: i.code}.String())
		beat = Beat{}
		timer.Reset(i.untilWake())
		select {
		case <-ctx.Done():
			return false
		case <-again:
			return true
		case heard = <-i.parts.Glass.Taps():
			i.parts.front.ear.hush()
		case <-i.parts.front.done.wake:
			heard = i.parts.front.next()
		case beat = <-i.parts.Beats:
			heard = nil
		case <-timer.C:
			heard = nil
		}
		if heard != nil {
			i.hear(heard)
		}
	}
}

// untilWake returns how long nothing will change by itself.
func (i *illness) untilWake() time.Duration {
	if at, ok := i.state.Wake(); ok {
		return max(at.Sub(i.parts.Now()), 10*time.Millisecond)
	}
	return time.Hour
}

// hear gives messages to the conversation. Whatever it wants done, there is nothing to do it with.
func (i *illness) hear(all ...kiosk.Msg) {
	for _, m := range all {
		i.state, _ = kiosk.Update(i.state, m)
	}
}
