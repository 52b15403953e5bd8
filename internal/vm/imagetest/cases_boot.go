package imagetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"example.org/totem/internal/disk"
	"example.org/totem/internal/disk/gpt"
)

// firstBoot is the case without which the others have no card.
const firstBoot = "first-boot"

// trials are all cases in the order in which they are tried. Those up to hang leave the card as they found it; from then on the
// machine is treated worse and worse.
func trials() []trial {
	return []trial{
		{firstBoot, "A card with a provisioning file becomes a totem by itself: data grown, key made, enrolled, token blotted out, start screen.", tryFirstBoot},
		{"boot", "A normal boot reaches the start screen in time, and a press on the power button ends it in time.", tryBoot},
		{"ticket", "A finger takes a ticket; the slip is printed, and the ledger knows it.", tryTicket},
		{"cut-off", "With the network cable pulled a ticket is taken and printed; with the cable back the ledger learns of it.", tryCutOff},
		{"closed", "Nobody is listened to, nothing but data can be written, nobody has a shell, and no process has more than it needs.", tryClosed},
		{"keys", "A keyboard switches to no other terminal, restarts nothing and kills nothing; a storage stick is not taken.", tryKeys},
		{"boot-keys", "A keyboard and a storage stick that are there at power on, and keys while the loader and the kernel run, change nothing.", tryBootKeys},
		{"hang", "A kiosk that hangs is started anew, without a reboot.", tryHang},
		{"watchdog", "A system that hangs is reset by the hardware watchdog, and comes back.", tryWatchdog},
		{"no-kernel", "A trial slot without a kernel: the committed slot is started.", tryNoKernel},
		{"bad-trial", "A trial slot whose kiosk does not stay up: the committed slot comes back by itself.", tryBadTrial},
		{"crash-loop", "The committed slot's kiosk does not stay up: the other slot serves; where neither does, the service screen says so.", tryCrashLoop},
		{"no-file", "A card without a provisioning file says so.", tryNoFile},
		{"wrong-file", "A provisioning file with mistakes: the page names each.", tryWrongFile},
		{"no-network", "A first boot without a network says so, and goes on by itself when the cable is plugged in.", tryNoNetwork},
		{"no-clock", "A totem whose clock shows 1970 takes the time from its scheduler.", tryNoClock},
		{"power-cuts", "The power is cut at any flush of a first boot and of tickets: the system starts, and no ticket is lost.", tryPowerCuts},
	}
}

func tryFirstBoot(ctx context.Context, l *lab) error {
	card, err := l.newCard(ctx, "card.img")
	if err != nil {
		return err
	}
	text, err := l.provisioning(ctx, mainTotem)
	if err != nil {
		return err
	}
	if err := l.provision(ctx, card, text); err != nil {
		return err
	}
	l.say("power on, first boot")
	g, err := l.boot(ctx, firstBoot, card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if err := g.albumOfSetup(ctx); err != nil {
		return errors.Join(err, g.confess(ctx, firstBoot))
	}
	if _, err = g.sees(ctx, 60*time.Second, "first-boot-start", "start"); err != nil {
		return errors.Join(err, g.confess(ctx, firstBoot))
	}
	l.figure("first_boot_s", time.Since(g.Begin).Seconds())
	l.card = card
	err = errors.Join(l.isEnrolled(ctx, mainTotem), g.hasGrown(ctx))
	err = errors.Join(err, g.journal(ctx, firstBoot))
	if _, off := g.off(ctx); off != nil {
		return errors.Join(err, off)
	}
	return errors.Join(err, l.isBlotted(ctx, card, text), l.tableIsWhole(card))
}

// confess keeps what is known of a guest that did not do what it should.
func (g *guest) confess(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.lab.patience(25*time.Second))
	defer cancel()
	err := g.journal(ctx, name)
	if page, err := g.setup(ctx); err == nil {
		g.lab.say("the set-up's last page: %s %s", page.Title, troubles(page))
	}
	if out, missing := g.ask(ctx, "processes"); missing == nil {
		err = errors.Join(err, os.WriteFile(g.lab.path(name+"-processes.txt"), []byte(out), 0o644))
	}
	return err
}

func (l *lab) isEnrolled(ctx context.Context, totem string) error {
	out, err := l.central.call(ctx, "totems", "--data", l.central.data, "--json")
	if err != nil {
		return err
	}
	if !strings.Contains(string(out), `"totem": "`+totem+`"`) || !strings.Contains(string(out), `"key": "enrolled"`) {
		return fmt.Errorf("the scheduler does not know the totem's key: %s", out)
	}
	return nil
}

// hasGrown looks whether the data partition has taken the rest of the card.
func (g *guest) hasGrown(ctx context.Context) error {
	out, err := g.ask(ctx, "room", "/data")
	if err != nil {
		return err
	}
	var size int64
	if _, err := fmt.Sscan(out, &size); err != nil {
		return err
	}
	if least := int64(cardSize) - g.lab.offset[disk.Data]; size < least*9/10 {
		return fmt.Errorf("the data partition has %d MiB of the %d that there are", size>>20, least>>20)
	}
	g.lab.say("the data partition has %d MiB", size>>20)
	return nil
}

func (l *lab) isBlotted(ctx context.Context, card, text string) error {
	now, err := l.edit(card).ReadFAT(ctx, l.offset[disk.ESP], "totem/provision.toml")
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(text, "token = \"")
	token, _, _ := strings.Cut(rest, "\"")
	if strings.Contains(string(now), token) {
		return errors.New("the token is still in the provisioning file on the card")
	}
	if len(now) != len(text) {
		return fmt.Errorf("the provisioning file had %d bytes and has %d", len(text), len(now))
	}
	return nil
}

func (l *lab) tableIsWhole(card string) error {
	f, err := os.Open(card)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = gpt.Read(f, cardSize)
	return err
}

func tryBoot(ctx context.Context, l *lab) error {
	g, err := l.boot(ctx, "boot", l.card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if _, err := g.sees(ctx, 60*time.Second, "boot-start", "start"); err != nil {
		return errors.Join(err, g.confess(ctx, "boot"))
	}
	took := time.Since(g.Begin).Seconds()
	l.figure("boot_to_start_s", took)
	l.say("%.1f s from power to the start screen", took)
	for _, question := range [][]string{{"blame", "/usr/bin/systemd-analyze", "blame", "--no-pager"}, {"time", "/usr/bin/systemd-analyze", "time"}} {
		if out, err := g.ask(ctx, "run", question[1:]...); err == nil {
			os.WriteFile(l.path("boot-"+question[0]+".txt"), []byte(out), 0o644)
		}
	}
	kept := g.journal(ctx, "boot")
	off, err := g.off(ctx)
	l.figure("stop_s", off.Seconds())
	return errors.Join(kept, err)
}
