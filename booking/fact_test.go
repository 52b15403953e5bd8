package booking_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

func issued(t testing.TB) booking.Fact {
	return booking.Fact{ID: booking.FactID{Incarnation: booking.Incarnation{1}, N: 7}, Kind: booking.FactIssued,
		At: time.Date(2026, 11, 23, 8, 41, 0, 0, time.UTC), Day: day(t, "2026-11-23"), Queue: "identity", Slot: "A012",
		Code: booking.CodeHash{9}, Service: "identity-card"}
}

func TestWhatIsLeftOfAClosedDayIsACountUnderTheSameNumber(t *testing.T) {
	f := issued(t)
	got := f.Counted()
	if got.ID != f.ID || got.Kind != booking.FactCounted || got.Of != booking.FactIssued || got.Queue != f.Queue {
		t.Errorf("counted = %+v", got)
	}
	if got.Slot != "" || !got.Code.IsZero() || got.Service != "" || got.At.Equal(f.At) {
		t.Errorf("counted still tells of the ticket: %+v", got)
	}
	if err := got.Check(); err != nil {
		t.Error(err)
	}
	if again := got.Counted(); again != got {
		t.Errorf("counted twice = %+v", again)
	}
}

func TestACheckInAndACancellationAreCountedLikeAllOthers(t *testing.T) {
	for _, kind := range []booking.FactKind{booking.FactArrived, booking.FactCancelled} {
		f := issued(t)
		f.Kind, f.Service = kind, ""
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		got := f.Counted()
		if err := got.Check(); err != nil || got.Of != kind || got.ID != f.ID || got.Slot != "" || !got.Code.IsZero() {
			t.Errorf("counted %+v, %v", got, err)
		}
		for name, spoil := range map[string]func(*booking.Fact){
			"no queue":   func(f *booking.Fact) { f.Queue = "" },
			"no slot":    func(f *booking.Fact) { f.Slot = "" },
			"no code":    func(f *booking.Fact) { f.Code = booking.CodeHash{} },
			"a service":  func(f *booking.Fact) { f.Service = "identity-card" },
			"an outcome": func(f *booking.Fact) { f.Paper = booking.PaperPrinted },
			"of another": func(f *booking.Fact) { f.Of = booking.FactIssued },
		} {
			wrong := f
			spoil(&wrong)
			if wrong.Check() == nil {
				t.Errorf("%s with %s passed", kind, name)
			}
		}
	}
}

func TestAFactHoldsExactlyWhatItsKindNeeds(t *testing.T) {
	if err := issued(t).Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*booking.Fact){
		"no number":              func(f *booking.Fact) { f.ID.N = 0 },
		"seconds":                func(f *booking.Fact) { f.At = f.At.Add(time.Second) },
		"no code":                func(f *booking.Fact) { f.Code = booking.CodeHash{} },
		"a code on a slip":       func(f *booking.Fact) { f.Kind, f.Paper = booking.FactPrinted, booking.PaperPrinted },
		"a slot on a closed day": func(f *booking.Fact) { f.Kind = booking.FactClosed },
		"an unknown kind":        func(f *booking.Fact) { f.Kind = "sold" },
		"a count of a count": func(f *booking.Fact) {
			*f = f.Counted()
			f.Of = booking.FactCounted
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := issued(t)
			spoil(&f)
			if err := f.Check(); err == nil {
				t.Errorf("%+v passed", f)
			}
		})
	}
}

func TestAFactOfASlotThatChangedHandsHoldsExactlyWhatItsKindNeeds(t *testing.T) {
	base := booking.Fact{ID: booking.FactID{Incarnation: booking.Incarnation{1}, N: 7}, At: issued(t).At, Day: issued(t).Day,
		Queue: "identity", Slot: "A012", Hands: 3}
	released, transferred, received := base, base, base
	released.Kind = booking.FactReleased
	transferred.Kind, transferred.Peer, transferred.Store = booking.FactTransferred, "atrio", booking.Incarnation{2}
	received.Kind, received.Peer, received.Proof = booking.FactReceived, "atrio", booking.Proof{3}
	for _, f := range []booking.Fact{released, transferred, received} {
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		if got := f.Counted(); got.Check() != nil || got.Of != f.Kind || got.Slot != "" || got.Peer != "" || got.Hands != 0 || !got.Proof.IsZero() || !got.Store.IsZero() {
			t.Errorf("counted: %+v, %v", got, got.Check())
		}
		for name, spoil := range map[string]func(*booking.Fact){
			"no queue":       func(f *booking.Fact) { f.Queue = "" },
			"no slot":        func(f *booking.Fact) { f.Slot = "" },
			"no hands":       func(f *booking.Fact) { f.Hands = 0 },
			"too many hands": func(f *booking.Fact) { f.Hands = booking.MostHands + 1 },
			"a code":         func(f *booking.Fact) { f.Code = booking.CodeHash{1} },
			"a service":      func(f *booking.Fact) { f.Service = "identity-card" },
			"an outcome":     func(f *booking.Fact) { f.Paper = booking.PaperPrinted },
			"of another":     func(f *booking.Fact) { f.Of = booking.FactIssued },
			"another's peer": func(f *booking.Fact) {
				if f.Peer = "atrio"; f.Kind != booking.FactReleased {
					f.Peer = ""
				}
			},
			"another's store": func(f *booking.Fact) {
				if f.Store = (booking.Incarnation{9}); f.Kind == booking.FactTransferred {
					f.Store = booking.Incarnation{}
				}
			},
			"another's proof": func(f *booking.Fact) {
				if f.Proof = (booking.Proof{9}); f.Kind == booking.FactReceived {
					f.Proof = booking.Proof{}
				}
			},
		} {
			wrong := f
			spoil(&wrong)
			if wrong.Check() == nil {
				t.Errorf("%s with %s passed", f.Kind, name)
			}
		}
	}
	for _, spoil := range []func(*booking.Fact){
		func(f *booking.Fact) { f.Hands = 1 }, func(f *booking.Fact) { f.Peer = "atrio" },
		func(f *booking.Fact) { f.Store = booking.Incarnation{1} }, func(f *booking.Fact) { f.Proof = booking.Proof{1} },
	} {
		f := issued(t)
		spoil(&f)
		if f.Check() == nil {
			t.Errorf("%+v passed", f)
		}
	}
}

func TestAQueueWithASensitiveServiceTellsOfNone(t *testing.T) {
	office := booking.Office{
		Queues: []booking.Queue{
			{ID: "identity", Label: locale.Text{"it": "Sportello A"}, Prepare: true},
			{ID: "family", Label: locale.Text{"it": "Sportello D"}, Prepare: true},
		},
		Services: []booking.Service{
			{ID: "card", Queue: "identity", Name: locale.Text{"it": "Carta d'identità"}},
			{ID: "births", Queue: "family", Name: locale.Text{"it": "Nascite"}},
			{ID: "social", Queue: "family", Name: locale.Text{"it": "Sociale"}, Sensitive: true},
		},
	}
	if got := office.Tells(office.Services[0]); got != "card" {
		t.Errorf("an ordinary queue tells %q", got)
	}
	for _, s := range office.Services[1:] {
		if got := office.Tells(s); got != "" {
			t.Errorf("%s is told as %q", s.ID, got)
		}
		if got := office.SlipLabel(s).In("it"); got != "Sportello D" {
			t.Errorf("%s prints %q", s.ID, got)
		}
	}
}
