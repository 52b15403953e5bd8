package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
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
works on without the scheduler for as long as its grant lasts.`,
		Example: "  totem run --config /etc/totem/totem.toml",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := device.ReadConfig(config)
			if err != nil {
				return err
			}
			log := cli.Logger(os.Stderr, jsonLog)
			window, err := ui.New(ui.Config{Panel: panelOf(cfg.Panel), Title: "Totem", Fullscreen: cfg.Panel.Fullscreen})
			if err != nil {
				return err
			}
			d, err := device.Open(c.Context(), cfg, device.Parts{Glass: window, Random: rand.Reader, Log: log, Program: cli.ReleaseOf("totem").Version})
			if err != nil {
				return err
			}
			return errors.Join(runBoth(c.Context(), d, window), d.Close())
		},
	}
	c.Flags().StringVar(&config, "config", "/etc/totem/totem.toml", "configuration `file`")
	c.Flags().BoolVar(&jsonLog, "json", false, "write the log as JSON lines")
	return cli.UntilStopped(c)
}

// panelOf returns the glass as the window needs it.
func panelOf(p device.Panel) look.Panel {
	return look.Panel{Width: p.Width, Height: p.Height, PixelsPerMM: float64(p.Width) / float64(p.WidthMM)}
}

// runBoth runs the window on this goroutine, as the system wants it, and the totem beside it, until either ends.
func runBoth(ctx context.Context, d *device.Device, window *ui.Window) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		err := d.Run(ctx)
		window.Close()
		ended <- err
	}()
	err := window.Run()
	cancel()
	return errors.Join(err, <-ended)
}
