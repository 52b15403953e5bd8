package scenes

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/paper"
	"example.org/totem/privacy"
)

// Asking returns the office with all that its notice must say, with reminders by SMS and e-mail, and with other days for
// whoever consents to give a contact.
func Asking(o booking.Office) booking.Office {
	o.Privacy = privacy.Facts{
		Production: true, Edition: "3", Since: "2026-11-02", Reserve: 20,
		Officer: privacy.Officer{Address: "via dei Tigli 4, Valfiorita", PEC: "rpd@pec.valfiorita.example"},
		Recipients: []privacy.Recipient{
			{Name: "Messaggi Valfiorita", Channels: []privacy.Channel{privacy.SMS}, Keeps: 6, Country: "IT", Task: ten(
				"invia gli SMS", "sends the text messages", "versendet die SMS", "envoie les SMS", "envía los SMS", "trimite SMS-urile",
				"надсилає SMS", "ترسل الرسائل القصيرة", "এসএমএস পাঠায়", "发送短信")},
			{Name: "Posta Valfiorita", Channels: []privacy.Channel{privacy.Mail}, Country: "IT", Task: ten(
				"invia le e-mail", "sends the e-mails", "versendet die E-Mails", "envoie les e-mails", "envía los correos", "trimite e-mailurile",
				"надсилає e-mail", "ترسل البريد الإلكتروني", "ই-মেইল পাঠায়", "发送电子邮件")},
		},
	}
	o.Reminders = privacy.Reminders{
		Channels: []privacy.Channel{privacy.SMS, privacy.Mail}, Key: make([]byte, 32), Before: 30 * time.Minute, DayBefore: 24 * time.Hour,
	}
	o.Advance = privacy.AdvanceConsent
	return o
}

// What is typed in the scenes: no number that is anybody's, and no address.
const (
	phone   = "3330000012"
	address = "esempio@posta.example"
	receipt = "AB12-CD34-EF56-7890"
)

// reminders are of a citizen who has a slip in hand, and looks for a reminder.
func reminders() []Scene {
	return []Scene{
		{"take-reminder", func(p *play) { p.taken() }},
		{"reminder-ask", func(p *play) { p.asked() }},
		{"reminder-ask-no-first", func(p *play) { p.noFirst(); p.tap("reminder") }},
		{"reminder-ask-focus", func(p *play) { p.keypad(); p.asked(); p.press(kiosk.KeyNext) }},
		{"reminder-refused", func(p *play) { p.asked(); p.tap("no") }},
		{"contact", func(p *play) { p.asked(); p.tap("yes") }},
		{"contact-typed", func(p *play) { p.asked(); p.tap("yes"); p.types(phone) }},
		{"contact-abroad", func(p *play) { p.asked(); p.tap("yes"); p.types("+33600000012") }},
		{"contact-wrong", func(p *play) { p.asked(); p.tap("yes"); p.types("33300"); p.tell(kiosk.Send{}) }},
		{"contact-mail", func(p *play) { p.asked(); p.tap("yes", "channel-email") }},
		{"contact-mail-typed", func(p *play) { p.mail(address) }},
		{"contact-mail-wrong", func(p *play) { p.mail("esempio"); p.tell(kiosk.Send{}) }},
		{"contact-sending", func(p *play) { p.sent() }},
		{"reminder-kept", func(p *play) { p.sent(); p.tell(kiosk.ContactKept{Errand: 1, Receipt: receipt}) }},
		{"reminder-not-kept", func(p *play) { p.sent(); p.tell(kiosk.ContactRefused{Errand: 1, Why: kiosk.NotKeptRefused}) }},
		{"reminder-unclear", func(p *play) { p.sent(); p.wait(11 * time.Second) }},
	}
}

// otherDays are of a citizen for whom today is not the day.
func otherDays() []Scene {
	return []Scene{
		{"times-other-day", func(p *play) { p.asking(); p.tap("service-identity") }},
		{"times-other-day-offline", func(p *play) {
			p.asking()
			p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)})
			p.tap("service-identity")
		}},
		{"nothing-left-other-day", func(p *play) { p.asking(); p.tap("service-votes") }},
		{"nothing-left-home-other-day", func(p *play) { p.asking(); p.tell(kiosk.OffersChanged{}) }},
		{"other-day-ask", func(p *play) { p.asking(); p.tap("service-identity", "other-day") }},
		{"contact-other-day", func(p *play) { p.asking(); p.tap("service-identity", "other-day", "yes"); p.types(phone) }},
		{"days-asking", func(p *play) { p.advance(); p.tap("service-identity", "other-day") }},
		{"days", func(p *play) { p.days() }},
		{"days-none", func(p *play) { p.advance(); p.tap("service-identity", "other-day"); p.tell(kiosk.DaysKnown{Errand: 1}) }},
		{"days-failed", func(p *play) {
			p.advance()
			p.tap("service-identity", "other-day")
			p.tell(kiosk.DaysKnown{Errand: 1, Failed: true})
		}},
		{"day", func(p *play) { p.days(); p.tap("day-2026-11-23") }},
		{"day-chosen", func(p *play) { p.days(); p.tap("day-2026-11-23", "hour-10:30") }},
		{"booking", func(p *play) { p.days(); p.tap("day-2026-11-23", "take") }},
		{"day-gone", func(p *play) { p.gone(); p.tell(kiosk.DaysKnown{Errand: 1, Days: p.free()}) }},
		{"not-given-offline", func(p *play) {
			p.days()
			p.tap("day-2026-11-23", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedLink})
		}},
		{"take-other-day", func(p *play) { p.booked(); p.out() }},
		{"take-other-day-kept", func(p *play) {
			p.booked()
			p.out()
			p.tell(kiosk.ContactKept{Errand: 1, Receipt: receipt})
		}},
		{"take-other-day-not-kept", func(p *play) {
			p.booked()
			p.out()
			p.tell(kiosk.ContactRefused{Errand: 1, Why: kiosk.NotKeptRefused})
		}},
		{"take-other-day-unclear", func(p *play) {
			p.booked()
			p.out()
			p.tell(kiosk.ContactRefused{Errand: 1, Why: kiosk.NotKeptLink})
		}},
	}
}

// ownReminders are of a citizen who has a ticket, and comes about its reminder.
func ownReminders() []Scene {
	on := kiosk.Reminder{On: true, Channel: privacy.SMS, Masked: "••••••••0012"}
	return []Scene{
		{"own-reminder", func(p *play) { p.bearer() }},
		{"reminder-asking", func(p *play) { p.bearer(); p.tap("reminder") }},
		{"reminder", func(p *play) { p.mine(on, false) }},
		{"reminder-none", func(p *play) { p.mine(kiosk.Reminder{}, false) }},
		{"reminder-unreachable", func(p *play) { p.mine(kiosk.Reminder{}, true) }},
		{"reminder-dropping", func(p *play) { p.mine(on, false); p.tap("drop-reminder") }},
		{"reminder-dropped", func(p *play) { p.dropped(kiosk.ReminderDropped{Errand: 1}) }},
		{"reminder-later", func(p *play) { p.dropped(kiosk.ReminderDropped{Errand: 1, Later: true}) }},
		{"reminder-drop-failed", func(p *play) { p.dropped(kiosk.ReminderDropped{Errand: 1, Failed: true}) }},
		{"reminder-drop-unclear", func(p *play) { p.mine(on, false); p.tap("drop-reminder"); p.wait(11 * time.Second) }},
		{"record-asking", func(p *play) { p.bearer(); p.tap("record") }},
		{"record-reminder", func(p *play) {
			p.bearer()
			p.tap("record")
			p.tell(kiosk.ReminderKnown{Errand: 1, Reminder: p.due(on)})
		}},
		{"record-unreachable", func(p *play) {
			p.bearer()
			p.tap("record")
			p.tell(kiosk.ReminderKnown{Errand: 1, Failed: true})
		}},
	}
}

// notices are of a citizen who reads the whole notice.
func notices() []Scene {
	return []Scene{
		{"privacy-notice", func(p *play) { p.asking(); p.tap("privacy") }},
		{"privacy-kept-reminder", func(p *play) { p.asking(); p.tap("privacy", "kept") }},
		{"notice", func(p *play) { p.asking(); p.tap("privacy", "notice") }},
		{"notice-more", func(p *play) { p.asking(); p.tap("privacy", "notice"); p.turn() }},
		{"notice-consent", func(p *play) { p.asked(); p.tap("notice"); p.turn(); p.turn() }},
	}
}

// asking moves the totem to an office that may ask for a contact.
func (p *play) asking() { p.move(Asking(Office())) }

// advance moves it to one that lets other days be booked without any data.
func (p *play) advance() {
	o := Asking(Office())
	o.Advance = privacy.AdvanceOpen
	p.move(o)
}

// taken leads to a slip in hand of which a reminder can be asked for.
func (p *play) taken() {
	p.asking()
	p.tap("service-identity", "hour-A018", "take")
	t := p.timed()
	t.Number, t.Start = "A018", p.at(10, 50)
	p.tell(kiosk.TicketMade{Ticket: t})
	p.out()
}

// out has the slip come out.
func (p *play) out() {
	p.tell(kiosk.SlipEnded{Job: p.timed().Job, Result: paper.Result{Outcome: paper.Printed}})
}

func (p *play) asked() { p.taken(); p.tap("reminder") }

// noFirst leads to such a slip in an office that puts the other answer first.
func (p *play) noFirst() {
	p.taken()
	o := Asking(Office())
	o.Reminders.NoFirst = true
	p.move(o)
}

// mail types an address for a reminder.
func (p *play) mail(signs string) {
	p.asked()
	p.tap("yes", "channel-email")
	p.types(signs)
}

// sent gives a number for a reminder.
func (p *play) sent() {
	p.asked()
	p.tap("yes")
	p.types(phone)
	p.tap("send")
}

// free are the next days of the office, the first with a morning of starts.
func (p *play) free() []kiosk.FreeDay {
	var days []kiosk.FreeDay
	for i, starts := range []int{12, 7, 1, 5, 9} {
		from := p.at(9, 0).AddDate(0, 0, 2+i)
		free := kiosk.FreeDay{Day: booking.DayOf(from, p.zone)}
		for n := range starts {
			free.Starts = append(free.Starts, from.Add(time.Duration(n)*10*time.Minute))
		}
		days = append(days, free)
	}
	return days
}

// days leads to other days where they need no contact.
func (p *play) days() {
	p.advance()
	p.tap("service-identity", "other-day")
	p.tell(kiosk.DaysKnown{Errand: 1, Days: p.free()})
}

// gone has a start taken by somebody else meanwhile.
func (p *play) gone() {
	p.days()
	p.tap("day-2026-11-23", "take")
	p.tell(kiosk.TicketRefused{Why: kiosk.RefusedGone})
}

// booked leads to a ticket of another day, for which a contact was given.
func (p *play) booked() {
	p.asking()
	p.tap("service-identity", "other-day", "yes")
	p.types(phone)
	p.tap("send")
	p.tell(kiosk.DaysKnown{Errand: 1, Days: p.free()})
	p.tap("day-2026-11-23", "take")
	t := p.timed()
	t.Key.Day, t.Number, t.Start = booking.DayOf(p.at(9, 0).AddDate(0, 0, 2), p.zone), "A031", p.at(9, 0).AddDate(0, 0, 2)
	p.tell(kiosk.TicketMade{Ticket: t})
}

// bearer leads to the citizen's ticket in an office that reminds.
func (p *play) bearer() {
	p.asking()
	found := p.found(booking.Issued, 0)
	found.Record.Slot.Start = p.at(10, 50)
	p.seek(found)
}

// mine leads to what the scheduler holds for that ticket.
func (p *play) mine(r kiosk.Reminder, failed bool) {
	p.bearer()
	p.tap("reminder")
	p.tell(kiosk.ReminderKnown{Errand: 1, Failed: failed, Reminder: p.due(r)})
}

// due is a reminder with the time at which it goes out.
func (p *play) due(r kiosk.Reminder) kiosk.Reminder {
	if r.On {
		r.Due = p.at(10, 20)
	}
	return r
}

// dropped withdraws it, and the totem answers so.
func (p *play) dropped(answer kiosk.Msg) {
	p.mine(kiosk.Reminder{On: true, Channel: privacy.SMS, Masked: "••••••••0012"}, false)
	p.tap("drop-reminder")
	p.tell(answer)
}
