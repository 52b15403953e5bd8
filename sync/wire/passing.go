package wire

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/totem/booking"
)

// Bounds of what totems say to each other.
const (
	// MaxPeerMessage is the length in bytes of the longest message between two totems.
	MaxPeerMessage = 64 << 10
	// MaxTransfers is how many slots one answer passes on at most.
	MaxTransfers = 64
)

// Need asks another totem of the office for slots, while the scheduler cannot be asked. Who asks is told by its TLS key.
type Need struct {
	Incarnation booking.Incarnation // of the store that asks, and that the slots are for
	Queue       booking.QueueID
	Day         booking.Day
	From        time.Time // UTC, whole minutes: only slots that start then or later are wanted
	Free        int       // how many such slots the asker holds unsold, 0 to 4096
	Most        int       // how many it wants at most, 1 to MaxTransfers
	// Got are the slots of that queue and day that it was passed by the one whom it asks, as far as it has committed them:
	// these need not be told again. At most 4096, in whatever order.
	Got []booking.Number
}

// Passed answers Need: slots that the donor has passed on, and committed that. Those that it has passed on before to the
// same store, and does not know to have come through, are told again.
type Passed struct {
	Transfers []booking.Transfer // at most MaxTransfers, all of one sheet, from one totem to one store; none: it gives nothing
}

// needBody asks.
//
//	member       form           meaning
//	incarnation  16 hex digits  of the store that asks
//	queue        identifier
//	day          date           the office's calendar day
//	from         UTC minute     only slots that start then or later
//	free         integer        how many of these it holds unsold
//	most         integer        1 to 64: how many it wants
//	got          [number]       what it has been passed by this totem already, in order, each once
type needBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	Queue       booking.QueueID     `json:"queue"`
	Day         booking.Day         `json:"day"`
	From        minute              `json:"from"`
	Free        *int                `json:"free"`
	Most        *int                `json:"most"`
	Got         []booking.Number    `json:"got"`
}

func needOf(n Need) (needBody, error) {
	got := append([]booking.Number{}, n.Got...)
	slices.SortFunc(got, compareNumbers)
	return needBody{n.Incarnation, n.Queue, n.Day, minute(n.From.UTC()), &n.Free, &n.Most, slices.Compact(got)}, nil
}

func (b needBody) message() (Need, error) {
	n := Need{Incarnation: b.Incarnation, Queue: b.Queue, Day: b.Day, From: time.Time(b.From), Free: orZero(b.Free), Most: orZero(b.Most)}
	if err := errors.Join(checkStore(n.Incarnation), checkQueue(n.Queue)); err != nil {
		return Need{}, err
	}
	switch {
	case checkDay(n.Day) != nil:
		return Need{}, errors.New(`member "day": no day`)
	case n.Free < 0 || n.Free > maxSlots:
		return Need{}, fmt.Errorf(`member "free": want 0 to %d`, maxSlots)
	case n.Most < 1 || n.Most > MaxTransfers:
		return Need{}, fmt.Errorf(`member "most": want 1 to %d`, MaxTransfers)
	case len(b.Got) > maxSlots:
		return Need{}, fmt.Errorf(`member "got": %d, more than %d`, len(b.Got), maxSlots)
	}
	for i, number := range b.Got {
		if _, _, err := number.Split(); err != nil {
			return Need{}, fmt.Errorf(`member "got/%d": %w`, i, err)
		}
		if i > 0 && compareNumbers(b.Got[i-1], number) >= 0 {
			return Need{}, fmt.Errorf(`member "got/%d": out of order`, i)
		}
		n.Got = append(n.Got, number)
	}
	return n, nil
}

// compareNumbers orders numbers of the same prefix as they are called: of two the longer is the higher.
func compareNumbers(a, b booking.Number) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return slices.Compare([]byte(a), []byte(b))
}

// passedBody answers.
//
//	member     form          meaning
//	transfers  [transfer]    at most 64, all of one sheet, from one totem to one store, by number, each once
//
// and a transfer is
//
//	member  form             meaning
//	office  identifier
//	queue   identifier
//	day     date
//	slot    number           "A042"
//	start   UTC minute
//	hands   integer          1 to 63: of the slot from then on
//	from    identifier       the totem that passes it on
//	to      identifier       the totem that it is passed on to
//	store   16 hex digits    of that one
//	proof   86 of base64url  Ed25519 signature by the key of from over [booking.Transfer.Signed]
type passedBody struct {
	Transfers []transferBody `json:"transfers"`
}

type transferBody struct {
	Office booking.OfficeID    `json:"office"`
	Queue  booking.QueueID     `json:"queue"`
	Day    booking.Day         `json:"day"`
	Slot   booking.Number      `json:"slot"`
	Start  minute              `json:"start"`
	Hands  int                 `json:"hands"`
	From   booking.TotemID     `json:"from"`
	To     booking.TotemID     `json:"to"`
	Store  booking.Incarnation `json:"store"`
	Proof  signature           `json:"proof"`
}

func passedOf(p Passed) (passedBody, error) {
	b := passedBody{Transfers: []transferBody{}}
	for _, t := range p.Transfers {
		b.Transfers = append(b.Transfers, transferBody{t.Key.Office, t.Key.Queue, t.Key.Day, t.Slot, minute(t.Start.UTC()), t.Hands,
			t.From, t.To, t.Store, signature(t.Proof)})
	}
	slices.SortFunc(b.Transfers, func(a, b transferBody) int { return compareNumbers(a.Slot, b.Slot) })
	return b, nil
}

func (b passedBody) message() (Passed, error) {
	if len(b.Transfers) > MaxTransfers {
		return Passed{}, fmt.Errorf(`member "transfers": %d, more than %d`, len(b.Transfers), MaxTransfers)
	}
	var p Passed
	for i, t := range b.Transfers {
		transfer := booking.Transfer{Key: booking.SheetKey{Office: t.Office, Queue: t.Queue, Day: t.Day}, Slot: t.Slot,
			Start: time.Time(t.Start), Hands: t.Hands, From: t.From, To: t.To, Store: t.Store, Proof: booking.Proof(t.Proof)}
		err := checkTransfer(transfer)
		if err == nil && i > 0 {
			err = checkBehind(p.Transfers[i-1], transfer)
		}
		if err != nil {
			return Passed{}, fmt.Errorf(`member "transfers/%d": %w`, i, err)
		}
		p.Transfers = append(p.Transfers, transfer)
	}
	return p, nil
}

// checkTransfer reports what no totem may pass on.
func checkTransfer(t booking.Transfer) error {
	_, _, err := t.Slot.Split()
	if err := errors.Join(err, booking.CheckID(string(t.Key.Office)), checkQueue(t.Key.Queue), checkDay(t.Key.Day),
		booking.CheckTotemID(string(t.From)), booking.CheckTotemID(string(t.To))); err != nil {
		return err
	}
	switch {
	case t.Hands < 1 || t.Hands > booking.MostHands:
		return fmt.Errorf(`member "hands": want 1 to %d`, booking.MostHands)
	case t.From == t.To:
		return errors.New(`member "to": who passes it on`)
	case t.Store.IsZero():
		return errors.New(`member "store": none`)
	case t.Proof.IsZero():
		return errors.New(`member "proof": none`)
	}
	return nil
}

// checkBehind reports whether t cannot follow before in one message.
func checkBehind(before, t booking.Transfer) error {
	switch {
	case t.Key != before.Key || t.From != before.From || t.To != before.To || t.Store != before.Store:
		return errors.New("of another sheet, totem or store than the one before")
	case compareNumbers(before.Slot, t.Slot) >= 0:
		return errors.New(`member "slot": out of order`)
	}
	return nil
}

// encodePassing is [Encode] for the messages between totems.
func encodePassing(version int, m any) (data []byte, err error) {
	switch m := m.(type) {
	case Need:
		data, err = write(version, kindNeed, m, needOf, needBody.message)
	case Passed:
		data, err = write(version, kindPassed, m, passedOf, passedBody.message)
	default:
		return nil, fmt.Errorf("encode %T: no message", m)
	}
	if len(data) > MaxPeerMessage {
		return nil, fmt.Errorf("encode a message between totems: %d bytes, more than %d", len(data), MaxPeerMessage)
	}
	return data, err
}

// decodePassing is [Decode] for the same messages; m points to the one to read.
func decodePassing(data []byte, m any) (err error) {
	if len(data) > MaxPeerMessage {
		return fmt.Errorf("decode a message between totems: %d bytes, more than %d", len(data), MaxPeerMessage)
	}
	switch m := m.(type) {
	case *Need:
		*m, err = read(data, kindNeed, false, needBody.message)
	case *Passed:
		*m, err = read(data, kindPassed, true, passedBody.message)
	}
	return err
}
