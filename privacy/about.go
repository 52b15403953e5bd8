package privacy

import (
	"slices"
	"strconv"

	"example.org/totem/locale"
)

// authority is the supervisory authority of Italian controllers (GDPR Art. 77), and its site.
func authority() (name, site string) {
	return "Garante per la protezione dei dati personali", "www.garanteprivacy.it"
}

func law(statute string) locale.Arg { return locale.Word("law", statute) }

// aboutFree says what is so for everybody who gives nothing.
func (in Input) aboutFree() []string {
	return []string{
		in.say(locale.NoticeFreeToday), in.say(locale.NoticeFreeNever), in.say(locale.NoticeFreeSame),
		in.say(locale.NoticeFreeReserve, locale.Word("share", strconv.Itoa(in.Facts.Reserve))),
		in.say(locale.NoticeFreeTraces), in.say(locale.PrivacyKeptClerk),
	}
}

func (in Input) aboutPurpose(p Purpose) []string {
	ground := map[Ground]locale.Key{
		Consent: locale.NoticeGroundConsent, Duty: locale.NoticeGroundDuty, Task: locale.NoticeGroundTask,
	}[p.Ground]
	return []string{
		in.say(p.Words.Why, in.spans()...),
		in.say(locale.NoticeBasis, locale.Word("ground", in.say(ground)), law(p.Statute())),
		in.say(p.Words.Data, locale.Word("contact", in.datum())),
		in.goes(p),
		in.say(p.Words.Kept, locale.Count("n", p.Kept.Days+p.Kept.Months)),
		in.say(p.Words.Need),
	}
}

// goes says who else gets the data of a purpose: who carries its messages, and who works for the controller in general.
func (in Input) goes(p Purpose) string {
	carriers := in.carriers()
	var names []string
	for _, r := range in.Facts.Recipients {
		carries := p.AsksContact() && slices.ContainsFunc(carriers, func(c Recipient) bool { return c.Name == r.Name })
		if (len(r.Channels) == 0 || carries) && !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return in.say(locale.NoticeGoesNone)
	}
	return in.say(locale.NoticeGoes, locale.Word("names", in.list(names)))
}

func (in Input) aboutConsent() []string {
	return []string{
		in.say(locale.NoticeConsentBefore), in.say(locale.NoticeConsentYes), in.say(locale.NoticeConsentOwn),
		in.say(locale.NoticeConsentOnce), in.say(locale.NoticeConsentSealed), in.say(locale.NoticeConsentUndo),
		in.say(locale.NoticeConsentPast),
	}
}

// aboutOthers says who else handles the data, where, and what is never done with them.
func (in Input) aboutOthers() []string {
	told := slices.DeleteFunc(slices.Clone(in.Facts.Recipients), func(r Recipient) bool {
		return len(r.Channels) > 0 && !slices.ContainsFunc(in.carriers(), func(c Recipient) bool { return c.Name == r.Name })
	})
	var lines []string
	for _, r := range told {
		name := locale.Word("name", r.Name)
		lines = append(lines, in.say(locale.NoticeOthersProcessor, name, law("GDPR art. 28"),
			locale.Word("task", locale.Unstopped(r.Task.In(in.Lang, in.Languages...)))))
		if !blank(r.Country) {
			lines = append(lines, in.say(locale.NoticeOthersCountry, name, locale.Word("country", locale.Country(in.Lang, r.Country))))
		}
	}
	if len(told) == 0 {
		lines = append(lines, in.say(locale.NoticeOthersNone))
	}
	lines = append(lines, in.say(locale.NoticeOthersStaff, law("GDPR art. 29")), in.say(locale.NoticeOthersOpen),
		in.say(locale.NoticeOthersJudge))
	if !slices.ContainsFunc(told, func(r Recipient) bool { return !inEEA(r.Country) }) {
		lines = append(lines, in.say(locale.NoticeOthersInside, law("GDPR art. 44")))
	}
	return append(lines, in.say(locale.NoticeOthersMachine, law("GDPR art. 22")))
}

// aboutRetention says how long data stay, way by way.
func (in Input) aboutRetention() []string {
	lines := []string{in.say(locale.NoticeStaysTicket)}
	if in.asksContacts() {
		lines = append(lines, in.say(locale.NoticeStaysContact))
		for _, r := range in.carriers() {
			lines = append(lines, in.keeps(r))
		}
		if p, ok := Get(Proving); ok {
			lines = append(lines, in.say(locale.NoticeStaysProof, locale.Count("n", p.Kept.Days)))
		}
	}
	if p, ok := Get(Running); ok {
		lines = append(lines, in.say(locale.NoticeStaysLog, locale.Count("n", p.Kept.Months)))
	}
	return lines
}

// keeps says how long a processor keeps a message after it was sent.
func (in Input) keeps(r Recipient) string {
	name := locale.Word("name", r.Name)
	switch {
	case r.Keeps == 0:
		return in.say(locale.NoticeOthersKeepsNone, name)
	case r.Keeps%12 == 0:
		return in.say(locale.NoticeOthersYears, name, locale.Count("n", r.Keeps/12))
	}
	return in.say(locale.NoticeOthersMonths, name, locale.Count("n", r.Keeps))
}

// aboutRights says the rights, how to use them, and where to complain.
func (in Input) aboutRights() []string {
	var lines []string
	rights := Rights(in.Purposes())
	for _, r := range rights {
		lines = append(lines, r.say(in.Lang))
	}
	if !slices.Contains(rights, RightErase) {
		lines = append(lines, in.say(locale.NoticeRightEraseNot, law(string(RightErase))))
	}
	name, site := authority()
	return append(lines,
		in.say(locale.NoticeRightHow),
		in.say(locale.NoticeRightCode, law("GDPR art. 11")),
		in.say(locale.NoticeRightMonth, law("GDPR art. 12")),
		in.say(locale.NoticeRightComplain, law("GDPR art. 77"), locale.Word("authority", name), locale.Word("site", site)),
		in.say(locale.NoticeRightCourt, law("GDPR art. 79")))
}
