package issuing_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/privacy"
	"example.org/totem/store"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// visit is one citizen's time before the glass, and what leaves the totem meanwhile. Random sources are the same for
// everybody: where two visits differ on the wire, it is for what the citizens did.
type visit struct {
	t        *testing.T
	office   booking.Office
	store    *store.Store
	state    kiosk.State
	contacts [][]byte // messages, in order
}

func newVisit(t *testing.T) *visit {
	t.Helper()
	v := &visit{t: t, office: scenes.Asking(scenes.Office())}
	random := bytes.NewReader(bytes.Repeat([]byte{7}, 64))
	var err error
	v.store, err = store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "totem.db"), Office: v.office.ID, Totem: "ingresso",
		Now: func() time.Time { return opens }, Random: random})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.store.Close() })
	s := sheet()
	s.Office, s.Queue = v.office.ID, v.office.Services[0].Queue
	if err := v.store.Take(t.Context(), wire.Pulled{Keys: map[booking.Day]booking.DayKey{today: {9}}, Sheets: []booking.Sheet{s}}); err != nil {
		t.Fatal(err)
	}
	v.state = kiosk.New(kiosk.Config{Sound: kiosk.HeadsetSound, Keys: true})
	offer := kiosk.Offer{Key: s.SheetKey}
	for _, slot := range s.Slots {
		offer.Times = append(offer.Times, kiosk.Time{Start: slot.Start, Number: slot.Number, Places: 1})
	}
	v.hear(kiosk.Tick{Now: opens}, kiosk.OfficeKnown{Office: v.office, Zone: rome}, kiosk.LinkChanged{Up: true, AsOf: opens},
		kiosk.OffersChanged{Offers: []kiosk.Offer{offer}})
	return v
}

// hear gives messages to the conversation and does what it asks for.
func (v *visit) hear(messages ...kiosk.Msg) {
	v.t.Helper()
	for _, m := range messages {
		var effects []kiosk.Effect
		v.state, effects = kiosk.Update(v.state, m)
		for _, e := range effects {
			switch e := e.(type) {
			case kiosk.Issue:
				v.issue(e)
			case kiosk.FindTicket:
				v.hear(kiosk.TicketUnknown{})
			case kiosk.KeepContact:
				v.keep(e)
			}
		}
	}
}

func (v *visit) issue(e kiosk.Issue) {
	v.t.Helper()
	service, _ := v.office.Service(e.Service)
	start := opens
	for _, s := range sheet().Slots {
		if s.Number == e.Number {
			start = s.Start
		}
	}
	label := v.office.SlipLabel(service)
	slip, err := ticket.Compose(ticket.Input{Office: v.office, Lang: e.Lang, Number: e.Number, Start: start.In(rome), Day: today, Label: label, Code: code})
	if err != nil {
		v.t.Fatal(err)
	}
	job, err := v.store.Issue(context.Background(), store.Order{Key: e.Key, Number: e.Number, Start: start, Code: code, Service: v.office.Tells(service), Slip: slip})
	if err != nil {
		v.t.Fatal(err)
	}
	v.hear(kiosk.TicketMade{Ticket: kiosk.Ticket{Job: kiosk.JobID(job), Key: e.Key, Number: e.Number, Start: start, Code: code, Label: label}},
		kiosk.SlipEnded{Job: kiosk.JobID(job), Result: paper.Result{Outcome: paper.Printed}})
}

// keep seals and sends a contact as the totem does.
func (v *visit) keep(e kiosk.KeepContact) {
	v.t.Helper()
	plain, err := wire.EncodeConsent(wire.Consent{
		Ticket: wire.TicketRef{Queue: e.Ticket.Key.Queue, Day: e.Ticket.Key.Day, Slot: e.Ticket.Number, Code: booking.CodeHash{1}}, Start: e.Start,
		Purpose: e.Purpose, Channel: e.Channel, Contact: e.Contact, Lang: e.Lang, Edition: v.office.Privacy.Edition,
		Notice: privacy.Full(v.office.Notice(e.Lang)).Hash(), Shown: e.Shown, Program: "totem 1.0.0", Receipt: [16]byte{byte(len(v.contacts) + 1)}, At: opens,
	})
	if err != nil {
		v.t.Fatal(err)
	}
	secret := bytes.Repeat([]byte{5}, sealed.KeySize)
	public, err := sealed.PublicKey(secret)
	if err != nil {
		v.t.Fatal(err)
	}
	box, err := sealed.Seal(public, v.office.ID, "ingresso", plain)
	if err != nil {
		v.t.Fatal(err)
	}
	data, err := wire.Encode(wire.Newest, wire.Contact{Incarnation: v.store.Incarnation(), Sealed: box})
	if err != nil {
		v.t.Fatal(err)
	}
	v.contacts = append(v.contacts, data)
	v.hear(kiosk.ContactKept{Errand: e.Errand, Receipt: "0101"})
}

// tap touches one control after the other.
func (v *visit) tap(ids ...string) {
	v.t.Helper()
	for _, id := range ids {
		screen := kiosk.View(v.state)
		box, ok := screen.Root.Find(func(b kiosk.Box) bool { return b.ID == id && b.Tap != nil })
		if !ok {
			v.t.Fatalf("no control %q on the screen %q", id, screen.Name)
		}
		v.hear(box.Tap)
	}
}

func (v *visit) types(signs string) {
	v.t.Helper()
	for _, sign := range signs {
		v.tap("pad-" + string(sign))
	}
}

// facts returns the messages of all facts that wait, in order.
func (v *visit) facts() (all [][]byte) {
	v.t.Helper()
	for n := uint64(1); ; n++ {
		f, _, ok, err := v.store.Next(v.t.Context())
		if err != nil {
			v.t.Fatal(err)
		}
		if !ok {
			return all
		}
		data, err := wire.EncodeFact(f)
		if err != nil {
			v.t.Fatal(err)
		}
		all = append(all, data)
		if err := v.store.Accepted(v.t.Context(), f.ID, n); err != nil {
			v.t.Fatal(err)
		}
	}
}

// wander does what says something of a citizen, and leads back to the start: the language aside, which is theirs to the end.
func (v *visit) wander() {
	v.t.Helper()
	v.hear(kiosk.ChangeText{}, kiosk.ChangeTheme{}, kiosk.ToggleReach{}, kiosk.HeadsetChanged{In: true}, kiosk.Spoken{}, kiosk.HearAgain{}, kiosk.ChangeRate{}, kiosk.PressKey{Key: kiosk.KeyNext})
	v.tap("own-ticket")
	v.types("482917305566") // a code that is somebody's
	v.hear(kiosk.GoBack{}, kiosk.OpenPrivacy{}, kiosk.GoBack{}, kiosk.SetLanguage{Lang: locale.Arabic})
	for name := kiosk.View(v.state).Name; name != "start"; name = kiosk.View(v.state).Name {
		v.hear(kiosk.GoBack{})
		if kiosk.View(v.state).Name == name {
			v.t.Fatalf("there is no way back from the screen %q", name)
		}
	}
}

// TestTwoCitizensWhoTakeTheSameTicketAreTheSameOnTheWire: who listens between totem and scheduler cannot tell who
// enlarged the text, listened, typed, read in another language, or said no.
func TestTwoCitizensWhoTakeTheSameTicketAreTheSameOnTheWire(t *testing.T) {
	take := []string{"service-identity", "hour-A003", "take"}
	plain := newVisit(t)
	plain.tap(take...)
	plain.hear(kiosk.Finish{})
	want := plain.facts()
	if len(want) != 1 || len(plain.contacts) != 0 {
		t.Fatalf("%d facts and %d contacts of a ticket that was taken", len(want), len(plain.contacts))
	}
	for what, does := range map[string]func(v *visit){
		"wanders about first": func(v *visit) { v.wander(); v.tap(take...) },
		"looks at it and says no": func(v *visit) {
			v.tap(take...)
			v.tap("reminder", "no")
		},
		"types a number and goes back": func(v *visit) {
			v.tap(take...)
			v.tap("reminder", "yes")
			v.types("3330000012")
			v.hear(kiosk.GoBack{})
		},
	} {
		v := newVisit(t)
		does(v)
		v.hear(kiosk.Finish{})
		if got := v.facts(); len(got) != len(want) || !bytes.Equal(got[0], want[0]) {
			t.Errorf("who %s is known by\n%s\nand not by\n%s", what, bytes.Join(got, []byte("\n")), want[0])
		}
		if len(v.contacts) > 0 {
			t.Errorf("a contact of who %s is sent", what)
		}
	}
}

// TestTwoCitizensWhoSayYesDifferInWhatIsSealedAlone holds the same of those who give a contact, whichever it is.
func TestTwoCitizensWhoSayYesDifferInWhatIsSealedAlone(t *testing.T) {
	number, mail := newVisit(t), newVisit(t)
	number.tap("service-identity", "hour-A003", "take", "reminder", "yes")
	number.types("3330000012")
	number.tap("send")
	mail.wander()
	mail.tap("service-identity", "hour-A003", "take", "reminder", "yes", "channel-email")
	mail.types("nome.cognome-lunghissimo@posta.comune.valfiorita.example")
	mail.tap("send")
	if len(number.contacts) != 1 || len(mail.contacts) != 1 {
		t.Fatalf("%d and %d contacts were sent", len(number.contacts), len(mail.contacts))
	}
	a, b := number.contacts[0], mail.contacts[0]
	at := bytes.Index(a, []byte(`"sealed":"`)) + len(`"sealed":"`)
	if len(a) != len(b) || !bytes.Equal(a[:at], b[:at]) || !bytes.Equal(a[len(a)-3:], b[len(b)-3:]) {
		t.Errorf("%d bytes that begin with %s, and %d that begin with %s", len(a), a[:at], len(b), b[:at])
	}
	if x, y := number.facts(), mail.facts(); len(x) != 1 || len(y) != 1 || !bytes.Equal(x[0], y[0]) {
		t.Errorf("known by\n%s\nand by\n%s", x, y)
	}
}
