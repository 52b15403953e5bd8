package contacts

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

// A contact's file. Each part has sectors of its own, so that none is torn by a write to another.
//
//	0     8     "TOTEMC1\n"
//	8     1048  AES-256-GCM of the plaintext, with its tag, under the key of its own. The nonce is zero, for nothing else is
//	            ever encrypted under that key; the file's id is authenticated with it
//	1056  992   zero
//	2048  1024  the mark of a message that is being sent: sendingWord, else zero
//	3072  1024  the mark of an end: zero as long as the contact is kept
//	              0   1   [Why]
//	              1   16  the receipt
//	              17  8   when, seconds since 1970, big endian
//	              25  32  the office, and zeros up to its length
//	              57  8   the first bytes of the SHA-256 of the 57 before
//	              65      zero
//
// The plaintext is a [body] as JSON, and spaces up to its length.
const (
	fileSize  = 4096
	keySize   = 32
	magic     = "TOTEMC1\n"
	sealedAt  = 8
	plainSize = 1032
	tagSize   = 16
	sendingAt = 2048
	endAt     = 3072
	markSize  = 1024
	officeMax = 32 // bytes of an identifier

	sendingWord = "sending\n"
)

// body is what is encrypted.
type body struct {
	Office  booking.OfficeID  `json:"office"`
	Queue   booking.QueueID   `json:"queue"`
	Day     booking.Day       `json:"day"`
	Slot    booking.Number    `json:"slot"`
	Code    booking.CodeHash  `json:"code"`
	Start   int64             `json:"start"` // seconds since 1970
	Due     int64             `json:"due"`
	Purpose privacy.PurposeID `json:"purpose"`
	Channel privacy.Channel   `json:"channel"`
	Contact string            `json:"contact"`
	Lang    locale.Lang       `json:"lang"`
	Receipt [16]byte          `json:"receipt"`
	Key     [16]byte          `json:"key"` // of the message
}

func (b body) entry() Entry {
	return Entry{Office: b.Office, Ticket: wire.TicketRef{Queue: b.Queue, Day: b.Day, Slot: b.Slot, Code: b.Code},
		Start: time.Unix(b.Start, 0).UTC(), Due: time.Unix(b.Due, 0).UTC(), Purpose: b.Purpose, Channel: b.Channel,
		Contact: b.Contact, Lang: b.Lang, Receipt: b.Receipt}
}

func bodyOf(e Entry, key [16]byte) body {
	return body{Office: e.Office, Queue: e.Ticket.Queue, Day: e.Ticket.Day, Slot: e.Ticket.Slot, Code: e.Ticket.Code,
		Start: e.Start.Unix(), Due: e.Due.Unix(), Purpose: e.Purpose, Channel: e.Channel, Contact: e.Contact, Lang: e.Lang,
		Receipt: e.Receipt, Key: key}
}

// errUnreadable is all that is said of a file that cannot be read.
var errUnreadable = errors.New("a contact's file is damaged, or its key is gone")

// seal returns the file of a contact.
func seal(id string, key []byte, b body) ([]byte, error) {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(b); err != nil {
		return nil, errors.New("a contact cannot be written as JSON") // the cause may quote it
	}
	if plain.Len() > plainSize {
		return nil, fmt.Errorf("a contact takes %d bytes, at most %d are kept", plain.Len(), plainSize)
	}
	plain.Write(bytes.Repeat([]byte(" "), plainSize-plain.Len()))
	defer clear(plain.Bytes())
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	file := make([]byte, sealedAt, fileSize)
	copy(file, magic)
	file = aead.Seal(file, make([]byte, aead.NonceSize()), plain.Bytes(), []byte(id))
	return file[:fileSize], nil // what follows was never written to: zero
}

// unseal reads the file of a contact that has not ended.
func unseal(id string, key, file []byte) (body, error) {
	if len(file) != fileSize || len(key) != keySize || string(file[:sealedAt]) != magic {
		return body{}, errUnreadable
	}
	aead, err := newAEAD(key)
	if err != nil {
		return body{}, err
	}
	plain, err := aead.Open(nil, make([]byte, aead.NonceSize()), file[sealedAt:sealedAt+plainSize+tagSize], []byte(id))
	if err != nil {
		return body{}, errUnreadable
	}
	defer clear(plain)
	dec := json.NewDecoder(bytes.NewReader(plain))
	dec.DisallowUnknownFields()
	var b body
	if err := dec.Decode(&b); err != nil {
		return body{}, errUnreadable // the cause may quote it
	}
	return b, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// ending is why and when a contact ended.
type ending struct {
	office  booking.OfficeID
	receipt [16]byte
	why     Why
	at      time.Time
}

// mark returns the mark of an end.
func (e ending) mark() []byte {
	m := append(make([]byte, 0, markSize), byte(e.why))
	m = append(m, e.receipt[:]...)
	m = binary.BigEndian.AppendUint64(m, uint64(e.at.Unix()))
	m = append(m, make([]byte, officeMax)...)
	copy(m[len(m)-officeMax:], e.office)
	sum := sha256.Sum256(m)
	return append(m, sum[:8]...)[:markSize]
}

// endOf reads the mark of an end from a contact's file; ok is false where there is none, or one that was torn.
func endOf(file []byte) (e ending, ok bool) {
	if len(file) != fileSize || file[endAt] == 0 {
		return ending{}, false
	}
	m := file[endAt:]
	e = ending{why: Why(m[0]), receipt: [16]byte(m[1:17]), at: time.Unix(int64(binary.BigEndian.Uint64(m[17:25])), 0).UTC(),
		office: booking.OfficeID(bytes.TrimRight(m[25:25+officeMax], "\x00"))}
	return e, bytes.Equal(e.mark(), m)
}

// isSending reports whether a contact's file is marked as being sent.
func isSending(file []byte) bool {
	return len(file) == fileSize && bytes.HasPrefix(file[sendingAt:], []byte(sendingWord))
}
