package privacy

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"example.org/totem/locale"
)

// Notice is the whole notice of an office in one language (GDPR Art. 13), as it is shown.
type Notice struct {
	Title    string
	Sections []Section
	imprint  string // before the short hash
}

// Section is a heading and what stands under it: one or two sentences a line.
type Section struct {
	Title string
	Lines []string
}

// Text returns the notice in the form that is hashed and kept: UTF-8, the title, then each section after an empty line, its
// heading and its lines each on a line of their own, every line ended by a line feed.
func (n Notice) Text() string {
	var b strings.Builder
	b.WriteString(n.Title + "\n")
	for _, s := range n.Sections {
		b.WriteString("\n" + s.Title + "\n")
		for _, line := range s.Lines {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// Hash returns the SHA-256 of Text: what the record of a consent keeps of the notice that was shown.
func (n Notice) Hash() [32]byte { return sha256.Sum256([]byte(n.Text())) }

// Short returns the first eight bytes of Hash as people compare them: "1a2b 3c4d 5e6f 7081".
func (n Notice) Short() string {
	hash := n.Hash()
	digits := hex.EncodeToString(hash[:8])
	return digits[:4] + " " + digits[4:8] + " " + digits[8:12] + " " + digits[12:]
}

// Imprint returns the line with the short hash, to be shown under the notice. It is no part of its text.
func (n Notice) Imprint() string { return strings.ReplaceAll(n.imprint, "{hash}", n.Short()) }

// Full returns the whole notice. It is made of in alone, so that whoever has the same office makes the same text.
func Full(in Input) Notice {
	n := Notice{Title: in.say(locale.NoticeTitle), imprint: in.say(locale.NoticeImprint)}
	add := func(title locale.Key, lines []string) {
		n.Sections = append(n.Sections, Section{Title: in.say(title), Lines: lines})
	}
	add(locale.ContactController, in.aboutController())
	add(locale.ContactDPO, in.aboutOfficer())
	add(locale.NoticeFree, in.aboutFree())
	for _, p := range in.Purposes() {
		add(p.Words.Title, in.aboutPurpose(p))
	}
	if in.asksContacts() {
		add(locale.NoticeConsent, in.aboutConsent())
	}
	add(locale.NoticeOthers, in.aboutOthers())
	add(locale.NoticeStays, in.aboutRetention())
	add(locale.PrivacyRights, in.aboutRights())
	add(locale.NoticeThis, in.aboutNotice())
	return n
}

func (in Input) say(k locale.Key, args ...locale.Arg) string { return locale.Say(in.Lang, k, args...) }

// with says a sentence only where what it tells of is known.
func (in Input) with(lines []string, k locale.Key, arg, value string) []string {
	if blank(value) {
		return lines
	}
	return append(lines, in.say(k, locale.Word(arg, value)))
}

func (in Input) aboutController() []string {
	c := in.Controller
	var lines []string
	if !blank(c.Name) {
		lines = append(lines, c.Name)
	}
	lines = in.with(lines, locale.ContactAddress, "address", c.Address)
	lines = append(lines, in.say(locale.NoticeService))
	lines = in.with(lines, locale.ContactEmail, "address", c.Email)
	lines = in.with(lines, locale.ContactPEC, "address", c.PEC)
	return in.with(lines, locale.ContactPhone, "number", c.Phone)
}

func (in Input) aboutOfficer() []string {
	lines := in.with(nil, locale.ContactAddress, "address", in.Facts.Officer.Address)
	lines = in.with(lines, locale.ContactPEC, "address", in.Facts.Officer.PEC)
	lines = in.with(lines, locale.ContactEmail, "address", in.Controller.DPO)
	return append(lines, in.say(locale.ContactDPOOnly))
}

// aboutNotice says where the notice holds, since when, and whether the machine is on trial.
func (in Input) aboutNotice() []string {
	lines := []string{in.say(locale.NoticeFor, locale.Word("office", in.Office.In(in.Lang, in.Languages...)),
		locale.Word("place", in.Place.In(in.Lang, in.Languages...)))}
	if !blank(in.Facts.Edition) {
		lines = append(lines, in.say(locale.NoticeEdition, locale.Word("edition", in.Facts.Edition), locale.Word("date", in.since())))
	}
	if !in.Facts.Production {
		lines = append(lines, in.say(locale.NoticeTrial))
	}
	return lines
}

// since says the date of the edition, or what stands there if it is none.
func (in Input) since() string {
	d, err := time.Parse(time.DateOnly, in.Facts.Since)
	if err != nil {
		return in.Facts.Since
	}
	return locale.Date(in.Lang, d.Year(), d.Month(), d.Day())
}
