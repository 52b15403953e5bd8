package appliance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/locale"
	"example.org/totem/ui/placard"
)

// languages are those that a citizen is told in that there are no tickets: there is no key to choose another one.
func languages() []locale.Lang { return []locale.Lang{"it", "en", "ro", "ar", "zh"} }

// Complaint is why the service screen is shown. Empty fields are left out.
type Complaint struct {
	Unit     string     `json:"unit,omitempty"` // of systemd, that failed
	Code     fault.Code `json:"code,omitempty"` // as the unit's last words have it
	Sentence string     `json:"sentence,omitempty"`
	Cause    string     `json:"cause,omitempty"`
	Remedy   string     `json:"remedy,omitempty"`
}

// Service shows the service screen until ctx ends, or for so long; 0 is without an end. It shows what is wrong with the set-up
// where that is why there is no kiosk. The picture stays.
func Service(ctx context.Context, c Config, why Complaint, atMost time.Duration) error {
	c = c.complete()
	w, leave := c.wall()
	defer leave() // the picture is all there was to do
	if err := c.hangSoon(ctx, w, c.service(why)); err != nil {
		return err
	}
	if atMost == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	if !c.wait(ctx.Done(), atMost) {
		return ctx.Err()
	}
	return nil
}

// service is the placard of a totem without a kiosk.
func (c Config) service(why Complaint) placard.Page {
	page := placard.Page{Foot: c.foot(nil)}
	for _, l := range languages() {
		page.Sayings = append(page.Sayings, placard.Saying{Lang: l, Title: locale.Say(l, locale.OutTitle), Lead: locale.Say(l, locale.AskDesk)})
	}
	if s, err := LastState(c); err == nil && !s.Ready && len(s.Page.Trouble) > 0 {
		if len(s.Page.Trouble) > 1 || !c.there(enrolledFile) { // nobody but a technician has seen this totem yet
			return s.Page
		}
		page.Trouble = s.Page.Trouble
		return page
	}
	page.Trouble = []placard.Trouble{why.trouble()}
	return page
}

// trouble says what is known in a technician's words.
func (w Complaint) trouble() placard.Trouble {
	t := placard.Trouble{Code: string(w.Code), Where: w.Unit, Sentence: "the totem's program does not stay up", Cause: w.Cause,
		Remedy: "it is tried again every ten minutes; switch the totem off and on once; if it stays so, write a new card"}
	for _, e := range fault.List() {
		if e.Code == w.Code {
			t.Sentence, t.Remedy = strings.TrimSuffix(e.Meaning, "."), strings.TrimSuffix(e.Remedy, ".")
		}
	}
	if w.Sentence != "" { // it knows better what it met than the list does
		t.Sentence = w.Sentence
	}
	if w.Remedy != "" {
		t.Remedy = w.Remedy
	}
	return t
}

// Starting shows that the totem is starting, and returns; the picture stays.
func Starting(ctx context.Context, c Config) error {
	c = c.complete()
	return c.once(ctx, placard.Page{Title: locale.Say("it", locale.WaitingTitle), Lead: locale.Say("en", locale.WaitingTitle), Foot: c.foot(nil)})
}

// Farewell shows that the totem may be unplugged or, where it starts again, that it does; and returns. The picture stays.
func Farewell(ctx context.Context, c Config, again bool) error {
	c = c.complete()
	page := placard.Page{Title: "It is safe to unplug.", Lead: "The totem has stopped. Everything is written.", Mark: "done", Foot: c.foot(nil)}
	if again {
		page = placard.Page{Title: "The totem starts again.", Lead: "One moment.", Foot: page.Foot}
	}
	return c.once(ctx, page)
}

func (c Config) once(ctx context.Context, page placard.Page) error {
	w, leave := c.wall()
	if err := c.hangSoon(ctx, w, page); err != nil {
		return err
	}
	if err := leave(); err != nil {
		return fmt.Errorf("let the panel go: %w", err)
	}
	return nil
}
