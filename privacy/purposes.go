package privacy

import (
	"bytes"
	_ "embed" // for purposes.json
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"example.org/totem/locale"
)

//go:embed purposes.json
var purposesFile []byte

// purposes reads the embedded file once. A file that cannot be read is a defect of the build, which tests find, so it
// panics.
var purposes = sync.OnceValue(func() []Purpose {
	all, err := decodePurposes(purposesFile)
	if err != nil {
		panic(err)
	}
	return all
})

// decodePurposes reads a list of purposes, strictly: an unknown field, a purpose told twice and anything left out is an
// error, for there is no purpose that citizens are told less of.
func decodePurposes(data []byte) ([]Purpose, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var all []Purpose
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("read the purposes: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read the purposes: something follows them")
	}
	if len(all) == 0 {
		return nil, errors.New("read the purposes: there are none")
	}
	var wrong []error
	for i, p := range all {
		if slices.ContainsFunc(all[:i], func(other Purpose) bool { return other.ID == p.ID }) {
			wrong = append(wrong, fmt.Errorf("purpose %q: told twice", p.ID))
		}
		for _, what := range p.lacks() {
			wrong = append(wrong, fmt.Errorf("purpose %q: %s", p.ID, what))
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("read the purposes: %w", errors.Join(wrong...))
	}
	return all, nil
}

// lacks says what a purpose is not told of.
func (p Purpose) lacks() (what []string) {
	say := func(bad bool, it string) {
		if bad {
			what = append(what, it)
		}
	}
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	say(p.ID == "", "no id")
	say(p.Ground != Consent && p.Ground != Duty && p.Ground != Task, "no ground, or an unknown one")
	say(len(p.Law) == 0 || slices.ContainsFunc(p.Law, blank), "no law")
	say(len(p.Data) == 0 || slices.ContainsFunc(p.Data, blank), "no data")
	say(p.Recipients == nil, "no list of recipients, not even an empty one")
	say(slices.ContainsFunc(p.Recipients, func(g Getter) bool { return g != Carrier }), "an unknown recipient")
	say(!p.Kept.whole(), "not exactly one retention")
	for _, word := range []struct {
		name string
		key  locale.Key
	}{{"title", p.Words.Title}, {"why", p.Words.Why}, {"data", p.Words.Data}, {"kept", p.Words.Kept}, {"need", p.Words.Need}} {
		say(!slices.Contains(purposeWords(), word.key), fmt.Sprintf("no words for %q", word.name))
	}
	return what
}

func (r Retention) whole() bool {
	set := 0
	for _, is := range []bool{r.Until != "", r.Days != 0, r.Months != 0} {
		if is {
			set++
		}
	}
	known := r.Until == "" || slices.Contains([]Ending{UntilClosing, UntilPrinted, UntilSent, UntilAnonymous}, r.Until)
	return set == 1 && known && r.Days >= 0 && r.Months >= 0
}

// purposeWords are the keys that the file of purposes may name.
func purposeWords() []locale.Key {
	return []locale.Key{
		locale.NoticePlace, locale.NoticePlaceWhy, locale.NoticePlaceData, locale.NoticeAhead, locale.NoticeAheadWhy,
		locale.NoticeBearer, locale.NoticeBearerWhy, locale.NoticeBearerData,
		locale.NoticeSlip, locale.NoticeSlipWhy, locale.NoticeSlipData,
		locale.NoticeDesk, locale.NoticeDeskWhy, locale.NoticeDeskData,
		locale.NoticeDevice, locale.NoticeDeviceWhy, locale.NoticeDeviceData,
		locale.NoticeCounts, locale.NoticeCountsWhy, locale.NoticeCountsData,
		locale.NoticeReminder, locale.NoticeReminderWhy, locale.NoticeOtherDay, locale.NoticeOtherDayWhy, locale.NoticeContactData,
		locale.NoticeProof, locale.NoticeProofWhy, locale.NoticeProofData,
		locale.NoticeKeptClosing, locale.NoticeKeptSlip, locale.NoticeKeptContact, locale.NoticeKeptDays,
		locale.NoticeKeptMonths, locale.NoticeKeptCounts,
		locale.NoticeNeedNothing, locale.NoticeNeedCode, locale.NoticeNeedReminder, locale.NoticeNeedOtherDay, locale.NoticeNeedProof,
	}
}
