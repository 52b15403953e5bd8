package consents

import (
	"errors"
	"fmt"
	"io/fs"

	"example.org/totem/booking"
	"example.org/totem/privacy"
)

// Found is what a directory holds of an office.
type Found struct {
	Records  []privacy.Record // by day, in the order in which they were given; Terms.Notice is the text, "" where it is not kept
	Problems []Problem        // what was changed since it was written
	Torn     []string         // files in whose last line somebody is writing, or was when the power was cut
	Erased   int              // how many records were erased so far
	Signers  []string         // who signed the records, each once
}

// Read reads the records of an office, of one day for the appointment or of all if it is zero. It changes nothing and may
// work beside a scheduler. Every signature is checked: against the trusted signer, or with "" against whoever a record
// names. A directory that is not there holds nothing.
func Read(dir string, office booking.OfficeID, day booking.Day, trusted string) (Found, error) {
	f := Found{}
	err := f.read(dir, office, day, trusted)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Found{}, fmt.Errorf("read the records of consents in %s: %w", dir, err)
	}
	return f, nil
}

func (f *Found) read(dir string, office booking.OfficeID, day booking.Day, trusted string) error {
	all, err := places(dir)
	if err != nil {
		return err
	}
	counts, err := readCounts(dir)
	if err != nil {
		return err
	}
	f.Erased = counts[office].Erased
	for _, p := range all {
		if p.office == office && (day.IsZero() || p.day == day) {
			if err := f.take(dir, p, trusted); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Found) take(dir string, p place, trusted string) error {
	var halves [2]scanned
	// The ends first: what has ended was given before.
	for i, file := range []string{p.ends(), p.acts()} {
		text, err := read(dir, file)
		if err != nil {
			return err
		}
		halves[i] = scan(file, text, trusted, true)
		if halves[i].torn {
			f.Torn = append(f.Torn, file)
		}
		f.sign(halves[i].bodies)
	}
	d, problems := dayOf(p.day, halves[1], halves[0])
	f.Problems = append(f.Problems, problems...)
	for _, r := range d.records {
		text, err := read(dir, noticeName(digest(r.Notice)))
		if err != nil {
			return err
		}
		r.Terms.Notice = string(text)
		if len(text) > 0 && !r.Terms.IsTextOf(r.Given) {
			f.Problems = append(f.Problems, Problem{noticeName(digest(r.Notice)), 1, "it is not the text that was shown"})
			r.Terms.Notice = ""
		}
		f.Records = append(f.Records, r)
	}
	return nil
}

// sign notes who signed.
func (f *Found) sign(bodies []body) {
	for _, b := range bodies {
		known := false
		for _, s := range f.Signers {
			known = known || s == b.Signer
		}
		if !known {
			f.Signers = append(f.Signers, b.Signer)
		}
	}
}
