package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/touch"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
)

func newRun() *cobra.Command {
	var config string
	var jsonLog bool
	c := &cobra.Command{
		Use:   "run",
		Short: "Give tickets until asked to stop",
		Long: `Give tickets until asked to stop.

The configuration names the office, the scheduler, the printer and the panel; docs/totem-toml.md describes it. The totem
works on without the scheduler for as long as its grant lasts. A totem that cannot be opened, for its database is damaged or its
data folder is not there, says so on the glass with the fault's code, and is tried again every 30 seconds.

Started by systemd with Type=notify it says when its first screen was really shown, how it is, and, with WatchdogSec, that it is
alive: three times in that time a question goes through the loops of conversation and window, and in each minute a whole picture
to the display. Where one of them hangs, no answer comes, and systemd starts it anew.`,
		Example: "  totem run --config /etc/totem/totem.toml",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if os.Getenv("GOGC") == "" {
				debug.SetGCPercent(garbage)
			}
			cfg, err := device.ReadConfig(config)
			if err != nil {
				return err
			}
			log := cli.Logger(os.Stderr, jsonLog)
			pressed := make(chan struct{}, 1)
			window, err := ui.New(ui.Config{Panel: panelOf(cfg.Panel), Title: "Totem", Fullscreen: cfg.Panel.Fullscreen,
				Guard: time.Duration(cfg.Panel.TouchGuard) * time.Millisecond, Pressed: func() { signal(pressed) }})
			if err != nil {
				return err
			}
			heart, err := newHeart()
			if err != nil {
				return err
			}
			serve := func(ctx context.Context) error {
				again := time.NewTicker(openAgain)
				defer again.Stop()
				return device.Serve(ctx, cfg, device.Parts{Glass: window, Random: rand.Reader, Log: log, Talk: talk(window, cfg), Beats: heart.Beats(),
					Finger: func(f touch.Finger) { window.TouchAt(f.X, f.Y, phase(f.Phase)) }, Pressed: pressed, Program: cli.ReleaseOf("totem").Version}, again.C)
			}
			return alive(c.Context(), heart, func(ctx context.Context) error { return runBoth(ctx, window, serve) })
		},
	}
	c.Flags().StringVar(&config, "config", "/etc/totem/totem.toml", "configuration `file`")
	c.Flags().BoolVar(&jsonLog, "json", false, "write the log as JSON lines")
	return cli.UntilStopped(c)
}

// garbage is how much memory may wait to be used again, in per cent of what is in use. A totem has little to do and its board
// little memory: a touch costs hardly more time, and after some twenty there are 40 MiB less.
const garbage = 50

// openAgain is how often a totem that cannot be opened is tried again.
const openAgain = 30 * time.Second

// panelOf returns the glass as the window needs it.
func panelOf(p device.Panel) look.Panel {
	return look.Panel{Width: p.Width, Height: p.Height, PixelsPerMM: float64(p.Width) / float64(p.WidthMM), Bottom: float64(p.BottomMM)}
}

// talk says what the glass has room for, and what there is besides.
func talk(window *ui.Window, cfg device.Config) kiosk.Config {
	_, _, reach := panelOf(cfg.Panel).Reach()
	return cfg.Talk(window, reach)
}

// phase says in the words of the window what a finger does.
func phase(p touch.Phase) ui.Phase {
	return map[touch.Phase]ui.Phase{touch.Press: ui.Press, touch.Move: ui.Move, touch.Release: ui.Release, touch.Cancel: ui.Cancel}[p]
}

// signal leaves word in c, where none is yet.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it has not been heard yet
	}
}

// newHeart returns what tells systemd that the totem is alive, as often as it wants to hear it. Without systemd, it tells nobody.
func newHeart() (*device.Heart, error) {
	patience, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return nil, fault.New(fault.CodeSystem, err, "correct WatchdogSec of the totem's unit", "the service manager does not say how long it waits")
	}
	cfg := device.HeartConfig{Every: patience / beatsInPatience}
	if os.Getenv("NOTIFY_SOCKET") != "" {
		cfg.Tell = func(state string) error {
			_, err := daemon.SdNotify(false, state)
			return err
		}
	}
	return device.NewHeart(cfg), nil
}

// beatsInPatience is how many beats are tried before systemd gives a totem up.
const beatsInPatience = 3

// alive does what it is given while a heart beats.
func alive(ctx context.Context, heart *device.Heart, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { heart.Run(ctx) })
	defer beating.Wait()
	defer cancel()
	return do(ctx)
}

// runBoth runs the window on this goroutine, as the system wants it, and serves beside it, until either ends.
func runBoth(ctx context.Context, window *ui.Window, serve func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		err := serve(ctx)
		window.Close()
		ended <- err
	}()
	err := window.Run()
	cancel()
	return errors.Join(<-ended, err)
}
