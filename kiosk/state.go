package kiosk

import (
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// Config says how a totem talks.
type Config struct {
	// Lang is the language in which every conversation begins, where the office offers it. Zero: the office's first;
	// Italian as long as no office is known.
	Lang locale.Lang
	// Room tells what the panel holds: what does not fit one screen is shown in pages. Nil: everything fits.
	Room Room
	// Reach says that the panel has a layout of low reach. Zero: no key offers it.
	Reach bool
	// Sound is what the totem can be heard by. Zero: nothing.
	Sound Sound
	// Headset says that a headset, or a handset, is plugged in from the start: nothing tells of it. Zero: HeadsetChanged does.
	Headset bool
	// Keys says that there is a keypad under the glass. Zero: nothing speaks of keys, though they are heard.
	Keys bool
	// Scanner says that there is a code reader. Zero: nothing speaks of one, though it is heard.
	Scanner bool
}

// State is everything the conversation knows. It is a value: Update returns the changed copy and never changes what
// the old one refers to. What the totem told outlives a conversation; what a citizen said or was given does not.
type State struct {
	config Config

	// What the totem told.
	now        time.Time
	clockless  bool        // the clock is unknown: now only counts on
	numbered   booking.Day // whose numbers are given meanwhile
	office     booking.Office
	hasOffice  bool
	spoken     []locale.Lang // the office's languages, its own first, as far as Totem speaks them
	zone       *time.Location
	offers     []Offer
	hasOffers  bool
	paced      []Paced // queues of which no ticket is given for a while
	printer    paper.Status
	roll       roll
	headset    bool // is plugged in
	touch      Touch
	keypad     bool // is there
	blank      bool // test strips could not be read, see unreadable
	tried      bool // a strip was asked for because paper came back, and no slip came out since
	linkUp     bool
	asOf       time.Time
	outOfOrder string   // a technician's code; "" when in service
	errands    errands  // questions over the link that have not been answered
	owed       int      // answers about tickets that citizens came with; they come in the order in which they were asked for
	found      []Ticket // slips without a known outcome that somebody may be waiting for, oldest first

	talk talk
}

// talk is what belongs to one citizen. The zero talk is nobody.
type talk struct {
	stage stage
	aside aside
	lang  locale.Lang // "" for the totem's own
	look  Look

	paperless bool // goes on although the cover is open
	turned    bool // was told once that the test strip cannot be read
	blank     bool // was told so again

	service  booking.ServiceID
	start    time.Time      // of the time that was chosen; zero: the first free one
	taken    booking.Number // what was refused to this citizen as gone
	lost     time.Time      // likewise, of what the scheduler would have to grant
	setback  setback        // why a time is to be chosen once more
	paced    time.Time      // until when no ticket of the service is given, as it was refused
	voice    Voice          // how the screens are spoken; whether into a headset the totem tells
	keys     bool           // are at work: the screen shows where
	focus    focus          // of the keys
	repeated bool           // the last that was said was to say the screen again
	past     bool           // goes on although the panel is in trouble

	page   int   // of what the stage shows: the times, a record
	picked bool  // a time was picked since a page was turned
	leaf   int   // the page of what is read aside
	layer  Layer // of inPrivacy; "" is the first
	direct bool  // the layer was opened from elsewhere, and leads back there
	shelf  int   // the page of the services
	asked  slot  // what was asked for and not yet answered

	own      own      // the ticket that the citizen came with
	reminder reminder // of that ticket
	consent  consent  // what a contact is asked for
	replies  replies  // to what was asked
	days     days     // other days than today

	errand Errand    // whose answer is waited for; 0: none
	sent   time.Time // when it was asked
	denied Refusal   // why there is no ticket

	ticket  Ticket
	printer paper.Status  // the last that was heard of it since the ticket's slip, or the test strip, was sent
	outcome paper.Outcome // of the test strip
	ended   bool          // it was told what became of the ticket's slip
	again   bool          // the slip was asked for again: the code stays until it is there

	quiet time.Time // since when nothing has happened; zero: as from the next Tick
	alone time.Time // since when the citizen has done nothing; zero: as from the next Tick
	heard time.Time // when the printer that is waited for was heard last; zero: as from the next Tick
}

// slot is what a ticket was asked for: its number, or where the scheduler has to grant it its start.
type slot struct {
	key    booking.SheetKey
	number booking.Number
	start  time.Time
}

// isOf reports whether a ticket is what was asked for.
func (a slot) isOf(t Ticket) bool {
	if !a.start.IsZero() {
		return a.key == t.Key && a.start.Equal(t.Start)
	}
	return a == slot{key: t.Key, number: t.Number}
}

// stage is how far a conversation is.
type stage uint8

const (
	atHome           stage = iota // choosing a service, or told why there is none
	atTimes                       // choosing a time
	atIssuing                     // waiting for the commit
	atNotGiven                    // told that there is no ticket
	atUnclear                     // told that nobody knows whether there is one
	atRefill                      // changing the roll
	atChecking                    // waiting for the test strip
	atStrip                       // asked whether it can be read
	atCheckFailed                 // told why there is no good strip
	atCode                        // typing the code of a ticket
	atFinding                     // waiting for what is known of it
	atOwn                         // seeing the ticket of that code, or that there is none
	atRecord                      // reading everything that is stored under it
	atNumber                      // typing its number, to give the place back
	atGiveBack                    // asked for the last word about that
	atChanging                    // waiting for the commit of a change
	atChanged                     // told what the ticket is now, or that nothing changed
	atConsent                     // asked whether to give a contact, beside what is done with it
	atContact                     // typing it
	atSending                     // waiting for the word that the scheduler holds it
	atKept                        // told what became of it
	atAskingReminder              // waiting for what the scheduler holds for the ticket
	atReminder                    // told that
	atDropping                    // waiting for the end of a withdrawal
	atDropped                     // told how it ended
	atAskingDays                  // waiting for the days on which a service can be booked
	atDays                        // choosing one of them
	atDay                         // choosing a time of it
	atPrinting                    // waiting for the slip
	atTake                        // the slip is there
	atFailed                      // the slip is certainly not there
	atUnknown                     // nobody knows whether it is
)

// aside is what is shown before the stage and goes back to it.
type aside uint8

const (
	noAside aside = iota
	inHelp
	inLanguages
	inPrivacy
	inVoice
)

// New returns the conversation of a totem that has been told nothing yet.
func New(c Config) State { return State{config: c, zone: time.UTC, keypad: c.Keys, headset: c.Headset} }

// languages returns the languages on offer, the office's own first.
func (s State) languages() []locale.Lang {
	if !s.hasOffice {
		return locale.Languages()
	}
	return s.spoken
}

// spoken returns those of an office's languages that Totem speaks, at least one.
func spoken(o booking.Office) []locale.Lang {
	var langs []locale.Lang
	for _, l := range o.Languages {
		if l.Spoken() && !slices.Contains(langs, l) {
			langs = append(langs, l)
		}
	}
	if langs == nil {
		return []locale.Lang{locale.Italian}
	}
	return langs
}

// ownLang is the language in which a conversation begins.
func (s State) ownLang() locale.Lang {
	langs := s.languages()
	switch {
	case slices.Contains(langs, s.config.Lang):
		return s.config.Lang
	case !s.hasOffice && slices.Contains(langs, locale.Italian):
		return locale.Italian
	}
	return langs[0]
}

func (s State) lang() locale.Lang {
	if s.talk.lang != "" && slices.Contains(s.languages(), s.talk.lang) {
		return s.talk.lang
	}
	return s.ownLang()
}

func (s State) say(k locale.Key, args ...locale.Arg) string { return locale.Say(s.lang(), k, args...) }

// ready reports whether enough is known to speak of services.
func (s State) ready() bool { return s.hasOffice && s.hasOffers && !s.now.IsZero() }

// asksFound reports whether the citizen is asked about a slip that a restart found.
func (s State) asksFound() bool {
	return s.talk.stage == atHome && s.outOfOrder == "" && s.ready() && len(s.found) > 0 && !s.troubled()
}

// receives reports whether whoever comes with a ticket is asked for its code, also where none is given just now. Out of
// service nobody is: what such a totem notes of a ticket may reach no one.
func (s State) receives() bool {
	return s.talk.stage == atHome && s.outOfOrder == "" && s.hasOffice && !s.now.IsZero() && !s.asksFound()
}

// choosing reports whether services can be chosen now.
func (s State) choosing() bool {
	return s.talk.stage == atHome && s.outOfOrder == "" && s.ready() && len(s.found) == 0
}
