package booking_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

func TestAnOfficesNoticeIsMadeOfAllThatTheOfficeSays(t *testing.T) {
	o := booking.Office{
		Name: locale.Text{"it": "Anagrafe"}, Place: locale.Text{"it": "piano terra"}, Languages: []locale.Lang{"it"},
		Controller: privacy.Controller{Name: "Comune"}, Privacy: privacy.Facts{Edition: "3"},
		Reminders: privacy.Reminders{Before: time.Hour}, Advance: privacy.AdvanceOpen,
		Queues:   []booking.Queue{{ID: "a"}, {ID: "b", Prepare: true}},
		Services: []booking.Service{{ID: "s", Queue: "a"}, {ID: "t", Queue: "b"}},
	}
	in := o.Notice(locale.English)
	if in.Lang != locale.English || in.Office["it"] != "Anagrafe" || in.Place["it"] != "piano terra" || len(in.Languages) != 1 ||
		in.Controller.Name != "Comune" || in.Facts.Edition != "3" || in.Reminders.Before != time.Hour || in.Advance != privacy.AdvanceOpen {
		t.Errorf("something is left out: %+v", in)
	}
	if !in.Prepares {
		t.Error("a desk is told of the service, and the notice does not know")
	}
	o.Services[1].Sensitive = true // then nobody is told
	if o.Notice(locale.Italian).Prepares {
		t.Error("the desk of a neutral queue is told of the service")
	}
}
