package imagetest

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"strings"
	"time"

	"example.org/totem/internal/disk"
	"example.org/totem/internal/vm"
)

// A kiosk that ends at once, every time: the probe does, where it is told no terminal.
const badKiosk = "[Service]\nExecStart=\nExecStart=/usr/bin/totem-probe\n"

func brokenKiosk() vm.File {
	return vm.File{Name: "/etc/systemd/system/totem-kiosk.service.d/image-test.conf", Content: []byte(badKiosk), Mode: 0o644}
}

// mended undoes what a case did to the card: the boot state is as delivered, and slot B is a copy of the whole slot A, or slot A
// of B.
func (l *lab) mended(ctx context.Context, whole, broken int) error {
	f, err := os.OpenFile(l.card, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	for at := int64(0); at < l.size[whole]; at += 1 << 20 {
		b := make([]byte, 1<<20)
		if _, err := f.ReadAt(b, l.offset[whole]+at); err != nil {
			return err
		}
		if _, err := f.WriteAt(b, l.offset[broken]+at); err != nil {
			return err
		}
	}
	delivered := vm.Edit{Image: l.opt.Image, Dir: l.opt.Work}
	for _, name := range []string{"totem/env1", "totem/env2"} {
		env, err := delivered.ReadFAT(ctx, l.offset[disk.ESP], name)
		if err != nil {
			return err
		}
		if err := l.edit(l.card).WriteFAT(ctx, l.offset[disk.ESP], name, env); err != nil {
			return err
		}
	}
	return nil
}

// trial starts the card, has it try slot B at the next start, and switches it off.
func (l *lab) trial(ctx context.Context, name string) error {
	return l.withStart(ctx, name+"-before", func(ctx context.Context, g *guest) error {
		out, err := g.ask(ctx, "run", "/usr/bin/totem", "bootstate", "set-primary", "B")
		if err != nil {
			return fmt.Errorf("set slot B on trial: %w: %s", err, out)
		}
		return g.bootstate(ctx)
	})
}

// bootstate notes what the guest says of its slots.
func (g *guest) bootstate(ctx context.Context) error {
	out, err := g.ask(ctx, "run", "/usr/bin/totem", "bootstate", "show")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		g.lab.say("bootstate: %s", line)
	}
	return err
}

// saysWhy looks whether the service screen had words for a program that left none.
func (g *guest) saysWhy(ctx context.Context) error {
	words, err := g.ask(ctx, "read", "/run/totem-rescue/totem-kiosk.json")
	if err != nil {
		return err
	}
	if !strings.Contains(words, `"T603"`) {
		return fmt.Errorf("of why the kiosk ended there is %q", words)
	}
	g.lab.say("the service screen's words: %s", strings.TrimSpace(words))
	return nil
}

// slot returns which slot the guest runs from.
func (g *guest) slot(ctx context.Context) (string, error) {
	out, err := g.ask(ctx, "read", "/proc/cmdline")
	_, rest, ok := strings.Cut(out, "totem.slot=")
	if err != nil || !ok || rest == "" {
		return "", fmt.Errorf("which slot runs cannot be told from %q: %w", out, err)
	}
	return rest[:1], nil
}

// comesUp starts the card and waits for the start screen from a slot, whatever happens before.
func (l *lab) comesUp(ctx context.Context, name, slot string, within time.Duration) error {
	g, err := l.boot(ctx, name, l.card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if _, err := g.sees(ctx, within, name+"-after", "start"); err != nil {
		return errors.Join(err, g.confess(ctx, name))
	}
	l.figure("back_s", time.Since(g.Begin).Seconds())
	now, err := g.slot(ctx)
	if err == nil && now != slot {
		err = fmt.Errorf("slot %s runs, want %s", now, slot)
	}
	err = errors.Join(err, g.bootstate(ctx), g.journal(ctx, name))
	if _, off := g.off(ctx); off != nil {
		return errors.Join(err, off)
	}
	return err
}

func tryNoKernel(ctx context.Context, l *lab) error {
	if err := l.trial(ctx, "no-kernel"); err != nil {
		return err
	}
	if err := l.edit(l.card).WriteExt4(ctx, l.offset[disk.RootB], vm.File{Name: "/boot/vmlinuz", Gone: true}); err != nil {
		return err
	}
	return errors.Join(l.comesUp(ctx, "no-kernel", "A", 60*time.Second), l.mended(ctx, disk.RootA, disk.RootB))
}

func tryBadTrial(ctx context.Context, l *lab) error {
	if err := l.trial(ctx, "bad-trial"); err != nil {
		return err
	}
	if err := l.edit(l.card).WriteExt4(ctx, l.offset[disk.RootB], brokenKiosk()); err != nil {
		return err
	}
	return errors.Join(l.comesUp(ctx, "bad-trial", "A", 5*time.Minute), l.mended(ctx, disk.RootA, disk.RootB))
}

func tryCrashLoop(ctx context.Context, l *lab) error {
	if err := l.edit(l.card).WriteExt4(ctx, l.offset[disk.RootA], brokenKiosk()); err != nil {
		return err
	}
	err := l.comesUp(ctx, "crash-loop-other", "B", 5*time.Minute)
	if err == nil {
		l.say("now the other slot's kiosk does not stay up either")
		err = errors.Join(l.edit(l.card).WriteExt4(ctx, l.offset[disk.RootB], brokenKiosk()), l.saysSo(ctx))
		whole := l.edit(l.card).WriteExt4(ctx, l.offset[disk.RootB], vm.File{Name: brokenKiosk().Name, Gone: true})
		err = errors.Join(err, whole)
	}
	return errors.Join(err, l.mended(ctx, disk.RootB, disk.RootA))
}

// saysSo starts the card and waits for the service screen, and looks whether it stays.
func (l *lab) saysSo(ctx context.Context) error {
	const name = "crash-loop-both"
	g, err := l.boot(ctx, name, l.card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if _, err := g.sees(ctx, 8*time.Minute, name+"-service", "service"); err != nil {
		return errors.Join(err, g.confess(ctx, name))
	}
	if err := errors.Join(g.bootstate(ctx), g.saysWhy(ctx), g.journal(ctx, name)); err != nil {
		return err
	}
	staying, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	before := g.resets()
	p, _ := g.Look(staying, watchEvery, func(p *image.RGBA) bool { near, _ := l.screens.nearest(p); return !near.is("service") })
	if staying.Err() == nil || g.resets() > before {
		l.shot(name+"-left", p)
		return errors.New("the service screen did not stay")
	}
	_, err = g.off(ctx)
	return err
}
