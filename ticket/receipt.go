package ticket

import (
	"example.org/totem/booking"
	"example.org/totem/locale"
)

// Receipt returns the strip that says that its bearer asked for a reminder, how to withdraw it, and under which number the
// consent is recorded: receipt, as privacy.Receipt writes it. It names neither ticket nor contact.
func Receipt(lang locale.Lang, office booking.Office, receipt string) Slip {
	say := func(k locale.Key, args ...locale.Arg) string { return locale.Say(lang, k, args...) }
	in := Input{Office: office, Lang: lang}
	how := say(locale.SlipReceiptHow, locale.Word("ticket", say(locale.StartTicket)), locale.Word("reminder", say(locale.ReminderOpen)))
	return Slip{Lang: lang, Lines: []Line{
		{RoleOffice, in.text(office.Name)},
		{Role: RoleRule},
		{RoleStrong, say(locale.SlipReceipt)},
		{RoleSentence, how},
		{RoleLabel, say(locale.KeptReceipt)},
		{RoleCode, receipt},
		{Role: RoleRule},
	}}
}
