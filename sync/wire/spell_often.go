package wire

import (
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// encodePull writes a pull, which totems send all day long.
func encodePull(version int, p Pull) ([]byte, error) {
	data, err := spellPull(version, p)
	return spelt(kindPull, data, err)
}

func spellPull(version int, p Pull) ([]byte, error) {
	if err := errors.Join(checkVersion(version), checkPull(p)); err != nil {
		return nil, err
	}
	b := spellEnvelope(make([]byte, 0, 256+96*len(p.Have)), version, kindPull)
	b = append(b, `{"incarnation":"`...)
	b = hex.AppendEncode(b, p.Incarnation[:])
	b = append(b, `","have":[`...)
	for i, h := range p.Have {
		b = append(separate(b, i), `{"queue":"`...)
		b = append(append(b, h.Queue...), `","day":`...)
		b = append(spellDay(b, h.Day), `,"epoch":`...)
		b = append(strconv.AppendUint(b, h.Revision.Epoch, 10), `,"sequence":`...)
		b = append(strconv.AppendUint(b, h.Revision.Sequence, 10), '}')
	}
	b, err := jsontext.AppendQuote(append(b, `],"office":`...), p.Office)
	if version >= 2 && !p.Closed.IsZero() {
		b = spellDay(append(b, `,"closed":`...), p.Closed)
	}
	if version >= 2 && p.N > 0 {
		b = strconv.AppendUint(append(b, `,"n":`...), p.N, 10)
	}
	return append(b, "}}"...), err
}

// spellSheet returns a sheet message. The body is of a sheet that passed checkSheet, so none of its strings needs an
// escape.
func spellSheet(version int, s sheetBody) ([]byte, error) {
	if err := checkVersion(version); err != nil {
		return nil, err
	}
	size := 512 + 16*(len(s.Starts)+len(s.Numbers)) + 40*len(s.Totems) + 2*len(*s.States) + len(*s.Tickets) + 2*len(*s.Paper)
	b := spellEnvelope(make([]byte, 0, size), version, kindSheet)
	b = append(append(b, `{"office":"`...), s.Office...)
	b = append(append(b, `","queue":"`...), s.Queue...)
	b = spellDay(append(b, `","day":`...), s.Day)
	b = strconv.AppendUint(append(b, `,"epoch":`...), *s.Epoch, 10)
	b = append(append(append(b, `,"prefix":"`...), s.Prefix...), '"')
	if s.Base != nil {
		text, err := formatInstant(time.Time(*s.Base), minuteForm)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, `,"base":"`...), text...), '"')
	}
	b = spellRuns(append(b, `,"starts":`...), s.Starts)
	b = spellRuns(append(b, `,"numbers":`...), s.Numbers)
	b = append(b, `,"totems":[`...)
	for i, t := range s.Totems {
		b = append(append(append(separate(b, i), '"'), t...), '"')
	}
	b = append(append(b, `],"holders":"`...), *s.Holders...)
	b = append(append(b, `","states":"`...), *s.States...)
	b = append(append(b, `","tickets":"`...), *s.Tickets...)
	b = append(append(b, `","returns":"`...), *s.Returns...)
	b = append(append(b, `","paper":"`...), *s.Paper...)
	b = append(b, '"')
	if version >= 2 {
		b = spellHands(b, s)
	}
	return append(b, `}}`...), nil
}

// spellHands appends the members that most sheets have not.
func spellHands(b []byte, s sheetBody) []byte {
	if s.Hands != nil {
		b = append(append(append(b, `,"hands":"`...), *s.Hands...), '"')
	}
	if s.Asks != nil {
		b = append(append(append(b, `,"asks":"`...), *s.Asks...), '"')
	}
	if s.Moved != nil {
		b = spellRuns(append(b, `,"moved":`...), s.Moved)
	}
	return b
}

func spellRuns(b []byte, runs [][2]int) []byte {
	b = append(b, '[')
	for i, run := range runs {
		b = strconv.AppendInt(append(separate(b, i), '['), int64(run[0]), 10)
		b = append(strconv.AppendInt(append(b, ','), int64(run[1]), 10), ']')
	}
	return append(b, ']')
}
