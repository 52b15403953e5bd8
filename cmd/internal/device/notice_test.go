package device

import (
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/ticket"
)

// whole is an office whose notice is complete.
func whole(t *testing.T) booking.Office {
	t.Helper()
	p, err := agenda.ReadFile("../../../offices/valfiorita-anagrafe.toml")
	if err != nil {
		t.Fatal(err)
	}
	return p.Office
}

func TestTheDoctorSaysWhatCitizensAreToldAndAsked(t *testing.T) {
	offering := privacy.Reminders{Channels: []privacy.Channel{privacy.SMS, privacy.Mail}, Key: make([]byte, 32)}
	for name, c := range map[string]struct {
		change      func(*booking.Office)
		withdrawals int
		state       string
		code        fault.Code
		says        string
	}{
		"complete, without a notifier": {func(*booking.Office) {}, 0, Good, "", "complete, edition 1; no reminders: the scheduler has no notifier for this office"},
		"complete, in trial, with two notifiers": {func(o *booking.Office) { o.Privacy.Production, o.Reminders = false, offering }, 2, Good, "",
			"complete, edition 1, of an office in trial; reminders by sms and email; withdrawals that wait for the scheduler: 2"},
		"incomplete, in trial": {func(o *booking.Office) { o.Privacy.Production, o.Controller.PEC, o.Reminders = false, "", offering }, 0, Attention, "",
			"the office file lacks controller.pec; nobody is asked for a contact"},
		"incomplete, in production": {func(o *booking.Office) { o.Privacy.Edition, o.Controller.PEC = "", "" }, 0, Faulty, fault.CodeNotice,
			"the office file lacks controller.pec, privacy.edition; nobody is asked for a contact"},
	} {
		office := whole(t)
		c.change(&office)
		p := consentsOf(office, c.withdrawals).part()
		if p.Name != "notice" || p.State != c.state || p.Code != c.code || p.Cause != c.says || (p.Remedy == "") != (c.state == Good) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestAWordOfWithdrawalsIsLeftForTheDoctorAndNotToldOn(t *testing.T) {
	dir := t.TempDir()
	nobody := Machine{Boot: func() string { return "one" }}.complete(false)
	c := &clock{now: time.Now, steady: func() time.Duration { return 0 }, machine: nobody}
	c.begin(time.Time{}, memory{}, memory{})
	v := newVitals(&Device{front: new(front), cfg: Config{Data: dir}, parts: Parts{Machine: nobody}, clock: c})
	v.known = true
	v.withdrawals(1) // before an office is known
	v.office(whole(t))
	v.withdrawals(2)
	v.office(whole(t))
	if p := noticeAtWork(Config{Data: dir}); p == nil || !strings.HasSuffix(p.Cause, "withdrawals that wait for the scheduler: 2") {
		t.Errorf("the doctor says %+v", p)
	}
	if len(v.changed) > 0 {
		t.Error("the scheduler is told")
	}
}

func TestAReceiptGivesWayToATestStripAndIsNotTakenForOne(t *testing.T) {
	strip, receipt := ticket.Strip(locale.Italian), ticket.Slip{Lang: "receipt"}
	for name, c := range map[string]struct {
		do   func(*strips)
		want []locale.Lang // of the slips that come out, with "!" where somebody is told how it ended
	}{
		"a receipt":                         {func(s *strips) { s.receipt(receipt) }, []locale.Lang{"receipt"}},
		"a test strip, asked for twice":     {func(s *strips) { s.test(strip); s.test(strip) }, []locale.Lang{"it!"}},
		"a receipt while a test waits":      {func(s *strips) { s.test(strip); s.receipt(receipt) }, []locale.Lang{"it!"}},
		"a test while a receipt waits":      {func(s *strips) { s.receipt(receipt); s.test(strip) }, []locale.Lang{"it!"}},
		"two receipts, one after the other": {func(s *strips) { s.receipt(receipt); s.receipt(receipt) }, []locale.Lang{"receipt"}},
	} {
		s := newStrips()
		c.do(s)
		var got []locale.Lang
		for range len(s.next) {
			lang := (<-s.next).Lang
			if s.ended() {
				lang += "!"
			}
			got = append(got, lang)
		}
		if strings.Join(asText(got), " ") != strings.Join(asText(c.want), " ") {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	s := newStrips()
	s.receipt(receipt)
	<-s.next // it is being printed
	s.test(strip)
	if first, second := s.ended(), s.ended(); first || !second || len(s.next) != 1 {
		t.Errorf("of a receipt under way and a test strip are told: %v, %v", first, second)
	}
}

func asText(all []locale.Lang) (words []string) {
	for _, l := range all {
		words = append(words, string(l))
	}
	return words
}
