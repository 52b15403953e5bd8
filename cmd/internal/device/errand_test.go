package device

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/privacy"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// counter is a scheduler at the far end that notes what it is asked, and may be out of reach.
type counter struct {
	asked   []string
	away    error
	silence bool // it never answers
}

func (c *counter) heard(ctx context.Context, what string) error {
	if c.silence {
		<-ctx.Done()
		return ctx.Err()
	}
	if c.away == nil {
		c.asked = append(c.asked, what)
	}
	return c.away
}

func (c *counter) Vacancy(ctx context.Context, _ wire.Vacancy) (wire.Vacant, error) {
	return wire.Vacant{}, c.heard(ctx, "vacancy")
}

func (c *counter) Want(ctx context.Context, _ wire.Want) (wire.Granted, error) {
	return wire.Granted{}, c.heard(ctx, "want")
}

func (c *counter) Contact(ctx context.Context, _ wire.Contact) (wire.Kept, error) {
	return wire.Kept{}, c.heard(ctx, "contact")
}

func (c *counter) Reminder(ctx context.Context, _ wire.Reminder) (wire.Reminded, error) {
	return wire.Reminded{On: true}, c.heard(ctx, "reminder")
}

func (c *counter) Withdraw(ctx context.Context, _ wire.Withdraw) (wire.Withdrawn, error) {
	return wire.Withdrawn{}, c.heard(ctx, "withdraw")
}

// atCounter returns errands of a totem that has given one ticket, and that ticket.
func atCounter(t *testing.T, c *counter) (*errands, store.Withdrawal, chan news) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), databaseFile), Office: "valfiorita", Totem: "ingresso"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	day := booking.DayOf(time.Now(), time.UTC).AddDays(2)
	key := booking.SheetKey{Office: "valfiorita", Queue: "identita", Day: day}
	slot := booking.Slot{Number: "A001", Start: day.At(9*60, time.UTC), Holder: booking.HeldBy("ingresso"), State: booking.Free}
	sheet := booking.Sheet{SheetKey: key, Revision: booking.Revision{Epoch: 1, Sequence: 1}, Prefix: "A", Slots: []booking.Slot{slot}}
	if err := s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{sheet}, Keys: map[booking.Day]booking.DayKey{day: {1}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Issue(t.Context(), store.Order{Key: key, Number: "A001", Start: slot.Start, Code: "482917305566", Slip: ticket.Slip{}}); err != nil {
		t.Fatal(err)
	}
	w := store.Withdrawal{Key: key, Number: "A001", Code: booking.Code("482917305566").Hash(booking.DayKey{1})}
	told := make(chan news, 1)
	e := &errands{link: c, store: s, tell: func(_ context.Context, n news) { told <- n }, fail: func(err error) { t.Error(err) }, left: func(int) {},
		waits: make(chan struct{}, 1), turn: make(chan struct{}, 1), ends: make(map[int]context.CancelFunc)}
	e.turn <- struct{}{}
	return e, w, told
}

func TestAConsentThatIsGivenAnewOutlivesAWithdrawalThatWaited(t *testing.T) {
	c := &counter{away: errors.New("no link")}
	e, w, _ := atCounter(t, c)
	if n := e.withdraw(t.Context(), 1, w); n.msg != (kiosk.ReminderDropped{Errand: 1, Later: true}) {
		t.Fatalf("told %+v", n.msg)
	}
	if n := e.keep(t.Context(), 2, w, wire.Contact{}, privacy.Receipt{1}); n.msg != (kiosk.ContactRefused{Errand: 2, Why: kiosk.NotKeptLink}) {
		t.Errorf("told %+v", n.msg)
	}
	if n := e.look(t.Context(), 3, w); n.msg != (kiosk.ReminderKnown{Errand: 3, Failed: true}) {
		t.Errorf("told %+v", n.msg)
	}
	listed, err := e.store.Withdrawals(t.Context())
	if err != nil || len(listed) != 1 || e.tellAll(t.Context()) {
		t.Fatalf("%v wait, %v", listed, err)
	}
	c.away = nil
	if n := e.keep(t.Context(), 4, w, wire.Contact{}, privacy.Receipt{1}); n.msg != (kiosk.ContactKept{Errand: 4, Receipt: privacy.Receipt{1}.String()}) {
		t.Errorf("told %+v", n.msg)
	}
	if !e.tellOne(t.Context(), listed[0]) || !e.tellAll(t.Context()) { // by who had read the list before
		t.Error("it still waits")
	}
	if want := []string{"withdraw", "contact"}; !slices.Equal(c.asked, want) {
		t.Errorf("the scheduler was asked %v, want %v", c.asked, want)
	}
	if n := e.withdraw(t.Context(), 5, w); n.msg != (kiosk.ReminderDropped{Errand: 5}) || !slices.Equal(c.asked, []string{"withdraw", "contact", "withdraw"}) {
		t.Errorf("told %+v, asked %v", n.msg, c.asked)
	}
}

func TestAWithdrawalThatCannotBeNotedIsToldAllTheSame(t *testing.T) {
	c := &counter{}
	e, w, _ := atCounter(t, c)
	w.Number = "A002" // of which this store knows nothing any more
	if n := e.withdraw(t.Context(), 1, w); n.msg != (kiosk.ReminderDropped{Errand: 1}) || len(c.asked) != 1 {
		t.Errorf("told %+v, asked %v", n.msg, c.asked)
	}
	c.away = errors.New("no link")
	if n := e.withdraw(t.Context(), 2, w); n.msg != (kiosk.ReminderDropped{Errand: 2, Failed: true}) {
		t.Errorf("told %+v", n.msg)
	}
}

func TestAnErrandEndsWhenTheLinkIsCut(t *testing.T) {
	c := &counter{silence: true}
	e, w, told := atCounter(t, c)
	e.start(t.Context(), func(ctx context.Context) news { return e.keep(ctx, 1, w, wire.Contact{}, privacy.Receipt{1}) })
	e.cut()
	if n := <-told; n.msg != (kiosk.ContactRefused{Errand: 1, Why: kiosk.NotKeptLink}) {
		t.Errorf("told %+v", n.msg)
	}
	e.wait()
	if len(e.ends) != 0 {
		t.Error("it is still counted")
	}
}

func TestWhoRefusesAContactIsToldApartFromWhoDoesNotAnswer(t *testing.T) {
	for code, want := range map[string]kiosk.NotKept{
		wire.RefusedReminders: kiosk.NotKeptRefused, wire.RefusedTicket: kiosk.NotKeptRefused, wire.RefusedOtherStore: kiosk.NotKeptRefused,
		wire.RefusedTrouble: kiosk.NotKeptLink, wire.RefusedHello: kiosk.NotKeptLink,
	} {
		if got := refusedFor(&wire.Refusal{Code: code}); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
	if got := refusedFor(context.DeadlineExceeded); got != kiosk.NotKeptLink {
		t.Errorf("no answer: %v", got)
	}
}
