package wire

import (
	"fmt"
	"strings"
	"time"

	"example.org/totem/booking"
)

// Verb is what a totem asks for.
type Verb string

// The verbs.
const (
	VerbHello  Verb = "hello"
	VerbPull   Verb = "pull"
	VerbLast   Verb = "last"
	VerbMerge  Verb = "merge"
	VerbClock  Verb = "clock"
	VerbHealth Verb = "health"
	VerbEnrol  Verb = "enrol" // the only two that a stranger may use
	VerbRenew  Verb = "renew"

	VerbVacancy  Verb = "vacancy"
	VerbWant     Verb = "want"
	VerbContact  Verb = "contact"
	VerbReminder Verb = "reminder"
	VerbWithdraw Verb = "withdraw"
)

// The subjects. Identifiers must pass booking.CheckID: then none of them can change the meaning of a subject.
//
//	up.v1.<office>.<totem>.facts         facts, totem to scheduler; marks, where a closed day's facts were
//	dn.v1.<office>.<queue>.<yyyymmdd>    a sheet that changed, scheduler to all totems of an office
//	rq.v1.<office>.<totem>.<verb>        a totem's question
//	led.v1.<yyyymmdd>.<office>.<queue>   the ledger's own, where no totem may listen
const (
	// AllFacts is the wildcard of all facts subjects.
	AllFacts = "up.v1.*.*.facts"
	// StrangerInbox is under which subjects a device without credentials of its own awaits answers. Every stranger may
	// listen there: nothing that is answered there is secret. It is also why no office is called [StrangerOffice].
	StrangerInbox = "_INBOX." + StrangerOffice
	// StrangerOffice is the one identifier that no office may have: the inboxes of its totems would be every stranger's.
	StrangerOffice = "stranger"

	dayToken = "20060102"
)

// FactsSubject returns where a totem publishes its facts.
func FactsSubject(office booking.OfficeID, totem booking.TotemID) string {
	return fmt.Sprintf("up.v1.%s.%s.facts", office, totem)
}

// ParseFactsSubject returns whose facts travel on a subject.
func ParseFactsSubject(subject string) (booking.OfficeID, booking.TotemID, error) {
	t := strings.Split(subject, ".")
	if len(t) != 5 || t[0] != "up" || t[1] != "v1" || t[4] != "facts" || booking.CheckID(t[2]) != nil || booking.CheckTotemID(t[3]) != nil {
		return "", "", fmt.Errorf("subject %q: not of facts", subject)
	}
	return booking.OfficeID(t[2]), booking.TotemID(t[3]), nil
}

// PushSubject returns where a changed sheet is pushed.
func PushSubject(k booking.SheetKey) string {
	return fmt.Sprintf("dn.v1.%s.%s.%s", k.Office, k.Queue, dayOf(k.Day))
}

// PushesSubject returns the wildcard of all pushes to an office.
func PushesSubject(office booking.OfficeID) string { return fmt.Sprintf("dn.v1.%s.>", office) }

// ParsePushSubject returns which sheet is pushed on a subject.
func ParsePushSubject(subject string) (booking.SheetKey, error) {
	if t := strings.Split(subject, "."); len(t) == 5 && t[0] == "dn" && t[1] == "v1" {
		if k, ok := sheetKey(t[2], t[3], t[4]); ok {
			return k, nil
		}
	}
	return booking.SheetKey{}, fmt.Errorf("subject %q: not of a pushed sheet", subject)
}

// RequestSubject returns where a totem asks.
func RequestSubject(office booking.OfficeID, totem booking.TotemID, verb Verb) string {
	return fmt.Sprintf("rq.v1.%s.%s.%s", office, totem, verb)
}

// RequestsSubject returns the wildcard of all totems' requests with one verb.
func RequestsSubject(verb Verb) string { return fmt.Sprintf("rq.v1.*.*.%s", verb) }

// ParseRequestSubject returns who asks for what on a subject. Nobody asks for the [StrangerOffice].
func ParseRequestSubject(subject string) (booking.OfficeID, booking.TotemID, Verb, error) {
	t := strings.Split(subject, ".")
	if len(t) == 5 && t[0] == "rq" && t[1] == "v1" && booking.CheckID(t[2]) == nil && t[2] != StrangerOffice && booking.CheckTotemID(t[3]) == nil {
		switch verb := Verb(t[4]); verb {
		case VerbHello, VerbPull, VerbLast, VerbMerge, VerbClock, VerbHealth, VerbEnrol, VerbRenew,
			VerbVacancy, VerbWant, VerbContact, VerbReminder, VerbWithdraw:
			return booking.OfficeID(t[2]), booking.TotemID(t[3]), verb, nil
		}
	}
	return "", "", "", fmt.Errorf("subject %q: not of a request", subject)
}

// InboxPrefix returns under which subjects a totem awaits answers. It names the office too: two offices may both have
// a totem called t1, and answers hold day keys.
func InboxPrefix(office booking.OfficeID, totem booking.TotemID) string {
	return fmt.Sprintf("_INBOX.%s.%s", office, totem)
}

// LedgerSubject returns where the ledger keeps a sheet.
func LedgerSubject(k booking.SheetKey) string {
	return fmt.Sprintf("led.v1.%s.%s.%s", dayOf(k.Day), k.Office, k.Queue)
}

// LedgerDaySubject returns the wildcard of all sheets of a day in the ledger.
func LedgerDaySubject(d booking.Day) string { return fmt.Sprintf("led.v1.%s.*.*", dayOf(d)) }

// LedgerPush returns the push subject of a message on LedgerDaySubject(d), as a NATS subject transform writes it.
func LedgerPush(d booking.Day) string {
	return fmt.Sprintf("dn.v1.{{wildcard(1)}}.{{wildcard(2)}}.%s", dayOf(d))
}

// ParseLedgerSubject returns which sheet is kept on a subject.
func ParseLedgerSubject(subject string) (booking.SheetKey, error) {
	if t := strings.Split(subject, "."); len(t) == 5 && t[0] == "led" && t[1] == "v1" {
		if k, ok := sheetKey(t[3], t[4], t[2]); ok {
			return k, nil
		}
	}
	return booking.SheetKey{}, fmt.Errorf("subject %q: not of a sheet in the ledger", subject)
}

func dayOf(d booking.Day) string { return strings.ReplaceAll(d.String(), "-", "") }

func sheetKey(office, queue, day string) (booking.SheetKey, bool) {
	t, err := time.Parse(dayToken, day)
	if err != nil || booking.CheckID(office) != nil || booking.CheckID(queue) != nil {
		return booking.SheetKey{}, false
	}
	return booking.SheetKey{Office: booking.OfficeID(office), Queue: booking.QueueID(queue), Day: booking.DayOf(t, time.UTC)}, true
}
