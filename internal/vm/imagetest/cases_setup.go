package imagetest

import (
	"context"
	"errors"
	"os"
	"time"

	"example.org/totem/internal/vm"
)

func tryNoFile(ctx context.Context, l *lab) error {
	card, err := l.newCard(ctx, "spare.img")
	if err != nil {
		return err
	}
	defer os.Remove(card)
	g, err := l.boot(ctx, "no-file", card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if err := g.tellsOf(ctx, 90*time.Second, "no-file", "T121"); err != nil {
		return err
	}
	_, err = g.off(ctx)
	return err
}

// mistaken has a misspelt field, a totem that is none and an address that is none.
const mistaken = `office = "valfiorita-anagrafe"
totem = "Ingresso 1"
scheduler = "tls://10.0.2.100:4222"
pins = ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
token = "00000-00000-00000-00000-000000"

[network]
method = "static"
address = "10.20.0.300/24"
gatway = "10.20.0.1"
`

func tryWrongFile(ctx context.Context, l *lab) error {
	card, err := l.newCard(ctx, "spare.img")
	if err != nil {
		return err
	}
	defer os.Remove(card)
	if err := l.provision(ctx, card, mistaken); err != nil {
		return err
	}
	g, err := l.boot(ctx, "wrong-file", card, nil)
	if err != nil {
		return err
	}
	defer g.end()
	if err := g.tellsOf(ctx, 90*time.Second, "wrong-file", "T120", "totem", "network.address", "gatway"); err != nil {
		return err
	}
	_, err = g.off(ctx)
	return err
}

// spareCard is a card of spareTotem that was never started; it is made once.
func (l *lab) spareCard(ctx context.Context) (string, error) {
	card := l.work("spare-totem.img")
	if _, err := os.Stat(card); err == nil && l.spare {
		return card, nil
	}
	l.spare = true
	if _, err := l.newCard(ctx, "spare-totem.img"); err != nil {
		return "", err
	}
	text, err := l.provisioning(ctx, spareTotem)
	if err != nil {
		return "", err
	}
	return card, l.provision(ctx, card, text)
}

func tryNoNetwork(ctx context.Context, l *lab) error {
	card, err := l.spareCard(ctx)
	if err != nil {
		return err
	}
	g, err := l.boot(ctx, "no-network", card, func(c *vm.Config) { c.Unplugged = true })
	if err != nil {
		return err
	}
	defer g.end()
	if err := g.tellsOf(ctx, 120*time.Second, "no-network", "cable"); err != nil {
		return err
	}
	l.say("the network cable is plugged in")
	if err := g.SetLink(ctx, true); err != nil {
		return err
	}
	if _, err := g.sees(ctx, 120*time.Second, "no-network-after", "start"); err != nil {
		return errors.Join(err, g.confess(ctx, "no-network"))
	}
	_, err = g.off(ctx)
	return err
}

func tryNoClock(ctx context.Context, l *lab) error {
	card, err := l.spareCard(ctx)
	if err != nil {
		return err
	}
	g, err := l.boot(ctx, "no-clock", card, func(c *vm.Config) { c.RTC = time.Date(1970, 1, 1, 0, 5, 0, 0, time.UTC) })
	if err != nil {
		return err
	}
	defer g.end()
	if _, err := g.sees(ctx, 120*time.Second, "no-clock-after", "start"); err != nil {
		return errors.Join(err, g.confess(ctx, "no-clock"))
	}
	_, err = g.off(ctx)
	return err
}
