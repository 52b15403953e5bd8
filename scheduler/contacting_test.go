package scheduler_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

const phone = "+393331234567"

// counter is an office whose totem t1 has given one ticket, as it is told, and a citizen who wants to be reminded of it.
type counter struct {
	*world
	*scheduler.Service
	consent wire.Consent
}

func newCounter(t *testing.T) *counter {
	w := newWorld(t, asking(t, "rm001", "t1", "t2"))
	w.keeper = newKeeper(privacy.SMS)
	c := &counter{world: w, Service: w.atWork()}
	slot := w.slot(held(w.sheet("rm001", queueA, monday), "t1")[0])
	must(t, c.Fold(context.Background(), "rm001", "t1", 1, issued(storeA, 1, monday, slot.Number)))
	c.consent = wire.Consent{
		Ticket: wire.TicketRef{Queue: queueA, Day: monday, Slot: slot.Number, Code: code(1)}, Start: slot.Start,
		Purpose: privacy.Reminding, Channel: privacy.SMS, Contact: phone, Lang: "it", Edition: "3",
		Receipt: [16]byte{1}, At: w.now,
	}
	return c
}

// tells brings a consent, sealed for t1.
func (c *counter) tells(consent wire.Consent) (wire.Kept, error) {
	return c.Contact(context.Background(), "rm001", "t1",
		wire.Contact{Incarnation: storeA, Sealed: c.keeper.seal("rm001", "t1", consent)})
}

func (c *counter) looks() wire.Reminded {
	c.t.Helper()
	r, err := c.Reminder(context.Background(), "rm001", "t2", wire.Reminder{Incarnation: storeB, Ticket: c.consent.Ticket})
	must(c.t, err)
	return r
}

func TestAnOfficeIsToldHowItsCitizensCanBeRemindedOnlyWhereTheyCan(t *testing.T) {
	for name, c := range map[string]struct {
		keeper  *keeper
		change  func(p *agenda.Plan)
		want    []privacy.Channel
		advance privacy.Advance
	}{
		"a notifier for both channels":    {newKeeper(privacy.Mail, privacy.SMS), nil, []privacy.Channel{privacy.SMS, privacy.Mail}, privacy.AdvanceConsent},
		"a notifier for one channel":      {newKeeper(privacy.Mail), nil, []privacy.Channel{privacy.Mail}, privacy.AdvanceConsent},
		"no notifier":                     {newKeeper(), nil, nil, privacy.AdvanceOff},
		"nobody keeps contacts":           {nil, nil, nil, privacy.AdvanceOff},
		"a notice that is not complete":   {newKeeper(privacy.Mail), func(p *agenda.Plan) { p.Office.Privacy.Officer.PEC = "" }, nil, privacy.AdvanceOff},
		"a processor without a country":   {newKeeper(privacy.Mail), func(p *agenda.Plan) { p.Office.Privacy.Recipients[0].Country = "" }, nil, privacy.AdvanceOff},
		"no processor for that channel":   {newKeeper(privacy.Mail), func(p *agenda.Plan) { p.Processors = p.Processors[:1] }, nil, privacy.AdvanceOff},
		"no data for another day, anyway": {nil, func(p *agenda.Plan) { p.Office.Advance = privacy.AdvanceOpen }, nil, privacy.AdvanceOpen},
		"an office file that says too much": {nil, func(p *agenda.Plan) {
			p.Office.Reminders.Channels, p.Office.Reminders.Key = []privacy.Channel{privacy.SMS}, make([]byte, 32)
		}, nil, privacy.AdvanceOff},
	} {
		t.Run(name, func(t *testing.T) {
			p := asking(t, "rm001", "t1")
			if c.change != nil {
				c.change(&p)
			}
			w := newWorld(t, p)
			w.keeper = c.keeper
			pulled, err := w.atWork().Pull(context.Background(), "rm001", "t1", wire.Pull{Incarnation: storeA})
			must(t, err)
			o := pulled.Office
			if diff := cmp.Diff(c.want, append([]privacy.Channel(nil), o.Reminders.Channels...)); diff != "" || o.Advance != c.advance {
				t.Errorf("advance %q, channels (-want +got):\n%s", o.Advance, diff)
			}
			if o.Reminders.Offered() != (c.want != nil) {
				t.Errorf("offered: %v", o.Reminders.Offered())
			}
			if held := c.keeper != nil; o.Reminders.Kept() != held {
				t.Errorf("contacts may be held: %v, want %v: what was given earlier can be withdrawn", o.Reminders.Kept(), held)
			}
			if digest, err := wire.OfficeDigest(*o); err != nil || digest != pulled.Digest {
				t.Errorf("told under the digest of another office: %v", err)
			}
		})
	}
}

func TestAContactIsKeptForItsTicketUntilItIsDue(t *testing.T) {
	c := newCounter(t)
	kept, err := c.tells(c.consent)
	must(t, err)
	due := c.consent.Start.Add(-30 * time.Minute)
	want := contacts.Entry{Office: "rm001", Ticket: c.consent.Ticket, Start: c.consent.Start, Due: due, Purpose: privacy.Reminding,
		Channel: privacy.SMS, Contact: phone, Lang: "it", Receipt: [16]byte{1}}
	got := c.keeper.kept[officeTicket{"rm001", c.consent.Ticket}]
	if !kept.Due.Equal(due) || len(c.keeper.kept) != 1 || got != want {
		t.Errorf("due %v, kept %+v, want %+v", kept.Due, got, want)
	}
	if again, err := c.tells(c.consent); err != nil || again != kept || len(c.keeper.kept) != 1 {
		t.Errorf("told again: %+v, %v, %d kept", again, err, len(c.keeper.kept))
	}
	if r := c.looks(); r != (wire.Reminded{On: true, Channel: privacy.SMS, Masked: privacy.Mask(privacy.SMS, phone), Due: due}) {
		t.Errorf("the bearer is told %+v", r)
	}
	for _, secret := range []string{phone, "3331234567", "sms", string(c.consent.Ticket.Slot), c.consent.Ticket.Code.String()} {
		if strings.Contains(c.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, c.log)
		}
	}
}

func TestATicketThatItsTotemHasNotToldYetHasOneContact(t *testing.T) {
	c := newCounter(t)
	slot := c.slot(held(c.sheet("rm001", queueA, monday), "t1")[1])
	early := c.consent
	early.Ticket.Slot, early.Ticket.Code, early.Start = slot.Number, code(2), slot.Start
	_, err := c.tells(early)
	must(t, err)
	for i := range 50 { // a totem that would fill the disk
		other := early
		other.Ticket.Code, other.Receipt = code(100+i), [16]byte{9, byte(i)}
		if _, err := c.tells(other); refusal(t, err) != wire.RefusedTicket {
			t.Fatalf("another ticket of the same slot: %v", err)
		}
	}
	must(t, c.Fold(context.Background(), "rm001", "t1", 2, issued(storeA, 2, monday, slot.Number)))
	if _, err := c.tells(early); err != nil || len(c.keeper.kept) != 1 {
		t.Errorf("once it is told: %v, %d kept", err, len(c.keeper.kept))
	}
}

func TestATotemThatGoesOnBringingContactsForOneTicketIsRefusedInTheEnd(t *testing.T) {
	c := newCounter(t)
	taken := 0
	for n := range 100 {
		consent := c.consent
		consent.Receipt = [16]byte{byte(n), 1}
		_, err := c.tells(consent)
		if err == nil {
			taken++
			continue
		}
		if r, ok := errors.AsType[*wire.Refusal](err); !ok || r.Code != wire.RefusedReminders {
			t.Fatalf("contact %d: %v", n, err)
		}
	}
	if taken < 8 || taken > 64 || !c.looks().On {
		t.Errorf("%d contacts of 100 were taken for one ticket, kept: %v", taken, c.looks().On)
	}
}

func TestAContactForAnotherDayIsDueTheDayBefore(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		days    int
		hour    int
		purpose privacy.PurposeID
		before  time.Duration
	}{
		"far ahead":            {4, 8, privacy.OtherDay, 20 * time.Hour},
		"without being asked":  {4, 8, privacy.Reminding, 20 * time.Hour},
		"when that has passed": {1, 22, privacy.OtherDay, 30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			o := newCounter(t)
			o.now = monday.At(booking.Clock(c.hour*60), o.plans[0].Zone)
			day := monday.AddDays(c.days)
			start := free(o.sheet("rm001", queueA, day))[0].Start
			granted, err := o.Want(ctx, "rm001", "t1", want(day, start))
			must(t, err)
			slot := granted.Sheet.Slots[0]
			for _, s := range granted.Sheet.Slots {
				if s.Holder == "t1" && s.Start.Equal(start) {
					slot = s
				}
			}
			consent := o.consent
			consent.Ticket = wire.TicketRef{Queue: queueA, Day: day, Slot: slot.Number, Code: code(7)}
			consent.Start, consent.Purpose, consent.At = start, c.purpose, o.now
			if kept, err := o.tells(consent); err != nil || !kept.Due.Equal(start.Add(-c.before)) {
				t.Errorf("due %v, %v, want %v", kept.Due, err, start.Add(-c.before))
			}
		})
	}
}

func TestNothingIsKeptThatFitsNoTicket(t *testing.T) {
	for name, c := range map[string]struct {
		change func(c *counter)
		want   string
	}{
		"a slot that does not exist":            {func(c *counter) { c.consent.Ticket.Slot = "A999" }, wire.RefusedTicket},
		"a queue that does not exist":           {func(c *counter) { c.consent.Ticket.Queue = "none" }, wire.RefusedTicket},
		"a day that is not planned":             {func(c *counter) { c.consent.Ticket.Day = monday.AddDays(50) }, wire.RefusedTicket},
		"another code":                          {func(c *counter) { c.consent.Ticket.Code = code(2) }, wire.RefusedTicket},
		"no code on a free slot":                {func(c *counter) { c.otherSlot("t1"); c.consent.Ticket.Code = booking.CodeHash{} }, wire.RefusedTicket},
		"a free slot of another totem":          {func(c *counter) { c.otherSlot("t2") }, wire.RefusedTicket},
		"a free slot of the pool":               {func(c *counter) { c.otherSlot(booking.Pool) }, wire.RefusedTicket},
		"another time":                          {func(c *counter) { c.consent.Start = c.consent.Start.Add(time.Hour) }, wire.RefusedTicket},
		"a time that is near":                   {func(c *counter) { c.now = c.consent.Start.Add(-30 * time.Minute); c.consent.At = c.now }, wire.RefusedTicket},
		"a ticket that was given back":          {func(c *counter) { c.folds(booking.FactCancelled) }, wire.RefusedTicket},
		"a ticket that is checked in":           {func(c *counter) { c.folds(booking.FactArrived) }, wire.RefusedTicket},
		"a channel that nobody serves":          {func(c *counter) { c.consent.Channel, c.consent.Contact = privacy.Mail, "a@b.example" }, wire.RefusedReminders},
		"a contact of another form":             {func(c *counter) { c.consent.Contact = "333 1234567" }, wire.RefusedReminders},
		"no contact":                            {func(c *counter) { c.consent.Contact = "" }, wire.RefusedReminders},
		"an older notice":                       {func(c *counter) { c.consent.Edition = "2" }, wire.RefusedReminders},
		"no receipt":                            {func(c *counter) { c.consent.Receipt = [16]byte{} }, wire.RefusedReminders},
		"a language that nobody was asked in":   {func(c *counter) { c.consent.Lang = "en" }, wire.RefusedReminders},
		"a consent of long ago":                 {func(c *counter) { c.consent.At = c.now.Add(-11 * time.Minute) }, wire.RefusedReminders},
		"a consent to come":                     {func(c *counter) { c.consent.At = c.now.Add(11 * time.Minute) }, wire.RefusedReminders},
		"another purpose":                       {func(c *counter) { c.consent.Purpose = "news" }, wire.RefusedReminders},
		"another day's purpose for today":       {func(c *counter) { c.consent.Purpose = privacy.OtherDay }, wire.RefusedReminders},
		"a day that needs no contact":           {func(c *counter) { c.otherDay(); c.plans[0].Office.Advance = privacy.AdvanceOpen; c.Service = c.start() }, wire.RefusedReminders},
		"an office that reminds nobody":         {func(c *counter) { c.keeper.channels = nil; c.Service = c.start() }, wire.RefusedReminders},
		"a scheduler that keeps no contacts":    {func(c *counter) { w := *c.world; w.keeper = nil; c.Service = w.start() }, wire.RefusedReminders},
		"a ticket that is given back meanwhile": {func(c *counter) { c.keeper.putting = func() { c.folds(booking.FactCancelled) } }, wire.RefusedTicket},
	} {
		t.Run(name, func(t *testing.T) {
			o := newCounter(t)
			c.change(o)
			if _, err := o.tells(o.consent); refusal(t, err) != c.want || strings.Contains(err.Error(), o.consent.Contact) && o.consent.Contact != "" {
				t.Errorf("%v, want %s", err, c.want)
			}
			if len(o.keeper.kept) != 0 {
				t.Errorf("%d contacts are kept", len(o.keeper.kept))
			}
		})
	}
}

// folds is the fact that the ticket's bearer came, or gave it back, at the other totem.
func (c *counter) folds(kind booking.FactKind) {
	c.t.Helper()
	f := issued(storeB, 1, monday, c.consent.Ticket.Slot)
	f.Kind = kind
	must(c.t, c.Fold(context.Background(), "rm001", "t2", 1, f))
}

// otherSlot makes it a ticket on a free slot of a holder.
func (c *counter) otherSlot(h booking.Holder) {
	slot := c.slot(held(c.sheet("rm001", queueA, monday), h)[0])
	c.consent.Ticket.Slot, c.consent.Start = slot.Number, slot.Start
}

// otherDay makes it a ticket of the day after.
func (c *counter) otherDay() {
	sheet := c.sheet("rm001", queueA, monday.AddDays(1))
	i, _ := sheet.Find(held(sheet, "t1")[0])
	c.consent.Ticket.Slot, c.consent.Start, c.consent.Ticket.Day, c.consent.Purpose = sheet.Slots[i].Number, sheet.Slots[i].Start, sheet.Day, privacy.OtherDay
}

func TestAContactIsForOneTotemAndStoreOnly(t *testing.T) {
	ctx := context.Background()
	c := newCounter(t)
	sealed := c.keeper.seal("rm001", "t1", c.consent)
	for name, tell := range map[string]struct {
		office booking.OfficeID
		totem  booking.TotemID
		store  booking.Incarnation
		want   string
	}{
		"another totem":             {"rm001", "t2", storeB, wire.RefusedReminders},
		"another store":             {"rm001", "t1", storeB, wire.RefusedOtherStore},
		"another office":            {"rm002", "t1", storeA, wire.RefusedUnknownTotem},
		"a totem that nobody names": {"rm001", "t9", storeA, wire.RefusedUnknownTotem},
	} {
		_, err := c.Contact(ctx, tell.office, tell.totem, wire.Contact{Incarnation: tell.store, Sealed: sealed})
		if refusal(t, err) != tell.want {
			t.Errorf("%s: %v, want %s", name, err, tell.want)
		}
		if tell.want != wire.RefusedReminders {
			if _, err := c.Reminder(ctx, tell.office, tell.totem, wire.Reminder{Incarnation: tell.store, Ticket: c.consent.Ticket}); refusal(t, err) != tell.want {
				t.Errorf("%s asks: %v, want %s", name, err, tell.want)
			}
			if _, err := c.Withdraw(ctx, tell.office, tell.totem, wire.Withdraw{Incarnation: tell.store, Ticket: c.consent.Ticket}); refusal(t, err) != tell.want {
				t.Errorf("%s withdraws: %v, want %s", name, err, tell.want)
			}
		}
	}
}

func TestAConsentIsWithdrawnAtAnyTotemAndAsOftenAsOneLikes(t *testing.T) {
	ctx := context.Background()
	c := newCounter(t)
	_, err := c.tells(c.consent)
	must(t, err)
	before := c.sheet("rm001", queueA, monday)
	withdraw := wire.Withdraw{Incarnation: storeB, Ticket: c.consent.Ticket}
	var answers []wire.Withdrawn
	for range 2 {
		answer, err := c.Withdraw(ctx, "rm001", "t2", withdraw)
		must(t, err)
		answers = append(answers, answer)
	}
	withdraw.Ticket.Code = code(99) // of which nobody knows anything
	answer, err := c.Withdraw(ctx, "rm001", "t2", withdraw)
	if must(t, err); answers[0] != answers[1] || answers[0] != answer {
		t.Error("the answers differ")
	}
	if len(c.keeper.kept) != 0 || !cmp.Equal([]contacts.Why{contacts.Withdrawn}, c.keeper.erased) {
		t.Errorf("%d are kept, erased for %v", len(c.keeper.kept), c.keeper.erased)
	}
	if r := c.looks(); r != (wire.Reminded{}) {
		t.Errorf("the bearer is told %+v", r)
	}
	if after := c.sheet("rm001", queueA, monday); !cmp.Equal(before.Slots, after.Slots) || after.Revision != before.Revision {
		t.Error("the place in the queue has changed")
	}

	// While the ledger has begun anew nothing is sold, and withdrawing goes on. A broken disk is told, and tried again.
	_, err = c.tells(c.consent)
	must(t, err)
	_, err = c.memory.Raise(ctx, 1<<40)
	must(t, err)
	must(t, c.Tend(ctx))
	c.keeper.broken = errors.New("the disk refuses")
	withdraw.Ticket.Code = code(1)
	if _, err := c.Withdraw(ctx, "rm001", "t2", withdraw); !errors.Is(err, c.keeper.broken) {
		t.Errorf("nothing was erased, and the answer is %v", err)
	}
	c.keeper.broken = nil
	if _, err := c.Withdraw(ctx, "rm001", "t2", withdraw); err != nil || len(c.keeper.kept) != 0 {
		t.Errorf("%v, %d are kept", err, len(c.keeper.kept))
	}
}

func TestWhoSendsAMessageIsToldHowItsTicketStands(t *testing.T) {
	ctx := context.Background()
	c := newCounter(t)
	stands := func(ticket wire.TicketRef) contacts.TicketState {
		t.Helper()
		got, err := c.Ticket(ctx, "rm001", ticket)
		must(t, err)
		if got.Office["it"] != "Anagrafe" || got.Zone != c.plans[0].Zone {
			t.Errorf("of the office it is told %v, %v", got.Office, got.Zone)
		}
		return got.State
	}
	told := c.consent.Ticket
	untold, wrong, gone := told, told, told
	untold.Slot = held(c.sheet("rm001", queueA, monday), "t1")[0]
	wrong.Code, gone.Day = code(2), monday.AddDays(40)
	for _, tt := range []struct {
		ticket wire.TicketRef
		want   contacts.TicketState
	}{{told, contacts.Waiting}, {untold, contacts.Untold}, {wrong, contacts.Over}, {gone, contacts.Over}} {
		if got := stands(tt.ticket); got != tt.want {
			t.Errorf("%+v stands at %d, want %d", tt.ticket, got, tt.want)
		}
	}
	for _, expected := range []time.Time{{}, c.now.Add(time.Hour)} {
		s := c.sheet("rm001", queueA, monday)
		i, _ := s.Find(told.Slot)
		s.Slots[i].Ticket.Moved, s.Slots[i].Ticket.Expected = true, expected
		must(t, first(c.memory.Put(ctx, s)))
		if got, err := c.Ticket(ctx, "rm001", told); err != nil || (got.State == contacts.Waiting) == expected.IsZero() || !got.Start.Equal(expected) {
			t.Errorf("moved to %v, it stands at %+v, %v", expected, got, err)
		}
	}
	c.folds(booking.FactCancelled)
	if got := stands(told); got != contacts.Over {
		t.Errorf("given back, it stands at %d", got)
	}
	if got, err := c.Ticket(ctx, "rm009", told); err != nil || got.State != contacts.Over {
		t.Errorf("of an office that nobody knows: %+v, %v", got, err)
	}
}
