package consents

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/privacy"
)

// The two files of an office and day.
const (
	actsSuffix = ".acts"
	endsSuffix = ".ends"
)

// Problem is something in a file that its writer did not leave so.
type Problem struct {
	File string `json:"file"`
	Line int    `json:"line"` // from 1
	What string `json:"what"`
}

func (p Problem) String() string { return fmt.Sprintf("%s, line %d: %s", p.File, p.Line, p.What) }

// chain says where a file stands: what the next line follows.
type chain struct {
	n    int    // lines
	last digest // of the last, see body.Previous
	size int64  // bytes of whole lines
}

// follow moves on by one line.
func (c *chain) follow(line []byte) {
	c.n, c.last, c.size = c.n+1, sha256.Sum256(line), c.size+int64(len(line))
}

// scanned is what a file says.
type scanned struct {
	name     string
	chain    chain
	bodies   []body
	torn     bool // bytes follow the last whole line: a write that was cut off
	left     int  // lines that were left out or put in before, by the numbers of those that follow
	problems []Problem
}

// scan reads a file. Lines that are not what their writer left are told, and those that can be read are taken all the same.
// With every, each signature is checked; else the last, which covers all the others by the chain.
func scan(name string, file []byte, trusted string, every bool) scanned {
	s := scanned{name: name, chain: chain{last: first(name)}}
	for {
		end := bytes.IndexByte(file, '\n')
		if end < 0 {
			s.torn = len(file) > 0
			return s
		}
		line := file[:end+1]
		file = file[end+1:]
		s.take(line, trusted, every || bytes.IndexByte(file, '\n') < 0)
	}
}

// take takes the next line, which ends in a newline.
func (s *scanned) take(line []byte, trusted string, signature bool) {
	say := func(what string, args ...any) {
		s.problems = append(s.problems, Problem{s.name, s.chain.n, fmt.Sprintf(what, args...)})
	}
	previous := s.chain.last
	s.chain.follow(line)
	b, signed, covered, err := parse(line[:len(line)-1])
	if err != nil {
		say("it cannot be read: %v", err)
		return
	}
	if b.Previous != previous || b.N != s.chain.n && b.N != s.chain.n+s.left {
		say("it does not follow the line before it: lines were changed, left out or moved")
		s.left = b.N - s.chain.n // told once, not for every line that follows
	}
	if signature {
		if err := verify(b, signed, covered, trusted); err != nil {
			say("its signature is not good: %v", err)
		}
	}
	if (b.Ended != nil) != strings.HasSuffix(s.name, endsSuffix) {
		say("it belongs into another file")
		return
	}
	s.bodies = append(s.bodies, b)
}

// day is what is known of an office's day.
type day struct {
	acts, ends chain
	records    []privacy.Record // in the order in which they were given
	at         map[privacy.Receipt]int
}

// dayOf makes a day of what its two files say.
func dayOf(until booking.Day, acts, ends scanned) (d *day, problems []Problem) {
	d = &day{acts: acts.chain, ends: ends.chain, at: make(map[privacy.Receipt]int)}
	problems = append(acts.problems, ends.problems...)
	for _, s := range []scanned{acts, ends} {
		for _, b := range s.bodies {
			if what := d.tell(until, b); what != "" {
				problems = append(problems, Problem{s.name, b.N, what})
			}
		}
	}
	return d, problems
}

// tell takes what a line says, and returns what is wrong with it, "" for nothing.
func (d *day) tell(until booking.Day, b body) string {
	switch {
	case b.Given != nil:
		if _, known := d.at[privacy.Receipt(b.Given.Receipt)]; known {
			return "a receipt that was given before"
		}
		if b.Given.Until != until {
			return "a consent of another day"
		}
		d.at[privacy.Receipt(b.Given.Receipt)] = len(d.records)
		d.records = append(d.records, b.Given.record())
		return ""
	case b.Withdrawn != nil:
		return d.end(privacy.Receipt(b.Withdrawn.Receipt), privacy.ConsentWithdrawn, b)
	}
	state, _ := privacy.ParseConsentState(b.Ended.State) // body.check has read it
	return d.end(privacy.Receipt(b.Ended.Receipt), state, b)
}

func (d *day) end(r privacy.Receipt, next privacy.ConsentState, b body) string {
	i, known := d.at[r]
	if !known {
		return "the end of a consent that was not given"
	}
	after, ok := d.records[i].State.After(next)
	if !ok {
		return "the end of a consent that had ended"
	}
	d.records[i].State, d.records[i].Ended = after, b.ended()
	return ""
}

// state returns how a consent stands, 0 for one that is not known.
func (d *day) state(r privacy.Receipt) privacy.ConsentState {
	if i, known := d.at[r]; known {
		return d.records[i].State
	}
	return 0
}
