package wire

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"example.org/totem/booking"
)

// PulledRaw is a [Pulled] whose sheets are encoded already.
type PulledRaw struct {
	Sheets []RawSheet
	Keys   map[booking.Day]booking.DayKey
	Office *booking.Office
	Digest string
	More   bool
	Peers  []Peer
}

// RawSheet is a sheet's message as [EncodeSheet] made it, in whatever version, and the sequence, which is not in it.
type RawSheet struct {
	Sequence uint64
	Message  []byte // never changed
}

// Decode returns what p says.
func (p PulledRaw) Decode() (Pulled, error) {
	m := Pulled{Keys: p.Keys, Office: p.Office, Digest: p.Digest, More: p.More, Peers: p.Peers}
	for _, raw := range p.Sheets {
		s, err := DecodeSheet(raw.Message)
		if err != nil {
			return Pulled{}, err
		}
		s.Revision.Sequence = raw.Sequence
		m.Sheets = append(m.Sheets, s)
	}
	return m, nil
}

// EncodePulled returns p as [Encode] returns the same answer with its sheets decoded, in the given version. It copies
// the sheets from their messages and does not look at them again.
func EncodePulled(version int, p PulledRaw) ([]byte, error) {
	data, err := spellPulled(version, p)
	return spelt(kindPulled, data, err)
}

// spelt returns a message, unless there is an error or it is too long.
func spelt(kind string, data []byte, err error) ([]byte, error) {
	if err == nil && len(data) > MaxMessage {
		err = fmt.Errorf("%d bytes, more than %d", len(data), MaxMessage)
	}
	if err != nil {
		return nil, fmt.Errorf("encode %s message: %w", kind, err)
	}
	return data, nil
}

func spellPulled(version int, p PulledRaw) ([]byte, error) {
	if err := errors.Join(checkVersion(version), checkDigest(p.Digest), checkPeers(p.Peers)); err != nil {
		return nil, err
	}
	size := 256 + 64*len(p.Keys) + 192*len(p.Peers)
	for _, s := range p.Sheets {
		size += len(s.Message)
	}
	b := spellEnvelope(make([]byte, 0, size), version, kindPulled)
	b = append(b, `{"sheets":[`...)
	for i, s := range p.Sheets {
		body, err := sheetIn(version, s.Message)
		if err != nil {
			return nil, err
		}
		b = append(separate(b, i), `{"sequence":`...)
		b = strconv.AppendUint(b, s.Sequence, 10)
		b = append(b, `,"sheet":`...)
		b = append(append(b, body...), '}')
	}
	b = append(b, `],"keys":{`...)
	b, err := spellKeys(b, p.Keys)
	if err == nil && p.Office != nil {
		b, err = spellOffice(append(b, `,"office":`...), version, *p.Office)
	}
	if err == nil {
		b, err = jsontext.AppendQuote(append(b, `,"digest":`...), p.Digest)
	}
	b = strconv.AppendBool(append(b, `,"more":`...), p.More)
	if version >= 2 && len(p.Peers) > 0 {
		b = spellPeers(append(b, `,"peers":`...), p.Peers)
	}
	return append(b, "}}"...), err
}

// spellPeers appends peers that passed checkPeers.
func spellPeers(b []byte, peers []Peer) []byte {
	b = append(b, '[')
	for i, p := range peers {
		b = append(append(separate(b, i), `{"totem":"`...), p.Totem...)
		b = append(append(b, `","key":"`...), p.Key...)
		b = append(append(append(b, `","address":"`...), p.Address...), `"}`...)
	}
	return append(b, ']')
}

// sheetIn returns the body of a sheet message, for an answer of a version.
func sheetIn(version int, message []byte) ([]byte, error) {
	s := scan{rest: message}
	first := s.envelope(kindSheet)
	if !s.lost && first <= version && bytes.HasSuffix(s.rest, []byte("}}")) {
		return s.rest[:len(s.rest)-1], nil
	}
	// It is spelt in another way than ours, or may say what the version has not.
	sheet, err := DecodeSheet(message)
	if err != nil {
		return nil, err
	}
	if message, err = EncodeSheet(version, sheet); err != nil {
		return nil, err
	}
	return sheetIn(version, message)
}

// spellKeys appends day keys, and the end of their object.
func spellKeys(b []byte, keys map[booking.Day]booking.DayKey) ([]byte, error) {
	for i, day := range slices.SortedFunc(maps.Keys(keys), booking.Day.Compare) {
		key := keys[day]
		if checkDay(day) != nil || key.IsZero() {
			return nil, fmt.Errorf(`member "keys/%s": no day or no key`, day)
		}
		text, err := key.MarshalText()
		if err != nil {
			return nil, err
		}
		b = append(spellDay(separate(b, i), day), `:"`...)
		b = append(append(b, text...), '"')
	}
	return append(b, '}'), nil
}

func spellOffice(b []byte, version int, o booking.Office) ([]byte, error) {
	body, err := officeOf(o)
	if err == nil {
		trim(&body, version)
		_, err = body.message()
	}
	if err != nil {
		return nil, fmt.Errorf(`member "office": %w`, err)
	}
	data, err := json.Marshal(body, json.Deterministic(true))
	return append(b, data...), err
}

// spellEnvelope appends everything before a body.
func spellEnvelope(b []byte, version int, kind string) []byte {
	b = strconv.AppendInt(append(b, `{"version":`...), int64(version), 10)
	b = append(append(b, `,"kind":"`...), kind...)
	return append(b, `","body":`...)
}

// separate appends what stands before the i-th entry of a list or object.
func separate(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// spellDay appends a date in quotation marks. The day passed checkDay.
func spellDay(b []byte, d booking.Day) []byte {
	year, month, day := d.Date()
	return append(b, '"', byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10), '"')
}
