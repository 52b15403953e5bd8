package pooling

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Verify reports an error unless the proof of t is a signature by the device whose public user nkey is key. Whoever takes
// a slot that was passed on checks that first.
func Verify(key string, t booking.Transfer) error {
	public, err := nkeys.Decode(nkeys.PrefixByteUser, []byte(key))
	if err != nil || len(public) != ed25519.PublicKeySize {
		return errors.Join(fmt.Errorf("the key of the totem %s is none", t.From), err)
	}
	if !ed25519.Verify(public, t.Signed(), t.Proof[:]) {
		return fmt.Errorf("the proof of the transfer of %s on %s is not by the totem %s", t.Slot, t.Key, t.From)
	}
	return nil
}

// believed returns which of the slots of an answer may be taken: those that the asker was asked for, passed on by who was
// asked to this very store, with that one's proof.
func believed(sheet booking.SheetKey, me booking.TotemID, peer wire.Peer, need wire.Need, p wire.Passed) []booking.Transfer {
	var good []booking.Transfer
	for _, t := range p.Transfers {
		fits := t.Key == sheet && t.From == peer.Totem && t.To == me && t.Store == need.Incarnation && t.Hands > 0 && t.Hands <= booking.MostHands
		if fits && Verify(peer.Key, t) == nil {
			good = append(good, t)
		}
	}
	return good
}
