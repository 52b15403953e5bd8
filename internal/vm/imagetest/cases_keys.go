package imagetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"example.org/totem/internal/vm"
)

func tryKeys(ctx context.Context, l *lab) error {
	stick, err := l.newStick()
	if err != nil {
		return err
	}
	return l.withStart(ctx, "keys", func(ctx context.Context, g *guest) error {
		before, err := g.uptime(ctx)
		if err != nil {
			return err
		}
		l.say("a keyboard and a storage stick are plugged in")
		drive := map[string]any{"driver": "file", "node-name": "stickfile", "filename": stick}
		if err := errors.Join(g.Plug(ctx, "usb-kbd", "keyboard", nil), g.Do(ctx, "blockdev-add", drive, nil)); err != nil {
			return err
		}
		if err := g.Plug(ctx, "usb-storage", "stick", map[string]any{"drive": "stickfile"}); err != nil {
			return err
		}
		if err := vm.Pause(ctx, l.patience(3*time.Second)); err != nil {
			return err
		}
		if err := g.storm(ctx); err != nil {
			return err
		}
		if err := vm.Pause(ctx, l.patience(5*time.Second)); err != nil {
			return err
		}
		if _, err := g.sees(ctx, 30*time.Second, "keys-after", "start"); err != nil {
			return err
		}
		after, err := g.uptime(ctx)
		if err != nil {
			return err
		}
		if after < before || g.resets() > 0 {
			return errors.New("the keys restarted the machine")
		}
		return g.noStick(ctx)
	})
}

// storm presses what switches terminals, restarts, kills, and a lot besides.
func (g *guest) storm(ctx context.Context) error {
	chords := [][]string{{"ctrl", "alt", "delete"}, {"ctrl", "alt", "backspace"}, {"alt", "sysrq", "b"}, {"alt", "sysrq", "o"}, {"alt", "sysrq", "r"}, {"alt", "f4"}, {"ctrl", "c"},
		{"ctrl", "alt", "f1"}, {"ctrl", "alt", "f2"}, {"ctrl", "alt", "f3"}, {"ctrl", "alt", "f9"}, {"alt", "tab"}, {"meta_l"}, {"esc"}, {"ret"}, {"spc"}, {"tab"}, {"print"}, {"pause"}}
	for range 3 {
		for _, chord := range chords {
			if err := g.Keys(ctx, chord...); err != nil {
				return err
			}
		}
	}
	for range 7 { // seven times in two seconds, systemd would reboot by force
		if err := g.Keys(ctx, "ctrl", "alt", "delete"); err != nil {
			return err
		}
	}
	for i := range 300 {
		if err := g.Keys(ctx, string(rune('a'+i%26))); err != nil {
			return err
		}
	}
	g.lab.say("%d key strokes were sent", 3*len(chords)+307)
	return nil
}

// loaderKeys open a menu, an editor or a command line in GRUB, or start something there; the last six are for the kernel and its
// terminal: SysRq-R gives the terminal its keyboard back, SysRq-K kills what runs at it. Loader, kernel and kiosk get all of them.
var loaderKeys = [][]string{{"esc"}, {"c"}, {"e"}, {"ret"}, {"shift"}, {"tab"}, {"f4"}, {"f8"}, {"f10"}, {"ctrl", "c"}, {"ctrl", "x"}, {"spc"}, {"up"}, {"down"}, {"home"}, {"b"}, {"n"},
	{"alt", "sysrq", "r"}, {"ctrl", "c"}, {"alt", "sysrq", "k"}, {"ctrl", "backslash"}, {"ctrl", "z"}, {"alt", "f2"}}

// tryBootKeys presses keys from the moment at which the firmware, which is not ours, starts the card's loader.
func tryBootKeys(ctx context.Context, l *lab) error {
	stick, err := l.newStick()
	if err != nil {
		return err
	}
	l.say("power on, with a keyboard and a storage stick")
	g, err := l.boot(ctx, "boot-keys", l.card, func(c *vm.Config) { c.Keyboard, c.Stick = true, stick })
	if err != nil {
		return err
	}
	defer g.end()
	select {
	case <-g.loads:
	case <-time.After(l.patience(20 * time.Second)):
		return errors.New("the firmware did not say that it starts the card's loader")
	case <-ctx.Done():
		return ctx.Err()
	}
	typing, stop := context.WithCancel(ctx)
	defer stop()
	var typist sync.WaitGroup
	strokes := 0
	typist.Go(func() {
		for ; typing.Err() == nil && len(g.loads) == 0; strokes++ { // not into the firmware of another start
			_ = g.Keys(typing, loaderKeys[strokes%len(loaderKeys)]...) // a machine that is gone is seen below
		}
	})
	_, err = g.sees(ctx, 60*time.Second, "boot-keys-start", "start")
	stop()
	typist.Wait()
	if err != nil {
		return errors.Join(err, g.confess(ctx, "boot-keys"))
	}
	l.say("%d key strokes were sent", strokes)
	slot, err := g.slot(ctx)
	if err != nil {
		return err
	}
	if resets := g.resets(); slot != "A" || resets > 0 {
		return fmt.Errorf("slot %s runs, after %d resets", slot, resets)
	}
	if err := g.noStick(ctx); err != nil {
		return err
	}
	_, err = g.off(ctx)
	return err
}

// newStick returns a storage stick with nothing on it.
func (l *lab) newStick() (string, error) {
	stick := l.work("stick.img")
	return stick, os.WriteFile(stick, make([]byte, 1<<20), 0o600)
}

// noStick looks whether a disk has appeared beside the card.
func (g *guest) noStick(ctx context.Context) error {
	out, err := g.ask(ctx, "list", "/sys/block")
	if err != nil {
		return err
	}
	devices, err := g.ask(ctx, "run", "/usr/bin/grep", "-rs", ".", "/sys/bus/usb/devices", "--include=product", "--include=authorized")
	g.lab.say("block devices: %s", strings.Join(strings.Fields(out), " "))
	if err == nil {
		g.lab.say("USB: %s", strings.Join(strings.Fields(devices), " "))
	}
	for _, name := range strings.Fields(out) {
		if strings.HasPrefix(name, "sd") {
			return fmt.Errorf("the storage stick was taken, as %s", name)
		}
	}
	return nil
}

func (g *guest) uptime(ctx context.Context) (seconds float64, err error) {
	out, err := g.ask(ctx, "uptime")
	if err == nil {
		_, err = fmt.Sscan(out, &seconds)
	}
	return seconds, err
}
