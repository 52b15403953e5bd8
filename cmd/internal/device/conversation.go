package device

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/ticket"
)

// conversation owns the kiosk's state. It runs in one goroutine: messages come in from the glass, the clock and the
// other parts of the totem, effects go out to the store. Nobody else touches its fields.
type conversation struct {
	store   *store.Store
	glass   Glass
	front   *front
	clock   *clock
	random  io.Reader
	log     *slog.Logger
	data    string       // the folder in which the time is remembered
	talks   kiosk.Config // how the conversation is led
	totem   booking.TotemID
	program string // the totem's release; "": none

	errands *errands // what citizens ask of the scheduler
	pace    *pace    // of the tickets that are given

	news    <-chan news // from the link and the printer
	printed func()      // wakes the printer
	told    func()      // wakes the outbox

	waiting  func() bool                  // whether the printer would take a job of now at once; nil: nobody knows
	strip    func(ticket.Slip)            // has a test strip printed, and does not wait for it; nil: nothing prints one
	receipt  func(ticket.Slip)            // has the receipt of a consent printed, likewise; nil: nothing prints one
	recount  func(context.Context)        // looks how many slips' fates are unknown; nil: nobody wants to know
	heeded   func(booking.Office)         // hears what is asked of citizens; nil: nobody does
	changed  func()                       // hears that a part of the front is in another state
	beats    <-chan Beat                  // who asks whether the totem is alive; nil: nobody does
	prints   func() (paper.Status, bool)  // how the printer is, false before it was asked; nil: nobody knows
	schedule *watchman                    // when the panel is to be seen; nil: always
	selling  func(booking.Day, time.Time) // hears whose slots are given, and from which start on; nil: nobody does

	state  kiosk.State
	office booking.Office
	zone   *time.Location
	offers []store.Start

	found        []kiosk.JobID // slips that a restart found and that may still be asked about
	closed       booking.Day   // every day before it is closed; zero: not yet in this life of the process
	refused      fault.Code    // why the scheduler refuses this totem; "": it does not
	untold       bool          // the office is in production, and its notice lacks something
	astray       bool          // the system's clock is wrong
	outOfService fault.Code    // why no tickets are given; "": they are
	turned       time.Time     // the full minute whose duties are done
	untidy       bool          // but the one that waits until nobody is there
	caughtUp     bool          // the scheduler knows all that this totem did, and the other way round, since the link is up

	ticked    bool          // the clock was looked at
	unknown   bool          // nobody knows the time
	day       booking.Day   // whose numbers are given meanwhile; zero: of none
	mark      string        // what a person vouched for, as it was read last
	written   memory        // what was written down of the time last
	writtenAt time.Duration // steady, then
}

// news is what another part of the totem has to tell.
type news struct {
	msg     kiosk.Msg
	reload  bool        // the disk holds something new
	granted *granted    // what came of asking for a slot
	caught  bool        // the link is up, and both sides know what the other one did without it
	refusal *fault.Code // the scheduler refuses this totem; "": no longer
}

// run talks until ctx ends.
func (c *conversation) run(ctx context.Context) error {
	c.zone, c.state = time.UTC, kiosk.New(c.talks)
	c.front.done.empty() // a key that was meant for another screen must not choose on this one
	for _, m := range c.front.begin(c.changed) {
		c.hear(ctx, m)
	}
	if err := c.begin(ctx); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var heard news
		var beat Beat
		select {
		case <-ctx.Done():
			return nil
		case heard.msg = <-c.glass.Taps():
			c.front.ear.hush()
			c.schedule.meet()
		case <-c.front.done.wake:
			heard.msg = c.front.next()
			c.schedule.meet()
		case heard = <-c.news:
		case beat = <-c.beats:
		case <-timer.C:
			c.minute(ctx)
			c.tidy(ctx)
		}
		c.tick(ctx)
		c.serve(ctx, heard.refusal)
		c.catchUp(ctx, heard)
		if heard.reload {
			if err := errors.Join(c.reload(ctx), c.closeDays(ctx)); err != nil {
				c.fail(err)
			}
		}
		if heard.msg != nil {
			c.hear(ctx, heard.msg)
		}
		if heard.granted != nil {
			c.hearGranted(ctx, *heard.granted)
		}
		c.front.show(kiosk.View(c.state), heard.msg)
		c.besides(beat)
		timer.Reset(c.untilWake())
	}
}

// begin tells the conversation what the disk remembers, so that a totem without a link gives tickets at once.
func (c *conversation) begin(ctx context.Context) error {
	left := remembered(c.data, clockFile)
	c.written = memory{Seen: left.Seen, Zone: left.Zone}
	if left.Boot != "" && left.Boot == c.clock.machine.Boot() {
		c.day = left.Day // a restart of the program does not leave a day in progress
	}
	c.tick(ctx)
	if err := c.reload(ctx); err != nil {
		return err
	}
	asOf, err := c.store.AsOf(ctx)
	if err != nil {
		return err
	}
	c.hear(ctx, kiosk.LinkChanged{AsOf: asOf}) // until the link says that it is up
	return c.tellFound(ctx)
}

// heartbeat is how often a totem that nobody touches renews what it shows: at each full minute.
const heartbeat = time.Minute

// untilWake returns how long nothing will change by itself.
func (c *conversation) untilWake() time.Duration {
	now := c.clock.time()
	next := now.Truncate(heartbeat).Add(heartbeat)
	if look := now.Add(glance); look.Before(next) {
		next = look
	}
	if at, ok := c.state.Wake(); ok && at.Before(next) {
		next = at
	}
	return max(next.Sub(now), 10*time.Millisecond)
}

// minute does what the turn of a minute asks for, once in it: closes days that are over and renews what is on offer.
func (c *conversation) minute(ctx context.Context) {
	now := c.clock.time().Truncate(heartbeat)
	if now.Equal(c.turned) {
		return
	}
	c.turned = now
	if err := c.closeDays(ctx); err != nil {
		c.fail(err)
	}
	c.untidy = true
	c.release(ctx)
	if err := c.reload(ctx); err != nil {
		c.fail(err)
	}
}

// tidy has the store put its files in order once in a minute, as soon as nobody is there.
func (c *conversation) tidy(ctx context.Context) {
	if _, engaged := c.state.Wake(); engaged || !c.untidy {
		return
	}
	c.untidy = false
	if err := c.store.Checkpoint(ctx); err != nil {
		c.fail(err)
	}
}

// closeDays closes the days that are over by the totem's clock and by the scheduler's, as clock.past has it. What is
// closed stays closed, so a totem that has not heard the scheduler since its start waits.
func (c *conversation) closeDays(ctx context.Context) error {
	past, known := c.clock.past()
	if !known || c.office.ID == "" {
		return nil
	}
	today := booking.DayOf(past, c.zone)
	if today == c.closed {
		return nil
	}
	if err := c.store.CloseDays(ctx, today); err != nil {
		return err // and it is tried again in a minute
	}
	c.closed = today
	c.told()
	if c.recount != nil {
		c.recount(ctx) // those of the days that were closed are nobody's any more
	}
	return nil
}

// serve tells the conversation whether tickets may be given: not by a totem that the scheduler refuses, not while two clocks
// show different times and nobody can tell which is right, and not where citizens are not told all that they must be.
func (c *conversation) serve(ctx context.Context, refusal *fault.Code) {
	if refusal != nil {
		c.refused = *refusal
	}
	disputed := c.clock.disputed()
	if ahead, wrong := c.clock.ahead(); (wrong || disputed) != c.astray {
		wrong = wrong || disputed
		c.astray = wrong
		known := event.ClockRight
		if wrong {
			known = event.ClockWrong
		}
		event.Log(c.log, known, slog.String("code", string(fault.CodeClock)), slog.Duration("ahead", ahead.Round(time.Second)))
	}
	code := c.refused
	switch {
	case code != "":
	case disputed:
		code = fault.CodeClock
	case c.untold:
		code = fault.CodeNotice
	}
	c.outOfService = code
	c.hear(ctx, kiosk.OutOfService{Code: string(code)})
}

// hear gives m to the conversation and does what it asks for, until nothing more follows.
func (c *conversation) hear(ctx context.Context, m kiosk.Msg) {
	next, effects := kiosk.Update(c.state, m)
	c.state = next
	for _, e := range effects {
		for _, answer := range c.do(ctx, e) {
			c.hear(ctx, answer)
		}
	}
}

// reload reads office and offers from the disk and tells them.
func (c *conversation) reload(ctx context.Context) error {
	office, ok, err := c.store.Office(ctx)
	if err != nil || !ok {
		return err
	}
	zone, err := time.LoadLocation(office.Zone)
	if err != nil {
		return fault.New(fault.CodeSystem, err, "update the totem: its time zone data is too old", "the office's time zone %q is unknown here", office.Zone)
	}
	c.office, c.zone = office, zone
	c.heedNotice()
	c.hear(ctx, kiosk.Tick{Now: c.clock.time()})
	c.hear(ctx, kiosk.OfficeKnown{Office: office, Zone: zone})
	return errors.Join(c.refind(ctx), c.reoffer(ctx))
}

// reoffer reads what can be taken today and tells it.
func (c *conversation) reoffer(ctx context.Context) error {
	day, from, err := c.offerDay(ctx)
	if err != nil {
		return err
	}
	starts, err := c.store.Offers(ctx, day, from)
	if err != nil {
		return err
	}
	if c.selling != nil {
		c.selling(day, from)
	}
	c.offers = starts
	c.hear(ctx, kiosk.OffersChanged{Offers: offers(starts), Paced: c.paced()})
	return nil
}

// paced returns the queues of which no ticket is given for a while.
func (c *conversation) paced() (all []kiosk.Paced) {
	for _, q := range c.office.Queues {
		if wait := c.pace.wait(q); wait > 0 {
			all = append(all, kiosk.Paced{Queue: q.ID, Until: c.clock.time().Add(wait)})
		}
	}
	return all
}

// offers gathers starts, which come in order of queue, into offers.
func offers(starts []store.Start) []kiosk.Offer {
	var all []kiosk.Offer
	for _, s := range starts {
		if len(all) == 0 || all[len(all)-1].Key != s.Key {
			all = append(all, kiosk.Offer{Key: s.Key})
		}
		last := &all[len(all)-1]
		last.Times = append(last.Times, kiosk.Time{Start: s.Start, Number: s.Number, Places: s.Places, Open: s.Open})
	}
	return all
}

// do carries out an effect and returns its answers.
func (c *conversation) do(ctx context.Context, e kiosk.Effect) []kiosk.Msg {
	switch e := e.(type) {
	case kiosk.Issue:
		answer := c.issueToday(ctx, e)
		if err := c.reoffer(ctx); err != nil {
			c.fail(err)
		}
		return []kiosk.Msg{answer}
	case kiosk.Print:
		if err := c.store.Requeue(ctx, int64(e.Job)); err != nil {
			c.fail(err)
			return []kiosk.Msg{kiosk.SlipEnded{Job: e.Job}} // nobody knows whether it was ever printed
		}
		c.printed()
	case kiosk.Leave:
		if err := c.store.Leave(ctx, int64(e.Job)); err != nil {
			c.fail(err)
			return nil
		}
		c.told()
	case kiosk.Reprint:
		return c.reprint(ctx, e)
	case kiosk.Check:
		return c.check(e)
	case kiosk.FindTicket:
		return []kiosk.Msg{c.find(ctx, e.Code)}
	case kiosk.CheckIn:
		return []kiosk.Msg{c.change(ctx, e.Ticket, c.store.Arrive)}
	case kiosk.CancelTicket:
		return []kiosk.Msg{c.change(ctx, e.Ticket, c.store.Cancel)}
	}
	return c.send(ctx, e)
}

// send carries out an effect that goes over the link, as far as it can be answered at once.
func (c *conversation) send(ctx context.Context, e kiosk.Effect) []kiosk.Msg {
	switch e := e.(type) {
	case kiosk.KeepContact:
		return c.keepContact(ctx, e)
	case kiosk.AskReminder:
		return c.askReminder(ctx, e)
	case kiosk.Withdraw:
		return c.dropReminder(ctx, e)
	case kiosk.PrintReceipt:
		c.printReceipt(e)
	case kiosk.AskDays:
		c.askDays(ctx, e)
	case kiosk.Book:
		return c.book(ctx, e)
	}
	return nil
}

// fail writes an error that the citizen is not concerned with to the log.
func (c *conversation) fail(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	event.Log(c.log, event.StoreFault, fault.Attrs(err)...)
}
