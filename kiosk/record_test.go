package kiosk_test

import (
	"reflect"
	"strings"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// record returns all pages of what is stored of a ticket, as text, field by field.
func (k *totem) record(r booking.Record) (fields []kiosk.Box) {
	k.t.Helper()
	k.shows(r).tap("record").wantScreen("record")
	return k.fields()
}

// fields returns the fields on all pages of the screen, from the first.
func (k *totem) fields() (all []kiosk.Box) {
	for page := range 100 {
		first := len(all)
		for b := range kiosk.View(k.state).Root.All() {
			if b.Role == kiosk.RoleField {
				all = append(all, b)
			}
		}
		if page > 0 && reflect.DeepEqual(words(all[first]), words(all[0])) {
			return all[:first] // round again
		}
		if !k.offers("more") {
			return all
		}
		k.tap("more")
	}
	k.t.Fatal("the pages have no end")
	return nil
}

func words(b kiosk.Box) string {
	var all []string
	for each := range b.All() {
		if each.Text != "" {
			all = append(all, each.Text)
		}
	}
	return strings.Join(all, " | ")
}

func allWords(fields []kiosk.Box) string {
	var all []string
	for _, f := range fields {
		all = append(all, words(f))
	}
	return strings.Join(all, "\n")
}

// leaves calls visit with the path and the value of everything in v that holds a value.
func leaves(v reflect.Value, path string, visit func(string, reflect.Value)) {
	if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[booking.Day]() || v.Type().PkgPath() == "time" {
		visit(path, v)
		return
	}
	for i := range v.NumField() {
		leaves(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), visit)
	}
}

// TestEveryStoredFieldIsShownToWhoeverHasTheCode changes one field of what is stored after the other: what the screen says
// must change with it, or the reason why not stands here.
func TestEveryStoredFieldIsShownToWhoeverHasTheCode(t *testing.T) {
	zone := rome(t)
	others := map[string]any{
		"Key.Queue":            booking.QueueID("civile"),
		"Key.Day":              held(zone).Key.Day.AddDays(3),
		"Slot.Number":          booking.Number("A013"),
		"Slot.Start":           saturday(zone, 11, 20),
		"Slot.Holder":          booking.Pool,
		"Slot.State":           booking.Called,
		"Slot.Hands":           2,
		"Slot.Ticket.Returns":  2,
		"Slot.Ticket.Paper":    booking.PaperNotPrinted,
		"Slot.Ticket.Moved":    true,
		"Slot.Ticket.Expected": saturday(zone, 11, 30),
		"Service":              booking.ServiceID("carta"),
		"Waiting":              2,
		"Promise":              booking.PromiseNone,
		"Slip":                 true,
		"Given":                true,
	}
	excepted := map[string]string{
		"Key.Office":       "the header names the office; a totem has the tickets of no other",
		"Slot.Ask":         "asked of free slots only: a ticket ends it",
		"Slot.Ticket.Code": "said to be stored, but not shown: nobody can do anything with it but compare it",
	}
	before := allWords(open(t).record(held(zone)))
	blank := held(zone)
	leaves(reflect.ValueOf(&blank).Elem(), "", func(path string, _ reflect.Value) {
		other, given := others[path]
		switch reason := excepted[path]; {
		case reason != "" && given:
			t.Errorf("%s is shown and excepted", path)
		case reason != "":
			return
		case !given:
			t.Errorf("%s is stored, and nobody has thought of how it is shown", path)
			return
		}
		r := held(zone)
		leaves(reflect.ValueOf(&r).Elem(), "", func(p string, v reflect.Value) {
			if p == path {
				v.Set(reflect.ValueOf(other))
			}
		})
		if after := allWords(open(t).record(r)); after == before {
			t.Errorf("%s makes no difference to what is shown:\n%s", path, after)
		}
	})
	if !strings.Contains(before, it(locale.RecordCodeIs)) {
		t.Error("the code is not said to be stored")
	}
}

func TestEveryFieldHasANameAValueAPurposeAndAnEnd(t *testing.T) {
	r := held(rome(t))
	r.Service, r.Waiting, r.Slip, r.Given, r.Slot.Hands, r.Slot.Ticket.Moved = "carta", 1, true, true, 1, true
	fields := open(t).record(r)
	if len(fields) != 13 {
		t.Errorf("%d fields:\n%s", len(fields), allWords(fields))
	}
	for _, f := range fields {
		roles := ""
		for _, b := range f.Children {
			roles += string(b.Role) + " "
		}
		if roles != "name strong note note " || !strings.Contains(f.Children[2].Text, "Serve") || !strings.Contains(f.Children[3].Text, "Si cancella") {
			t.Errorf("%s: %s", roles, words(f))
		}
	}
}

func TestWhenARecordIsErasedIsSaidAsFarAsItIsKnown(t *testing.T) {
	for _, test := range []struct {
		name string
		days int
		lost bool
		slip string
		rest string
	}{
		{"today", 0, false, it(locale.ErasedSooner), it(locale.ErasedTonight)},
		{"another day", 2, false, it(locale.ErasedAfter, locale.Word("day", "lunedì 23 novembre")), it(locale.ErasedAfter, locale.Word("day", "lunedì 23 novembre"))},
		{"a day that is over", -1, false, it(locale.ErasedClosing), it(locale.ErasedClosing)},
		{"no clock", 0, true, it(locale.ErasedClosing), it(locale.ErasedClosing)},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := open(t)
			if test.lost {
				k.loseClock()
			}
			r := held(k.zone)
			r.Slip, r.Given, r.Service, r.Key.Day = true, true, "carta", r.Key.Day.AddDays(test.days)
			for _, f := range k.record(r) {
				want := test.rest
				if strings.Contains(words(f), it(locale.RecordCodeSlip)) || strings.Contains(words(f), it(locale.PurposeDesk)) { // kept until it is sent
					want = test.slip
				}
				if !strings.Contains(words(f), want) {
					t.Errorf("%s, want %q", words(f), want)
				}
			}
		})
	}
}

func TestTheRecordSaysThatNobodyIsKnownAndLeadsBackToTheTicket(t *testing.T) {
	k := open(t)
	k.record(held(k.zone))
	if !k.says(it(locale.RecordNobody)) || !k.says(it(locale.RecordOnly)) {
		t.Error(outline(kiosk.View(k.state)))
	}
	k.tap("back").wantScreen("own")
}
