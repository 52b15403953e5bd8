package jetstream

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// healthRecord is how a totem is, as HEALTH stores it.
//
//	member   form                   meaning
//	heard    UTC                    when it was heard, a whole minute
//	unready  UTC, or left out       since when the printer takes no slip
//	touch    UTC, or left out       since when the touch panel cannot be used
//	keypad   UTC, or left out       since when the keypad cannot be used
//	sound    UTC, or left out       since when nothing can be spoken
//	told     a message of the wire  what was told
type healthRecord struct {
	Heard   time.Time      `json:"heard"`
	Unready time.Time      `json:"unready,omitzero"`
	Touch   time.Time      `json:"touch,omitzero"`
	Keypad  time.Time      `json:"keypad,omitzero"`
	Sound   time.Time      `json:"sound,omitzero"`
	Told    jsontext.Value `json:"told"`
}

func healthSubject(office booking.OfficeID, totem booking.TotemID) string {
	return "hea.v1." + string(office) + "." + string(totem)
}

// Health returns what a totem last told, or a Health with only its ids. With ledger.ErrUnreadable it returns ids and
// revision, upon which the record may be written anew.
func (l *Ledger) Health(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (ledger.Health, error) {
	msg, err := l.last(ctx, healthStream, healthSubject(office, totem))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return ledger.Health{Office: office, Totem: totem}, nil
	case err != nil:
		return ledger.Health{}, fmt.Errorf("read how totem %s/%s is: %w", office, totem, err)
	}
	return healthOf(office, totem, msg)
}

// healthOf returns what a message says of a totem, or ledger.ErrUnreadable with ids and revision.
func healthOf(office booking.OfficeID, totem booking.TotemID, msg stored) (ledger.Health, error) {
	h := ledger.Health{Office: office, Totem: totem, Revision: msg.sequence}
	var r healthRecord
	err := msg.foreign
	if err == nil {
		err = json.Unmarshal(msg.data, &r, json.RejectUnknownMembers(true))
	}
	var told wire.Health
	if err == nil {
		told, err = wire.Decode[wire.Health](r.Told)
	}
	if err != nil {
		return h, fmt.Errorf("read how totem %s/%s is: %w", office, totem, unreadable(msg.sequence, err))
	}
	h.Told, h.Heard, h.Unready = told, r.Heard.UTC(), r.Unready.UTC()
	h.Down = ledger.Down{Touch: r.Touch.UTC(), Keypad: r.Keypad.UTC(), Sound: r.Sound.UTC()}
	return h, nil
}

// PutHealth writes how a totem is if HEALTH still holds the revision that h names.
func (l *Ledger) PutHealth(ctx context.Context, h ledger.Health) (ledger.Health, error) {
	told, err := wire.Encode(wire.Newest, h.Told)
	var data []byte
	if err == nil {
		data, err = json.Marshal(healthRecord{h.Heard.UTC(), h.Unready.UTC(), h.Down.Touch.UTC(), h.Down.Keypad.UTC(), h.Down.Sound.UTC(), told},
			json.Deterministic(true))
	}
	if err == nil {
		h.Revision, err = l.write(ctx, healthStream, healthSubject(h.Office, h.Totem), h.Revision, data)
	}
	switch {
	case errors.Is(err, ledger.ErrConflict):
		return ledger.Health{}, err
	case err != nil:
		return ledger.Health{}, fmt.Errorf("write how totem %s/%s is: %w", h.Office, h.Totem, err)
	}
	return h, nil
}

// Healths returns what is kept of the totems of an office, of all offices for "", in order of office and totem.
func (l *Ledger) Healths(ctx context.Context, office booking.OfficeID) ([]ledger.Health, error) {
	if office == "" {
		office = "*"
	}
	info, err := l.info(ctx, healthStream, healthSubject(office, "*"))
	if err != nil {
		return nil, fmt.Errorf("list how the totems are: %w", err)
	}
	var healths []ledger.Health
	var wrong error
	for _, subject := range slices.SortedFunc(maps.Keys(info.State.Subjects), compareSubjects) {
		t := strings.Split(subject, ".")
		h, err := l.Health(ctx, booking.OfficeID(t[2]), booking.TotemID(t[3]))
		switch {
		case errors.Is(err, ledger.ErrUnreadable):
			wrong = errors.Join(wrong, err)
		case err != nil:
			return nil, err
		case h.Revision != 0: // else it was dropped meanwhile
			healths = append(healths, h)
		}
	}
	return healths, wrong
}

// DropHealth erases what is kept of a totem.
func (l *Ledger) DropHealth(ctx context.Context, office booking.OfficeID, totem booking.TotemID) error {
	var answer struct {
		Error *jetstream.APIError `json:"error"`
	}
	err := l.call(ctx, "STREAM.PURGE."+healthStream, map[string]any{"filter": healthSubject(office, totem)}, &answer)
	if err == nil && answer.Error != nil {
		err = answered(answer.Error)
	}
	if err != nil {
		return fmt.Errorf("forget how totem %s/%s is: %w", office, totem, err)
	}
	return nil
}
