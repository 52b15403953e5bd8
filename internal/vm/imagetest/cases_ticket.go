package imagetest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"example.org/totem/internal/golden"
	"example.org/totem/internal/papersim"
	"example.org/totem/internal/vm"
)

func tryTicket(ctx context.Context, l *lab) error {
	return l.withStart(ctx, "ticket", func(ctx context.Context, g *guest) error {
		number, err := g.takeTicket(ctx, "ticket")
		if err != nil {
			return err
		}
		return l.ledgerKnows(ctx, mainTotem, number)
	})
}

func tryCutOff(ctx context.Context, l *lab) error {
	return l.withStart(ctx, "cut-off", func(ctx context.Context, g *guest) error {
		l.say("the network cable is pulled")
		if err := g.SetLink(ctx, false); err != nil {
			return err
		}
		if _, err := g.sees(ctx, 120*time.Second, "cut-off-offline", "offline"); err != nil {
			l.say("the screen does not say that the link is down: %v", err)
		}
		number, err := g.takeTicket(ctx, "cut-off")
		if err != nil {
			return err
		}
		known, err := l.central.tickets(ctx, mainTotem)
		if err != nil {
			return err
		}
		if _, ok := known[number]; ok {
			return fmt.Errorf("the ledger knows ticket %s, though the totem is cut off", number)
		}
		l.say("the cable is plugged in again")
		begin := time.Now()
		if err := g.SetLink(ctx, true); err != nil {
			return err
		}
		err = l.ledgerKnows(ctx, mainTotem, number)
		l.figure("delivered_s", time.Since(begin).Seconds())
		return err
	})
}

// withStart boots the card, waits for the start screen, does something, and switches off in order.
func (l *lab) withStart(ctx context.Context, name string, do func(context.Context, *guest) error) error {
	g, err := l.boot(ctx, name, l.card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if _, err := g.sees(ctx, 60*time.Second, name+"-start", "start"); err != nil {
		return errors.Join(err, g.confess(ctx, name))
	}
	if err := do(ctx, g); err != nil {
		g.photograph(ctx, name+"-wrong")
		return errors.Join(err, g.confess(ctx, name))
	}
	_, err = g.off(ctx)
	return err
}

// touch touches a control where the screen that was seen last has it, which must be the one that is named.
func (g *guest) touch(ctx context.Context, screen, id string) error {
	if !g.shown.is(screen) {
		return fmt.Errorf("%s is not touched: the screen is not %s", id, screen)
	}
	at, err := g.shown.place(id)
	if err != nil {
		return err
	}
	return g.Tap(ctx, at)
}

var onSlip = regexp.MustCompile(`[A-E][0-9]{3}\b`)

// takeTicket takes the first place of the first service by touches, and returns the number that is on the slip.
func (g *guest) takeTicket(ctx context.Context, name string) (string, error) {
	before := len(g.printer.Slips())
	service := g.lab.screens.service
	if _, err := g.sees(ctx, 10*time.Second, name+"-before", "start", "offline"); err != nil {
		return "", err
	}
	if err := g.touch(ctx, g.shown.name, "service-"+service); err != nil {
		return "", err
	}
	if _, err := g.sees(ctx, 10*time.Second, name+"-times", "times"); err != nil {
		return "", err
	}
	if err := vm.Pause(ctx, time.Second); err != nil { // a second touch at once is taken for the echo of the first
		return "", err
	}
	if err := g.touch(ctx, "times", "take"); err != nil {
		return "", err
	}
	number, err := g.handsOver(ctx, name)
	if n := len(g.printer.Slips()) - before; err == nil && n != 1 {
		err = fmt.Errorf("%d slips were printed, want 1", n)
	}
	return number, err
}

// handsOver waits until a slip is there, goes on to the start screen, and returns the number that is on the slip.
func (g *guest) handsOver(ctx context.Context, name string) (string, error) {
	if _, err := g.sees(ctx, 20*time.Second, name+"-taken", "take"); err != nil {
		return "", err
	}
	slips := g.printer.Slips()
	if len(slips) == 0 {
		return "", errors.New("no slip was printed")
	}
	slip := slips[len(slips)-1]
	if err := golden.WritePNG(g.lab.path(name+"-slip.png"), slip.Image); err != nil {
		return "", err
	}
	g.lab.keepPicture(name + "-slip.png")
	number := onSlip.FindString(papersim.Listing(slip.Bytes))
	if number == "" {
		return "", errors.New("no number can be read on the slip")
	}
	g.lab.say("ticket %s is on paper", number)
	if err := g.touch(ctx, "take", "done"); err != nil {
		return number, err
	}
	_, err := g.sees(ctx, 60*time.Second, name+"-after", "start", "offline")
	return number, err
}

// ledgerKnows waits until the ledger has a ticket.
func (l *lab) ledgerKnows(ctx context.Context, totem, number string) error {
	ctx, cancel := context.WithTimeout(ctx, l.patience(90*time.Second))
	defer cancel()
	for {
		known, err := l.central.tickets(ctx, totem)
		if err != nil {
			return err
		}
		if state, ok := known[number]; ok {
			l.say("the ledger has ticket %s: %s", number, state)
			return nil
		}
		if err := vm.Pause(ctx, time.Second); err != nil {
			return fmt.Errorf("the ledger does not learn of ticket %s: %w", number, err)
		}
	}
}
