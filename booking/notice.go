package booking

import (
	"slices"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// Notice gathers what citizens of the office are told of the data, in language l.
func (o Office) Notice(l locale.Lang) privacy.Input {
	return privacy.Input{
		Office: o.Name, Place: o.Place, Languages: o.Languages, Controller: o.Controller, Facts: o.Privacy,
		Reminders: o.Reminders, Advance: o.Advance, Lang: l,
		Prepares: slices.ContainsFunc(o.Queues, func(q Queue) bool { return q.Prepare && !o.Neutral(q.ID) }),
	}
}
