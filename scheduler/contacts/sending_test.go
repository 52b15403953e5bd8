package contacts_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
)

// play runs a store in simulated time: what is done happens while it sends.
func play(t *testing.T, do func(h *house, d *desk, start time.Time), notifiers ...contacts.Notifier) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h, d := open(t, memory(t), newRecords(), notifiers...), new(desk)
		ctx, stop := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { h.Run(ctx, d) })
		do(h, d, time.Now().Truncate(time.Minute).Add(time.Hour))
		stop()
		work.Wait()
		for _, e := range []string{"+39333", "posta.example", "A00"} {
			if strings.Contains(h.log.String(), e) {
				t.Errorf("the log says who: %s", h.log)
			}
		}
	})
}

// until sleeps to a moment, and until all has been done that is to be done then.
func until(at time.Time) {
	<-time.After(time.Until(at))
	synctest.Wait()
}

func TestAMessageGoesOutWhenItIsDueAndTheContactIsErased(t *testing.T) {
	g := &gateway{}
	play(t, func(h *house, _ *desk, start time.Time) {
		e := entry(0, start)
		h.put(e)
		until(e.Due.Add(-time.Second))
		if g.count() != 0 || !h.holds(e) {
			t.Error("sent before it was due")
		}
		until(e.Due)
		if g.count() != 1 || h.holds(e) || len(files(t, h.dir)) != 0 || h.records.why(e) != contacts.Sent {
			t.Errorf("%d sent, files %v, ended as %d", g.count(), files(t, h.dir), h.records.why(e))
		}
		want := contacts.Message{Channel: privacy.SMS, To: e.Contact, Key: g.last.Key,
			Text: "Anagrafe di Valfiorita: oggi alle 1:00 il suo numero A001. Dopo questo messaggio non conserviamo il contatto. Nessuno legge le risposte."}
		want.Text = strings.Replace(want.Text, "alle 1:00", "all'1:00", 1)
		if g.last != want || len(g.last.Key) != 32 {
			t.Errorf("sent %+v, want %+v", g.last, want)
		}
		until(start)
		if !strings.Contains(h.log.String(), "scheduler.messages-sent") || g.count() != 1 {
			t.Errorf("%d sent; log: %s", g.count(), h.log)
		}
	}, g)
}

func TestAGatewayThatFailsIsAskedAgainAfterGrowingWaitsAndThenNoMore(t *testing.T) {
	g := &gateway{always: fails}
	play(t, func(h *house, _ *desk, start time.Time) {
		e := entry(0, start)
		h.put(e)
		until(start)
		var waits []time.Duration
		for i := range g.begun {
			waits = append(waits, g.begun[i].Sub(e.Due))
		}
		want := []time.Duration{0, 30 * time.Second, 90 * time.Second, 210 * time.Second, 450 * time.Second, 750 * time.Second, 1050 * time.Second}
		if !slices.Equal(waits, want) {
			t.Errorf("tried after %v, want %v", waits, want)
		}
		if h.holds(e) || h.records.why(e) != contacts.GivenUp || len(files(t, h.dir)) != 0 {
			t.Errorf("ended as %d, files %v", h.records.why(e), files(t, h.dir))
		}
		if log := h.log.String(); strings.Count(log, "scheduler.gateway-fault") != 1 {
			t.Errorf("log: %s", log)
		}
	}, g)
	if g := g.begun; !slices.IsSortedFunc(g, time.Time.Compare) {
		t.Error("out of order")
	}
}

func TestAGatewayThatComesBackIsTold(t *testing.T) {
	g := &gateway{script: []outcome{fails, isMute, fails}}
	play(t, func(h *house, _ *desk, start time.Time) {
		e := entry(1, start)
		h.put(e)
		until(start)
		if g.count() != 1 || h.records.why(e) != contacts.Sent || !strings.Contains(h.log.String(), "scheduler.gateway-well") {
			t.Errorf("%d sent, ended as %d, log: %s", g.count(), h.records.why(e), h.log)
		}
	}, g)
}

func TestWhatIsRefusedIsNotTriedAgain(t *testing.T) {
	g := &gateway{always: refuses}
	play(t, func(h *house, _ *desk, start time.Time) {
		e := entry(0, start)
		h.put(e)
		until(e.Due)
		if h.records.why(e) != contacts.GivenUp || strings.Contains(h.log.String(), "gateway-fault") {
			t.Errorf("ended as %d, log: %s", h.records.why(e), h.log)
		}
		until(start)
		if len(g.begun) != 1 {
			t.Errorf("%d tries", len(g.begun))
		}
	}, g)
}

func TestOnlyWhoeverStillWaitsIsReminded(t *testing.T) {
	g := &gateway{}
	play(t, func(h *house, d *desk, start time.Time) {
		e := entry(0, start)
		h.put(e)
		d.set(e.Ticket, contacts.Over)
		until(e.Due)
		if g.count() != 0 || h.holds(e) || h.records.why(e) != contacts.Ended {
			t.Errorf("%d sent, ended as %d", g.count(), h.records.why(e))
		}
		late := entry(2, start) // its totem tells of its ticket five minutes late
		d.set(late.Ticket, contacts.Untold)
		h.put(late)
		until(late.Due.Add(5 * time.Minute))
		if g.count() != 0 || !h.holds(late) {
			t.Error("reminded of a ticket that nobody knows")
		}
		d.set(late.Ticket, contacts.Waiting)
		until(start)
		if g.count() != 1 || h.records.why(late) != contacts.Sent {
			t.Errorf("%d sent, ended as %d", g.count(), h.records.why(late))
		}
	}, g)
}

func TestNothingIsSentAfterAWithdrawalAlsoWhenItComesDuringTheSending(t *testing.T) {
	g := &gateway{slow: 20 * time.Second}
	play(t, func(h *house, _ *desk, start time.Time) {
		e := entry(0, start)
		h.put(e)
		until(e.Due.Add(5 * time.Second))
		before := time.Now()
		h.erase(e, contacts.Withdrawn)
		if took := time.Since(before); took > time.Minute {
			t.Errorf("the withdrawal took %s", took)
		}
		if h.holds(e) || len(files(t, h.dir)) != 0 || h.records.why(e) != contacts.Withdrawn {
			t.Errorf("files %v, ended as %d", files(t, h.dir), h.records.why(e))
		}
		until(start)
		if g.count() != 0 || len(g.begun) != 1 {
			t.Errorf("%d sent in %d tries", g.count(), len(g.begun))
		}
	}, g)
}

func TestAWithdrawalIsAnsweredWhenTheSendingHasStoppedOrAfterAShortWhile(t *testing.T) {
	for deaf, want := range map[time.Duration]time.Duration{2 * time.Second: 2 * time.Second, 50 * time.Second: 5 * time.Second} {
		g := &gateway{slow: 20 * time.Second, deaf: deaf}
		play(t, func(h *house, _ *desk, start time.Time) {
			e := entry(0, start)
			h.put(e)
			until(e.Due.Add(5 * time.Second))
			before := time.Now()
			h.erase(e, contacts.Withdrawn)
			if took := time.Since(before); took != want || len(files(t, h.dir)) != 0 {
				t.Errorf("deaf for %s: answered after %s", deaf, took)
			}
			until(start)
		}, g)
	}
}

func TestWhoseTimeComesFirstIsRemindedFirst(t *testing.T) {
	g := &gateway{slow: 20 * time.Second}
	play(t, func(h *house, _ *desk, start time.Time) {
		const n = 24
		for i := range n {
			e := entry(2*i, start.Add(time.Duration(n-i)*time.Minute))
			e.Due = start.Add(-30 * time.Minute)
			h.put(e)
		}
		until(start)
		for i := range 8 { // so many are under way at the same time
			if last := entry(2*(n-8), start).Contact; len(g.order) != n || g.order[i] < last {
				t.Errorf("the order of %d: %v", len(g.order), g.order)
			}
		}
	}, g)
}

func TestASlowGatewayHoldsUpNobodyElse(t *testing.T) {
	g := &gateway{slow: 20 * time.Second}
	play(t, func(h *house, _ *desk, start time.Time) {
		const n = 80
		for i := range n {
			h.put(entry(i, start))
		}
		until(start.Add(-25 * time.Minute))
		if g.count() != n {
			t.Errorf("%d of %d sent within five minutes", g.count(), n)
		}
	}, g)
}

func TestWhatNobodyKnowsIsToldAgainOnlyWhereThatSendsItOnce(t *testing.T) {
	for _, once := range []bool{true, false} {
		g := &gateway{once: once, script: []outcome{isUnsure}}
		play(t, func(h *house, _ *desk, start time.Time) {
			e := entry(0, start)
			h.put(e)
			until(start)
			want := map[bool]contacts.Why{true: contacts.Sent, false: contacts.GivenUp}[once]
			if g.count() != 1 || h.records.why(e) != want {
				t.Errorf("once %v: %d sent in %d tries, ended as %d", once, g.count(), len(g.begun), h.records.why(e))
			}
		}, g)
	}
}

func TestAMessageThatIsDueShortlyBeforeItsTimeIsTriedUntilThen(t *testing.T) {
	g := &gateway{script: []outcome{fails}}
	play(t, func(h *house, _ *desk, start time.Time) {
		e := entry(0, start)
		e.Due = start.Add(-5 * time.Minute)
		h.put(e)
		until(start)
		if g.count() != 1 {
			t.Errorf("%d sent", g.count())
		}
	}, g)
}

func TestALedgerThatIsAwayOrRecordsThatAreFullKeepNobodyFromErasing(t *testing.T) {
	g := &gateway{}
	play(t, func(h *house, d *desk, start time.Time) {
		d.broken = true
		e, other := entry(0, start), entry(2, start)
		h.put(e)
		h.put(other)
		h.records.broke(true)
		h.erase(other, contacts.Withdrawn)
		if scan(t, h.dir, []contacts.Entry{other}) != 0 || h.holds(other) {
			t.Error("not erased")
		}
		until(start)
		if g.count() != 0 || h.holds(e) {
			t.Errorf("%d sent", g.count())
		}
		h.records.broke(false)
		until(start.Add(2 * time.Minute))
		if h.records.why(e) != contacts.GivenUp || h.records.why(other) != contacts.Withdrawn || len(files(t, h.dir)) != 0 {
			t.Errorf("ended as %d and %d, files %v", h.records.why(e), h.records.why(other), files(t, h.dir))
		}
	}, g)
}

func TestWhenTheStoreIsToStopWhatIsBeingSentIsWaitedForAShortWhile(t *testing.T) {
	for _, slow := range []time.Duration{8 * time.Second, 40 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			g := &gateway{slow: slow}
			h := open(t, t.TempDir(), newRecords(), g)
			ctx, stop := context.WithCancel(t.Context())
			var work sync.WaitGroup
			work.Go(func() { h.Run(ctx, new(desk)) })
			e := entry(0, time.Now().Add(time.Hour))
			h.put(e)
			until(e.Due.Add(time.Second))
			stop()
			work.Wait()
			if waited := time.Since(e.Due); waited > 12*time.Second {
				t.Errorf("waited for %s", waited)
			}
			if sent := slow < 10*time.Second; (g.count() == 1) != sent || h.holds(e) == sent {
				t.Errorf("slow %s: %d sent", slow, g.count())
			}
			// What was not sent is sent after the next start: it was certainly not taken.
			g.slow = 0
			h = open(t, h.dir, h.records, g)
			ctx, stop = context.WithCancel(t.Context())
			work.Go(func() { h.Run(ctx, new(desk)) })
			until(e.Start)
			stop()
			work.Wait()
			if g.count() != 1 || h.records.why(e) != contacts.Sent {
				t.Errorf("%d sent, ended as %d", g.count(), h.records.why(e))
			}
		})
	}
}

// TestWhateverAGatewayDoesNobodyIsRemindedTwiceTooLateOrAgainstTheirWill plays many citizens with gateways that do what they
// want, and withdrawals at any moment.
func TestWhateverAGatewayDoesNobodyIsRemindedTwiceTooLateOrAgainstTheirWill(t *testing.T) {
	const citizens = 40
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 7))
		g := &gateway{once: seed%2 == 0, slow: time.Duration(random.IntN(40)) * time.Second}
		for range random.IntN(200) {
			g.script = append(g.script, outcome(random.IntN(5)))
		}
		play(t, func(h *house, _ *desk, start time.Time) {
			gone := make(map[string]int) // tries that had begun when a citizen's withdrawal was answered
			var all []contacts.Entry
			for i := range citizens {
				e := entry(i, start.Add(time.Duration(random.IntN(40))*time.Minute))
				all = append(all, e)
				h.put(e)
			}
			for range 90 {
				<-time.After(time.Duration(random.IntN(120)) * time.Second)
				if e := all[random.IntN(citizens)]; random.IntN(3) == 0 {
					h.erase(e, contacts.Withdrawn)
					if h.records.why(e) == contacts.Withdrawn {
						gone[e.Contact] = g.triesOf(e.Contact)
					}
				}
			}
			until(start.Add(2 * time.Hour))
			for contact, tries := range gone {
				if now := g.triesOf(contact); now != tries {
					t.Errorf("seed %d: %d tries at the withdrawal, %d afterwards", seed, tries, now)
				}
			}
			for _, times := range g.taken {
				if times > 1 {
					t.Errorf("seed %d: a message went out %d times", seed, times)
				}
			}
			sent := 0
			for _, e := range all {
				if h.records.why(e) == contacts.Sent {
					sent++
				}
				if h.holds(e) || h.records.why(e) == 0 {
					t.Errorf("seed %d: still held", seed)
				}
			}
			if len(files(t, h.dir)) != 0 || sent == 0 || sent > g.count() {
				t.Errorf("seed %d: files %v, %d noted as sent, %d sent", seed, files(t, h.dir), sent, g.count())
			}
		}, g)
	}
}
