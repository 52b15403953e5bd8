package device

import (
	"fmt"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
)

// Consents says what citizens are told of their data, and what they are asked for. It holds nothing of anybody.
type Consents struct {
	Production  bool              `json:"production,omitempty"`
	Missing     []string          `json:"missing,omitempty"` // fields of the office file without which the notice is not complete
	Edition     string            `json:"edition,omitempty"` // of the notice
	Channels    []privacy.Channel `json:"channels,omitempty"`
	Withdrawals int               `json:"withdrawals,omitempty"` // that wait to be told to the scheduler
}

func consentsOf(o booking.Office, withdrawals int) Consents {
	c := Consents{Production: o.Privacy.Production, Missing: privacy.Missing(o.Notice("")), Edition: o.Privacy.Edition, Withdrawals: withdrawals}
	if o.Reminders.Offered() {
		c.Channels = o.Reminders.Channels
	}
	return c
}

// part says how that is.
func (c Consents) part() *Part {
	p := &Part{Name: "notice", State: Good, Cause: "complete, edition " + c.Edition}
	if !c.Production {
		p.Cause += ", of an office in trial"
	}
	if len(c.Missing) > 0 {
		p.State, p.Cause = Attention, "the office file lacks "+strings.Join(c.Missing, ", ")
		p.Remedy = "complete these fields of the office file, and have the scheduler serve it"
	}
	if len(c.Missing) > 0 && c.Production {
		p.State, p.Code = Faulty, fault.CodeNotice
	}
	p.Cause += "; " + c.reminders()
	if c.Withdrawals > 0 {
		p.Cause += fmt.Sprintf("; withdrawals that wait for the scheduler: %d", c.Withdrawals)
	}
	return p
}

func (c Consents) reminders() string {
	switch {
	case len(c.Missing) > 0:
		return "nobody is asked for a contact"
	case len(c.Channels) == 0:
		return "no reminders: the scheduler has no notifier for this office"
	}
	var by []string
	for _, channel := range c.Channels {
		by = append(by, string(channel))
	}
	return "reminders by " + strings.Join(by, " and ")
}

// noticeAtWork is what a running totem has left about its notice, nil for nothing.
func noticeAtWork(cfg Config) *Part {
	h, ok := readHealth(cfg.Data)
	if !ok || h.Consent == nil {
		return nil
	}
	return h.Consent.part()
}
