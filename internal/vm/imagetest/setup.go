package imagetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"strings"
	"time"

	"example.org/totem/ui/placard"
)

// setup asks the guest for the last page of its set-up: what it says it shows.
func (g *guest) setup(ctx context.Context) (placard.Page, error) {
	var state struct {
		Page placard.Page `json:"page"`
	}
	out, err := g.askWithin(ctx, 3*time.Second, "read", "/run/totem/setup.json")
	if err != nil {
		return state.Page, err
	}
	return state.Page, json.Unmarshal([]byte(out), &state)
}

// troubles are the codes and sentences of a page in one line.
func troubles(page placard.Page) string {
	var all []string
	for _, t := range page.Trouble {
		all = append(all, strings.TrimSpace(t.Code+" "+t.Where+" "+t.Sentence))
	}
	return strings.Join(all, "; ")
}

// tellsOf waits until the set-up's page has all the words, and looks whether that page is on the screen, dot by dot.
func (g *guest) tellsOf(ctx context.Context, within time.Duration, shot string, words ...string) error {
	ctx, cancel := context.WithTimeout(ctx, g.lab.patience(within))
	defer cancel()
	share, said := 0.0, ""
	p, err := g.Look(ctx, 2*watchEvery, func(p *image.RGBA) bool {
		page, err := g.setup(ctx)
		if err != nil {
			return false
		}
		if now := troubles(page); now != said {
			said = now
			g.lab.say("%5.1f s after power on the set-up says: %s", time.Since(g.Begin).Seconds(), said)
		}
		share = g.lab.screens.shows(p, page)
		for _, w := range words {
			if !strings.Contains(said, w) {
				return false
			}
		}
		return share > alike
	})
	g.lab.shot(shot, p)
	if err != nil {
		return errors.Join(fmt.Errorf("the screen does not say %q: the set-up says %q, and %.0f %% of that page is on the screen: %w", words, said, 100*share, err),
			g.confess(context.WithoutCancel(ctx), shot))
	}
	return nil
}

// albumOfSetup keeps a picture of each page of the set-up until its last step is done, as far as they stay long enough to be seen.
func (g *guest) albumOfSetup(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, g.lab.patience(120*time.Second))
	defer cancel()
	last, pictures := "", 0
	p, err := g.Look(ctx, watchEvery, func(p *image.RGBA) bool {
		page, err := g.setup(ctx)
		if err != nil || len(page.Steps) == 0 {
			return false
		}
		now, done := "", 0
		for _, s := range page.Steps {
			if s.State == placard.Doing || s.State == placard.Failed {
				now = s.Name + " " + s.State.Word()
			}
			if s.State == placard.Done || s.State == placard.Noted {
				done++
			}
		}
		if now += " " + troubles(page); now != last && g.lab.screens.shows(p, page) > alike {
			last = now
			pictures++
			g.lab.say("%5.1f s after power on: %d of %d steps done, %s", time.Since(g.Begin).Seconds(), done, len(page.Steps), now)
			g.lab.shot(fmt.Sprintf("first-boot-setup-%d", pictures), p)
		}
		return done == len(page.Steps)
	})
	if err != nil {
		g.lab.shot("first-boot-stuck", p)
		return fmt.Errorf("the set-up does not come to its end; it is at %q: %w", last, err)
	}
	return nil
}
