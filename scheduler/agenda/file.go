package agenda

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

// largestFile is far more than any office needs, in bytes.
const largestFile = 128 << 10

// ReadFile reads the office file at path; see [Read].
func ReadFile(path string) (Plan, error) {
	file, err := os.Open(path)
	if err != nil {
		return Plan{}, unreadable(path, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, largestFile+1))
	if err != nil {
		return Plan{}, unreadable(path, err)
	}
	return Read(path, data)
}

func unreadable(path string, err error) error {
	return fault.New(fault.CodeOffice, err, "check the path, and that this program may read the file",
		"the office file %s cannot be read", path)
}

// Read reads an office file; name stands for it in errors. The time zone is looked up in the system's database, or in
// the one that the binary carries (time/tzdata).
//
// The error is a [fault.Fault] with [fault.CodeOffice] that wraps [Problems]: all mistakes of the file at once, or the
// first one if the file is not TOML. With an error the Plan is zero.
func Read(name string, data []byte) (Plan, error) {
	r := &report{file: name}
	if len(data) > largestFile {
		r.add(1, "", fmt.Sprintf("the file is longer than %d KiB", largestFile>>10), "check that it is an office file")
		return Plan{}, r.err()
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // the mark that some Windows editors write first
	root, ok := r.tree(data)
	if !ok {
		return Plan{}, r.err()
	}
	plan := r.plan(root)
	if err := r.err(); err != nil {
		return Plan{}, err
	}
	return plan, nil
}

func checkOfficeID(id string) error {
	if id == wire.StrangerOffice {
		return fmt.Errorf("identifier %q: the word is taken", id)
	}
	return booking.CheckID(id)
}

// plan reads the whole document. What it returns holds only if nothing was reported.
func (r *report) plan(root *node) Plan {
	f := newForm(r, "", root)
	id, ok := f.text("id", true, "valfiorita-anagrafe")
	f.checkID("id", id, ok, checkOfficeID)
	languages := f.languages()
	var first locale.Lang
	if len(languages) > 0 {
		first = languages[0]
	}
	lead, _ := f.number("lead_minutes", 5, 0, 120)
	grants, release := f.grants()
	p := Plan{
		Zone:   f.zone(),
		Totems: f.totems(),
		WalkIn: f.share("walk_in_share", usualShare, 0),
		Grants: grants,
		Office: booking.Office{
			ID:         booking.OfficeID(id),
			Name:       f.speech("name", true, longestOffice, first),
			Place:      f.speech("place", true, longestPlace, first),
			Waiting:    f.speech("waiting", true, longestPlace, first),
			Emblem:     f.emblem(),
			Languages:  languages,
			Controller: f.controller(),
			Hours:      f.hours(),
			Lead:       time.Duration(lead) * time.Minute,
			Release:    release,
		},
	}
	if p.Zone != nil {
		p.Office.Zone = p.Zone.String()
	}
	queues := f.queues(common{p.Office.Hours, first, p.WalkIn, f.pace(pace{usualTickets, usualMinutes})})
	for _, q := range queues {
		p.Queues = append(p.Queues, q.plan)
		p.Office.Queues = append(p.Office.Queues, q.plan.Queue)
	}
	p.Office.Services = f.services(queues, first)
	f.privacy(&p, first)
	f.checkProduction(p)
	return p
}

// checkID reports an identifier that cannot be one; ok says whether there is one to look at.
func (f form) checkID(name, id string, ok bool, check func(string) error) {
	if !ok {
		return
	}
	if err := check(id); err != nil {
		f.refuse(name, err.Error(), "choose a short word of small letters, digits and hyphens")
	}
}

func (f form) zone() *time.Location {
	name, ok := f.text("zone", true, "Europe/Rome")
	if !ok {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil && (name == "" || name == "Local") {
		err = errors.New("it must be the same on every machine")
	}
	if err != nil {
		f.refuse("zone", fmt.Sprintf("there is no time zone %q (%v)", name, err), `write its IANA name, as zone = "Europe/Rome"`)
		return nil
	}
	return zone
}

func (f form) languages() []locale.Lang {
	var languages []locale.Lang
	for _, item := range f.list("languages", true, `languages = ["it", "en"]`, unstable.String) {
		lang := locale.Lang(item.text)
		switch {
		case !lang.Spoken():
			f.add(item.line, "languages", fmt.Sprintf("Totem does not speak %q", item.text), "use some of: "+tongueList())
		case slices.Contains(languages, lang):
			f.add(item.line, "languages", fmt.Sprintf("%q is listed twice", item.text), "keep one of the two")
		default:
			languages = append(languages, lang)
		}
	}
	if n := f.at.fields["languages"]; n != nil && n.kind == unstable.Array && len(n.items) == 0 {
		f.refuse("languages", "the list is empty", "name at least the office's own language, first")
	}
	return languages
}

func (f form) totems() []booking.TotemID {
	var totems []booking.TotemID
	for _, item := range f.list("totems", false, `totems = ["ingresso"]`, unstable.String) {
		id := booking.TotemID(item.text)
		if err := booking.CheckTotemID(item.text); err != nil {
			f.add(item.line, "totems", err.Error(), "choose a short word of small letters, digits and hyphens")
		} else if slices.Contains(totems, id) {
			f.add(item.line, "totems", fmt.Sprintf("the totem %q is listed twice", item.text), "give each its own id")
		}
		totems = append(totems, id)
	}
	return totems
}

// share returns a fraction from least to 1 of at most three decimals.
func (f form) share(name string, otherwise, least float64) float64 {
	n, ok := f.value(name, false, fmt.Sprintf("%s = %g", name, otherwise), unstable.Float, unstable.Integer)
	if !ok {
		return otherwise
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
	if err != nil || !(v >= least && v <= 1) || float64(thousandths(v))/1000 != v {
		f.refuse(name, n.text+" is not such a share", fmt.Sprintf("write a number from %g to 1 with at most three decimals", least))
		return otherwise
	}
	return v
}

func (f form) emblem() string {
	s, ok := f.text("emblem", true, "CV")
	if letters := []rune(s); ok && (len(letters) != 2 || !unicode.IsLetter(letters[0]) || !unicode.IsLetter(letters[1])) {
		f.refuse("emblem", fmt.Sprintf("%q is not two letters", s), "write two letters, which stand where there is no logo")
	}
	return s
}

func (f form) controller() privacy.Controller {
	c, ok := f.form("controller")
	if !ok {
		return privacy.Controller{}
	}
	controller := privacy.Controller{
		Name:    c.plain("name", "Comune di Valfiorita"),
		Address: c.plain("address", "piazza del Municipio 1, 00000 Valfiorita"),
		Email:   c.mail("email", "anagrafe@comune.valfiorita.example"),
		PEC:     c.mail("pec", "protocollo@pec.comune.valfiorita.example"),
		Phone:   c.plain("phone", "+39 000 0000000"),
		DPO:     c.mail("dpo", "dpo@comune.valfiorita.example"),
	}
	if controller.DPO != "" && controller.DPO == controller.Email {
		c.refuse("dpo", "this is also the office's own mail",
			"give the data protection officer's mail, which serves requests about personal data only")
	}
	return controller
}

func (f form) mail(name, example string) string {
	s := f.plain(name, example)
	if a, err := mail.ParseAddress(s); s != "" && (err != nil || a.Address != s) {
		f.refuse(name, fmt.Sprintf("%q is not a mail address", s), "write it as "+example)
	}
	return s
}
