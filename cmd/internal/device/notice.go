package device

import (
	"strings"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
)

// lacks is the fault of an office in production whose notice is not complete.
func lacks(notice privacy.Input) error {
	return fault.New(fault.CodeNotice, nil, "complete these fields of the office file, and have the scheduler serve it",
		"the office is in production, and its notice lacks %s", strings.Join(privacy.Missing(notice), ", "))
}

// heedNotice looks whether citizens of an office in production are told all that they must be (GDPR Art. 13): without that the
// totem gives no tickets. A scheduler of this release refuses such an office file.
func (c *conversation) heedNotice() {
	notice := c.office.Notice("")
	untold := c.office.Privacy.Production && !notice.Complete()
	if untold && !c.untold {
		event.Log(c.log, event.OutOfService, fault.Attrs(lacks(notice))...)
	}
	c.untold = untold
	if c.heeded != nil {
		c.heeded(c.office)
	}
}
