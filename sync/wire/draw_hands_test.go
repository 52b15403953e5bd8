package wire_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// What is drawn of slots that change hands, and of the totems that pass them on.

func drawHands(t *rapid.T) int { return rapid.IntRange(1, booking.MostHands).Draw(t, "hands") }

func drawProof(t *rapid.T) booking.Proof {
	b := rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "proof")
	b[0] |= 1
	return booking.Proof(b)
}

// handOn gives some slots of a sheet hands, asks and times at which their bearers are expected.
func handOn(t *rapid.T, s *booking.Sheet) {
	if rapid.Bool().Draw(t, "never handed on") {
		return
	}
	for i := range s.Slots {
		slot := &s.Slots[i]
		if rapid.Bool().Draw(t, "handed on") {
			slot.Hands = drawHands(t)
		}
		switch held := slot.Holder != booking.Pool && slot.Holder != booking.Reserve; {
		case held && slot.State == booking.Free:
			slot.Ask = booking.Ask(rapid.IntRange(int(booking.AskNothing), int(booking.AskVoid)).Draw(t, "ask"))
		case slot.State.HasTicket() && rapid.Bool().Draw(t, "moved"):
			slot.Ticket.Moved = true
			if later := rapid.IntRange(-1, 300).Draw(t, "later"); later >= 0 {
				slot.Ticket.Expected = slot.Start.Add(time.Duration(later) * time.Minute)
			}
		}
	}
}

// inVersion1 returns what version 1 says of a sheet.
func inVersion1(s booking.Sheet) booking.Sheet {
	s = s.Clone()
	for i := range s.Slots {
		slot := &s.Slots[i]
		slot.Hands, slot.Ask, slot.Ticket.Moved, slot.Ticket.Expected = 0, booking.AskNothing, false, time.Time{}
	}
	return s
}

// drawHandFact fills in a fact of a kind by which a slot changes hands.
func drawHandFact(t *rapid.T, f *booking.Fact) {
	f.Hands = drawHands(t)
	switch f.Kind {
	case booking.FactTransferred:
		f.Peer, f.Store = drawTotem(t), drawIncarnation(t)
	case booking.FactReceived:
		f.Peer, f.Proof = drawTotem(t), drawProof(t)
	}
}

func drawAddress(t *rapid.T) string {
	port := rapid.IntRange(1, 65535).Draw(t, "port")
	if rapid.Bool().Draw(t, "IPv6") {
		return fmt.Sprintf("[2001:db8::%x]:%d", rapid.IntRange(1, 0xffff).Draw(t, "host"), port)
	}
	return fmt.Sprintf("192.168.%d.%d:%d", rapid.Byte().Draw(t, "network"), rapid.Byte().Draw(t, "host"), port)
}

func drawPeers(t *rapid.T) (peers []wire.Peer) {
	for i := range rapid.IntRange(0, 4).Draw(t, "peers") {
		peers = append(peers, wire.Peer{Totem: booking.TotemID(fmt.Sprintf("t%d%s", i, drawID.Draw(t, "totem")[:2])), Key: drawUserKey.Draw(t, "key"),
			Address: drawAddress(t)})
	}
	return peers
}

// drawNumbers returns numbers of one prefix, in order.
func drawNumbers(t *rapid.T, most int) (numbers []booking.Number) {
	prefix, n := drawPrefix.Draw(t, "prefix"), 0
	for range rapid.IntRange(0, most).Draw(t, "numbers") {
		n += rapid.IntRange(1, 400).Draw(t, "step")
		numbers = append(numbers, booking.NewNumber(prefix, n))
	}
	return numbers
}

func drawNeed(t *rapid.T) wire.Need {
	return wire.Need{Incarnation: drawIncarnation(t), Queue: booking.QueueID(drawID.Draw(t, "queue")), Day: drawDay(t), From: drawMinute(t),
		Free: rapid.IntRange(0, 4096).Draw(t, "free"), Most: rapid.IntRange(1, wire.MaxTransfers).Draw(t, "most"), Got: drawNumbers(t, 6)}
}

func drawPassed(t *rapid.T) wire.Passed {
	head := booking.Transfer{
		Key:  booking.SheetKey{Office: booking.OfficeID(drawID.Draw(t, "office")), Queue: booking.QueueID(drawID.Draw(t, "queue")), Day: drawDay(t)},
		From: drawTotem(t), Store: drawIncarnation(t),
	}
	for head.To = drawTotem(t); head.To == head.From; {
		head.To += "0"
	}
	var p wire.Passed
	for _, number := range drawNumbers(t, 4) {
		transfer := head
		transfer.Slot, transfer.Start, transfer.Hands, transfer.Proof = number, drawMinute(t), drawHands(t), drawProof(t)
		p.Transfers = append(p.Transfers, transfer)
	}
	return p
}
