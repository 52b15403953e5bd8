package wire_test

import (
	"encoding/base64"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

// What the tests draw at random.

var (
	drawID     = rapid.StringMatching(`[a-z0-9-]{2,32}`)
	drawString = rapid.StringOfN(rapid.RuneFrom([]rune("aZ0 è日\"\\<&'𝄞")), 1, 20, -1)
	drawPrefix = rapid.StringMatching(`[A-Z]`)
)

func drawDay(t *rapid.T) booking.Day {
	return booking.DayOf(time.Unix(rapid.Int64Range(1_700_000_000, 2_300_000_000).Draw(t, "day"), 0), time.UTC)
}

func drawMinute(t *rapid.T) time.Time {
	return time.Unix(60*rapid.Int64Range(28_000_000, 38_000_000).Draw(t, "minute"), 0).UTC()
}

func drawHash(t *rapid.T) booking.CodeHash {
	b := rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "hash")
	b[0] |= 1
	return booking.CodeHash(b)
}

func drawIncarnation(t *rapid.T) booking.Incarnation { return booking.Incarnation(drawHash(t)) }

func drawKey(t *rapid.T) booking.DayKey {
	b := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key")
	b[0] |= 1
	return booking.DayKey(b)
}

func drawTotem(t *rapid.T) booking.TotemID {
	return booking.TotemID(drawID.Filter(func(s string) bool { return booking.CheckTotemID(s) == nil }).Draw(t, "totem"))
}

func drawRevision(t *rapid.T) booking.Revision {
	return booking.Revision{Epoch: rapid.Uint64().Draw(t, "epoch"), Sequence: rapid.Uint64().Draw(t, "sequence")}
}

func drawSheet(t *rapid.T) booking.Sheet {
	s := booking.Sheet{
		SheetKey: booking.SheetKey{
			Office: booking.OfficeID(drawID.Draw(t, "office")), Queue: booking.QueueID(drawID.Draw(t, "queue")), Day: drawDay(t),
		},
		Revision: drawRevision(t),
		Prefix:   drawPrefix.Draw(t, "prefix"),
	}
	holders := []booking.Holder{booking.Pool, booking.Reserve, booking.Limbo, booking.HeldBy(drawTotem(t)), booking.HeldBy(drawTotem(t))}
	start := drawMinute(t)
	// A number is used once, and among slots of one start the lower comes first.
	numbers := rapid.SliceOfNDistinct(rapid.IntRange(1, 1200), 0, 60, rapid.ID[int]).Draw(t, "numbers")
	last := 0
	for _, n := range numbers {
		if step := rapid.IntRange(0, 20).Draw(t, "step"); n <= last || step > 10 {
			start = start.Add(time.Duration(step+1) * time.Minute)
		}
		last = n
		slot := booking.Slot{
			Number: booking.NewNumber(s.Prefix, n), Start: start,
			Holder: rapid.SampledFrom(holders).Draw(t, "holder"),
			State:  booking.State(rapid.IntRange(int(booking.Free), int(booking.Void)).Draw(t, "state")),
		}
		if slot.State.HasTicket() {
			slot.Ticket = booking.Ticket{
				Code: drawHash(t), Returns: rapid.IntRange(0, 9).Draw(t, "returns"),
				Paper: booking.Paper(rapid.IntRange(0, 3).Draw(t, "paper")),
			}
		}
		s.Slots = append(s.Slots, slot)
	}
	handOn(t, &s)
	return s
}

func drawFact(t *rapid.T) booking.Fact {
	f := booking.Fact{
		ID: booking.FactID{Incarnation: drawIncarnation(t), N: rapid.Uint64Min(1).Draw(t, "n")},
		At: drawMinute(t), Day: drawDay(t),
		Kind: rapid.SampledFrom([]booking.FactKind{
			booking.FactIssued, booking.FactPrinted, booking.FactArrived, booking.FactCancelled, booking.FactCounted,
			booking.FactClosed, booking.FactReleased, booking.FactTransferred, booking.FactReceived}).Draw(t, "kind"),
	}
	number := booking.NewNumber(drawPrefix.Draw(t, "prefix"), rapid.IntRange(1, 2000).Draw(t, "number"))
	queue := booking.QueueID(drawID.Draw(t, "queue"))
	switch f.Kind {
	case booking.FactIssued:
		f.Queue, f.Slot, f.Code = queue, number, drawHash(t)
		if rapid.Bool().Draw(t, "tells") {
			f.Service = booking.ServiceID(drawID.Draw(t, "service"))
		}
	case booking.FactPrinted:
		f.Queue, f.Slot, f.Paper = queue, number, booking.Paper(rapid.IntRange(1, 3).Draw(t, "paper"))
	case booking.FactArrived, booking.FactCancelled:
		f.Queue, f.Slot, f.Code = queue, number, drawHash(t)
	case booking.FactCounted:
		f.Queue, f.Of = queue, rapid.SampledFrom([]booking.FactKind{
			booking.FactIssued, booking.FactPrinted, booking.FactArrived, booking.FactCancelled,
			booking.FactReleased, booking.FactTransferred, booking.FactReceived}).Draw(t, "of")
	case booking.FactReleased, booking.FactTransferred, booking.FactReceived:
		f.Queue, f.Slot = queue, number
		drawHandFact(t, &f)
	}
	return f
}

func drawText(t *rapid.T) locale.Text {
	text := rapid.MapOfN(rapid.SampledFrom([]locale.Lang{"it", "en", "ar", "zh-Hans"}), drawString, 0, 4).Draw(t, "text")
	if len(text) == 0 {
		return nil
	}
	return text
}

func drawOffice(t *rapid.T) booking.Office {
	word := rapid.OneOf(rapid.Just(""), drawString)
	o := booking.Office{
		ID: booking.OfficeID(drawID.Draw(t, "office")), Zone: "Europe/Rome", Name: drawText(t), Place: drawText(t), Waiting: drawText(t),
		Emblem: word.Draw(t, "emblem"), Languages: []locale.Lang{"it", "en"},
		Controller: privacy.Controller{Name: word.Draw(t, "name"), Address: word.Draw(t, "address"), Email: word.Draw(t, "mail"),
			PEC: word.Draw(t, "pec"), Phone: word.Draw(t, "phone"), DPO: word.Draw(t, "dpo")},
		Lead: time.Duration(rapid.IntRange(0, 3600).Draw(t, "lead")) * time.Second,
	}
	for i := range o.Hours.Week {
		for from := rapid.IntRange(0, 1000).Draw(t, "from"); from < 1400 && rapid.Bool().Draw(t, "open"); from += 200 {
			o.Hours.Week[i] = append(o.Hours.Week[i], booking.Span{From: booking.Clock(from), To: booking.Clock(min(from+100, 1440))})
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "closed") {
		o.Hours.Closed = append(o.Hours.Closed, drawDay(t))
	}
	for range rapid.IntRange(0, 3).Draw(t, "queues") {
		q := booking.Queue{ID: booking.QueueID(drawID.Draw(t, "queue")), Prefix: drawPrefix.Draw(t, "prefix"), Label: drawText(t),
			Length: time.Duration(rapid.IntRange(1, 3600).Draw(t, "length")) * time.Second, Prepare: rapid.Bool().Draw(t, "prepare"),
			WalkIn: rapid.IntRange(0, 1000).Draw(t, "walk-in")}
		if rapid.Bool().Draw(t, "paced") {
			q.Pace = booking.Pace{Tickets: rapid.IntRange(1, 100).Draw(t, "tickets"), Within: time.Duration(rapid.IntRange(1, 60).Draw(t, "within")) * time.Minute}
		}
		o.Queues = append(o.Queues, q)
	}
	for range rapid.IntRange(0, 3).Draw(t, "services") {
		o.Services = append(o.Services, booking.Service{ID: booking.ServiceID(drawID.Draw(t, "service")),
			Queue: booking.QueueID(drawID.Draw(t, "queue")), Name: drawText(t), Detail: drawText(t), Bring: drawText(t),
			Sensitive: rapid.Bool().Draw(t, "sensitive")})
	}
	if rapid.Bool().Draw(t, "releases") {
		o.Release = time.Duration(rapid.IntRange(1, 7200).Draw(t, "release")) * time.Second
	}
	if rapid.Bool().Draw(t, "consents") {
		o.Privacy, o.Reminders = drawFacts(t), drawReminders(t)
		o.Advance = rapid.SampledFrom([]privacy.Advance{"", privacy.AdvanceOff, privacy.AdvanceOpen, privacy.AdvanceConsent}).Draw(t, "advance")
	}
	return o
}

func drawAccepted(t *rapid.T) wire.Accepted {
	if rapid.Bool().Draw(t, "none") {
		return wire.Accepted{}
	}
	return wire.Accepted{Sequence: rapid.Uint64Min(1).Draw(t, "sequence"), Incarnation: drawIncarnation(t), N: rapid.Uint64Min(1).Draw(t, "n"),
		Digest: wire.Digest(drawHash(t))}
}

func drawHello(t *rapid.T) wire.Hello {
	n := rapid.Uint64().Draw(t, "n")
	return wire.Hello{Incarnation: drawIncarnation(t), N: n, Told: rapid.Uint64Max(n).Draw(t, "told"), Epoch: rapid.Uint64().Draw(t, "epoch"),
		Speaks:  rapid.SampledFrom([][]int{{1}, {2, 1}, {9, 4, 3}}).Draw(t, "speaks"),
		Program: rapid.SampledFrom([]string{"", "totem 1.4.2"}).Draw(t, "program")}
}

func drawWelcome(t *rapid.T) wire.Welcome {
	return wire.Welcome{Accepted: drawAccepted(t), Time: drawMinute(t).Add(time.Duration(rapid.IntRange(0, 59).Draw(t, "s")) * time.Second),
		Epoch: rapid.Uint64().Draw(t, "epoch"), Merge: rapid.Bool().Draw(t, "merge")}
}

func drawLast(t *rapid.T) wire.Last {
	if rapid.Bool().Draw(t, "looks") {
		return wire.Last{}
	}
	return wire.Last{Incarnation: drawIncarnation(t)}
}

func drawPull(t *rapid.T) wire.Pull {
	p := wire.Pull{Incarnation: drawIncarnation(t), Office: rapid.StringMatching(`[0-9a-f]{0,32}`).Draw(t, "digest")}
	for range rapid.IntRange(0, 5).Draw(t, "have") {
		p.Have = append(p.Have, wire.Have{Queue: booking.QueueID(drawID.Draw(t, "queue")), Day: drawDay(t), Revision: drawRevision(t)})
	}
	if rapid.Bool().Draw(t, "closed") {
		p.Closed = drawDay(t)
	}
	if rapid.Bool().Draw(t, "facts") {
		p.N = rapid.Uint64Min(1).Draw(t, "n")
	}
	return p
}

func drawPulled(t *rapid.T) wire.Pulled {
	p := wire.Pulled{Digest: rapid.StringMatching(`[0-9a-f]{0,32}`).Draw(t, "digest"), More: rapid.Bool().Draw(t, "more"),
		Sheets: drawSheets(t), Keys: drawKeys(t), Peers: drawPeers(t)}
	if rapid.Bool().Draw(t, "office") {
		o := drawOffice(t)
		p.Office = &o
	}
	return p
}

func drawSheets(t *rapid.T) (sheets []booking.Sheet) {
	for range rapid.IntRange(0, 3).Draw(t, "sheets") {
		sheets = append(sheets, drawSheet(t))
	}
	return sheets
}

func drawKeys(t *rapid.T) map[booking.Day]booking.DayKey {
	var keys map[booking.Day]booking.DayKey
	for range rapid.IntRange(0, 3).Draw(t, "keys") {
		if keys == nil {
			keys = map[booking.Day]booking.DayKey{}
		}
		keys[drawDay(t)] = drawKey(t)
	}
	return keys
}

func drawMerge(t *rapid.T) wire.Merge {
	return wire.Merge{Incarnation: drawIncarnation(t), Told: rapid.Uint64().Draw(t, "told"), Sheets: drawSheets(t), Keys: drawKeys(t),
		More: rapid.Bool().Draw(t, "more")}
}

func drawMerged(t *rapid.T) wire.Merged { return wire.Merged{Epoch: rapid.Uint64().Draw(t, "epoch")} }

var (
	drawUserKey = rapid.StringMatching(`U[A-Z2-7]{55}`)
	drawSigner  = rapid.StringMatching(`[A-Z2-7]{56}`)
)

func drawEnrol(t *rapid.T) wire.Enrol {
	return wire.Enrol{Token: rapid.StringMatching(`[ -~]{1,64}`).Draw(t, "token"), Key: drawUserKey.Draw(t, "key")}
}

func drawRenew(t *rapid.T) wire.Renew { return wire.Renew{Key: drawUserKey.Draw(t, "key")} }

func drawCredentials(t *rapid.T) wire.Credentials {
	c := wire.Credentials{JWT: rapid.StringMatching(`[A-Za-z0-9._-]{1,1000}`).Draw(t, "jwt"), Signer: drawSigner.Draw(t, "signer")}
	for range rapid.IntRange(1, 4).Draw(t, "pins") {
		sum := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "pin")
		c.Pins = append(c.Pins, "sha256/"+base64.StdEncoding.EncodeToString(sum))
	}
	return c
}

func drawNonce(t *rapid.T) wire.Nonce {
	b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "nonce")
	b[0] |= 1
	return wire.Nonce(b)
}

func drawClock(t *rapid.T) wire.Clock { return wire.Clock{Nonce: drawNonce(t)} }

func drawReading(t *rapid.T) wire.Reading {
	signature := rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "signature")
	signature[0] |= 1
	return wire.Reading{Nonce: drawNonce(t), Signature: signature,
		Time: drawMinute(t).Add(time.Duration(rapid.IntRange(0, 59_999).Draw(t, "ms")) * time.Millisecond)}
}

func drawRefusal(t *rapid.T) wire.Refusal {
	return wire.Refusal{Code: drawID.Draw(t, "code"), Sentence: drawString.Draw(t, "sentence"), Remedy: drawString.Draw(t, "remedy")}
}

func drawMark(t *rapid.T) wire.Mark {
	return wire.Mark{ID: booking.FactID{Incarnation: drawIncarnation(t), N: rapid.Uint64Min(1).Draw(t, "n")}, Digest: wire.Digest(drawHash(t))}
}
