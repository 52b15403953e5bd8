package imagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"example.org/totem/internal/vm"
)

// ticketsOnLog is how many tickets are taken while the log is kept.
const ticketsOnLog = 4

func tryPowerCuts(ctx context.Context, l *lab) error {
	card, err := l.newCard(ctx, "power.img")
	if err != nil {
		return err
	}
	text, err := l.provisioning(ctx, powerTotem)
	if err != nil {
		return err
	}
	if err := l.provision(ctx, card, text); err != nil {
		return err
	}
	before := l.work("power-before.img")
	if err := vm.Copy(ctx, card, before, 0); err != nil {
		return err
	}
	defer os.Remove(before)
	log := l.work("power.log")
	defer os.Remove(log)
	promises, err := l.record(ctx, card, log)
	if err != nil {
		return err
	}
	return errors.Join(l.replay(ctx, before, card, log, text, promises), l.livesOn(ctx, card))
}

// promise is a ticket, and how long the log was when its first dots were printed.
type promise struct {
	number string
	from   int // entries
}

// record has a card become a totem and give tickets while every write is noted, and cuts the power.
func (l *lab) record(ctx context.Context, card, path string) ([]promise, error) {
	g, err := l.boot(ctx, "power-cuts", card, func(c *vm.Config) { c.Log = path })
	if err != nil {
		return nil, err
	}
	defer g.end()
	log, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	if _, err := g.sees(ctx, 120*time.Second, "power-cuts-start", "start"); err != nil {
		return nil, errors.Join(err, g.confess(ctx, "power-cuts"))
	}
	var begun []int
	g.printer.onSlip(func() {
		n, err := vm.LogLength(log)
		if err != nil {
			l.say("how long the log is cannot be told: %v", err)
		}
		begun = append(begun, n)
	})
	var promises []promise
	for i := range ticketsOnLog {
		number, err := g.takeTicket(ctx, fmt.Sprintf("power-cuts-%d", i+1))
		if err != nil {
			return nil, errors.Join(err, g.confess(ctx, "power-cuts"))
		}
		if len(begun) != i+1 {
			return nil, fmt.Errorf("%d slips were begun, want %d", len(begun), i+1)
		}
		promises = append(promises, promise{number, begun[i]})
	}
	return promises, l.ledgerKnows(ctx, powerTotem, promises[len(promises)-1].number)
}

// replay looks at what each cut leaves.
func (l *lab) replay(ctx context.Context, before, after, path, text string, promises []promise) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	log, err := vm.ReadLog(file, info.Size(), cardSize)
	if err != nil {
		return err
	}
	flushes := len(log.Flushes())
	each := max(1, (l.opt.Cuts+flushes-1)/max(flushes, 1)-1)
	l.say("the log has %d entries, %d of them flushes; each flush is looked at, and %d random choices of what follows it", len(log.Entries), flushes, each)
	played, err := os.OpenFile(before, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer played.Close()
	j := &judge{lab: l, log: log, promises: promises, disk: played, path: before, text: text}
	if err := j.prepare(ctx, after); err != nil {
		return err
	}
	player := &vm.Player{Log: log, Disk: played}
	seen, flushesSeen := 0, 0
	var wrong error
	for cut := range log.Cuts(rand.New(rand.NewPCG(l.opt.Seed, 8)), each) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if cut.Kept == nil {
			flushesSeen++
		}
		if err := player.Show(cut, func() error { return j.look(ctx, cut) }); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("cut after entry %d with %d more pieces: %w", cut.Flush, len(cut.Kept), err))
			l.say("cut after entry %d with %d more pieces: %v", cut.Flush, len(cut.Kept), err)
			if strings.Count(wrong.Error(), "\n") > 40 {
				return errors.Join(wrong, errors.New("and more, which were not looked for"))
			}
		}
		if seen++; seen%50 == 0 {
			l.say("%d cuts looked at", seen)
		}
	}
	l.figure("power_cuts", float64(seen))
	l.figure("flushes", float64(flushesSeen-1))
	l.say("%d cuts: %d with an enrolled identity, %d with a database; tickets promised and found %d times", seen, j.enrolled, j.databases, j.kept)
	if seen < l.opt.Cuts {
		wrong = errors.Join(wrong, fmt.Errorf("%d cuts are fewer than %d", seen, l.opt.Cuts))
	}
	return wrong
}

// livesOn starts the card whose power was cut in earnest, cuts it twice more while it starts, and once while a slip is printed.
func (l *lab) livesOn(ctx context.Context, card string) error {
	for i, after := range []time.Duration{7 * time.Second, 14 * time.Second} {
		g, err := l.boot(ctx, fmt.Sprintf("power-live-%d", i+1), card, nil)
		if err != nil {
			return err
		}
		err = vm.Pause(ctx, l.patience(after))
		g.end()
		if err != nil {
			return err
		}
		l.say("the power was cut %s after power on", l.patience(after))
	}
	printer := newPrinter() // which has a power supply of its own
	if err := l.cutAtSlip(ctx, printer, card); err != nil {
		return err
	}
	return l.tellsAfterCut(ctx, printer, card)
}

// cutAtSlip takes a ticket and cuts the power with the first dots of its slip.
func (l *lab) cutAtSlip(ctx context.Context, printer *printerLine, card string) error {
	g, err := l.bootBeside(ctx, printer, "power-live-3", card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if _, err := g.sees(ctx, 90*time.Second, "power-live-start", "start"); err != nil {
		return errors.Join(err, g.confess(ctx, "power-live-3"))
	}
	begun := make(chan struct{}, 1)
	g.printer.onSlip(func() {
		select {
		case begun <- struct{}{}:
		default:
		}
	})
	if err := g.touch(ctx, "start", "service-"+l.screens.service); err != nil {
		return err
	}
	if _, err := g.sees(ctx, 20*time.Second, "power-live-times", "times"); err != nil {
		return err
	}
	// A second touch at once would be taken for the echo of the first.
	if err := errors.Join(vm.Pause(ctx, time.Second), g.touch(ctx, "times", "take")); err != nil {
		return err
	}
	select {
	case <-begun:
	case <-time.After(l.patience(20 * time.Second)):
		return errors.New("no slip was begun")
	case <-ctx.Done():
		return ctx.Err()
	}
	l.say("the power is cut with the first dots of a slip")
	return nil
}

// tellsAfterCut starts the card, waits until the ledger has the ticket whose slip was cut off, if it had it not before, and asks for
// its slip once more, as whoever stands there is offered.
func (l *lab) tellsAfterCut(ctx context.Context, printer *printerLine, card string) error {
	g, err := l.bootBeside(ctx, printer, "power-live-4", card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if err := l.awaitTickets(ctx, ticketsOnLog+1); err != nil {
		return errors.Join(err, g.confess(ctx, "power-live-4"))
	}
	if err := g.asksAgain(ctx, "power-live"); err != nil {
		return errors.Join(err, g.confess(ctx, "power-live-4"))
	}
	_, err = g.off(ctx)
	return err
}

// awaitTickets waits until the ledger has so many tickets of the totem whose power is cut.
func (l *lab) awaitTickets(ctx context.Context, want int) error {
	ctx, cancel := context.WithTimeout(ctx, l.patience(120*time.Second))
	defer cancel()
	for {
		now, err := l.central.tickets(ctx, powerTotem)
		if err != nil {
			return err
		}
		if len(now) >= want {
			l.say("the ledger has the ticket whose slip was cut off: %d tickets", len(now))
			return nil
		}
		if err := vm.Pause(ctx, time.Second); err != nil {
			return fmt.Errorf("the ticket whose slip was cut off does not reach the ledger: %w", err)
		}
	}
}

// asksAgain has the slip printed that the power cut off: the screen offers it after the start.
func (g *guest) asksAgain(ctx context.Context, name string) error {
	if _, err := g.sees(ctx, 90*time.Second, name+"-found", "found"); err != nil {
		return err
	}
	before := len(g.printer.Slips())
	if err := g.touch(ctx, "found", "print"); err != nil {
		return err
	}
	number, err := g.handsOver(ctx, name)
	if err != nil {
		return err
	}
	if len(g.printer.Slips()) == before {
		return errors.New("the screen says that the slip is there, and it is not")
	}
	known, err := g.lab.central.tickets(ctx, powerTotem)
	if _, ok := known[number]; err == nil && !ok {
		err = fmt.Errorf("the slip is that of %s, which the ledger does not know", number)
	}
	return err
}
