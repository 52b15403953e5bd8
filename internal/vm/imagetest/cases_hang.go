package imagetest

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"example.org/totem/internal/vm"
)

func tryHang(ctx context.Context, l *lab) error {
	return l.withStart(ctx, "hang", func(ctx context.Context, g *guest) error {
		before, err := g.kiosk(ctx)
		if err != nil {
			return err
		}
		l.say("the kiosk is stopped, as if it hung (SIGSTOP)")
		begin := time.Now()
		if _, err := g.ask(ctx, "signal", "19", "totem run"); err != nil {
			return err
		}
		again, cancel := context.WithTimeout(ctx, l.patience(120*time.Second))
		defer cancel()
		for now := before; now == before || now == ""; {
			if err := vm.Pause(again, time.Second); err != nil {
				return fmt.Errorf("the kiosk is not started anew: %w", err)
			}
			if now, err = g.kiosk(again); err != nil {
				return err
			}
		}
		l.figure("killed_s", time.Since(begin).Seconds())
		if _, err := g.sees(ctx, 60*time.Second, "hang-after", "start"); err != nil {
			return err
		}
		l.figure("back_s", time.Since(begin).Seconds())
		if g.resets() > 0 {
			return errors.New("the machine was reset")
		}
		return nil
	})
}

// kiosk returns the process of the kiosk, "" for none.
func (g *guest) kiosk(ctx context.Context) (string, error) {
	return g.ask(ctx, "pid", "totem run")
}

func tryWatchdog(ctx context.Context, l *lab) error {
	return l.withStart(ctx, "watchdog", func(ctx context.Context, g *guest) error {
		g.Forget()
		l.say("the first process is frozen, and so feeds the watchdog no more")
		begin := time.Now()
		if _, err := g.ask(ctx, "put", "/sys/fs/cgroup/init.scope/cgroup.freeze", "1"); err != nil {
			return err
		}
		waiting, cancel := context.WithTimeout(ctx, l.patience(60*time.Second))
		defer cancel()
		if _, err := g.Await(waiting, "WATCHDOG"); err != nil {
			return err
		}
		l.figure("bites_s", time.Since(begin).Seconds())
		l.say("the watchdog bites after %.1f s", time.Since(begin).Seconds())
		// What is on the screen until then is of no interest.
		if _, err := g.Look(waiting, watchEvery, func(p *image.RGBA) bool { near, _ := l.screens.nearest(p); return !near.is("start") }); err != nil {
			return err
		}
		if _, err := g.sees(ctx, 90*time.Second, "watchdog-after", "start"); err != nil {
			return err
		}
		l.figure("back_s", time.Since(begin).Seconds())
		return nil
	})
}
