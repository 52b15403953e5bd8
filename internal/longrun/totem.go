package longrun

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/internal/storetest"
	"example.org/totem/store"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// totem is one device.
type totem struct {
	world   *world
	place   *place
	name    who
	address string
	disk    storetest.Desk
	key     ed25519.PrivateKey
	donor   *pooling.Donor
	sells   map[booking.SheetKey][]booking.Number
	facts   uint64 // of the disk's, that the judge has seen

	power   bool
	life    int           // of its program: what began in an earlier one is nothing to it
	up      bool          // its link
	since   time.Duration // of up
	offset  time.Duration // of its clock
	lost    bool          // its disk is new, and no person has fenced the one before
	refused int           // how often its store was refused for another
	talk    talk
	asked   uint64 // questions to the scheduler
	healths uint64 // told by this store
}

func (t *totem) now() time.Time { return t.world.time().Add(t.offset) }

// newDisk puts an empty disk into the totem, with a key of its own.
func (t *totem) newDisk() {
	life, err := booking.NewIncarnation(t.world.random)
	if err != nil {
		panic(err) // the source has no end
	}
	t.disk = storetest.NewDesk(t.name.office, t.name.totem, life, t.now)
	t.facts, t.healths, t.sells = 0, 0, make(map[booking.SheetKey][]booking.Number)
	t.disk.Changed = t.changed
	t.key = t.world.newKey()
	t.donor, err = pooling.NewDonor(pooling.DonorConfig{Stock: stock{t}, Sign: t.sign, Report: func(pooling.Report) {},
		Selling: func() (booking.Day, time.Time) { return booking.DayOf(t.now(), t.world.zone), t.now().Add(lead) }})
	if err != nil {
		panic(err)
	}
}

func (t *totem) sign(covered []byte) (booking.Proof, error) {
	return booking.Proof(ed25519.Sign(t.key, covered)), nil
}

func (t *totem) publicKey() string {
	key, err := nkeys.Encode(nkeys.PrefixByteUser, t.key.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	return string(key)
}

// enrol has the roster know the device's key, as a person with a token does.
func (t *totem) enrol() {
	w := t.world
	m, err := w.centre.memory.Member(w.ctx, t.name.office, t.name.totem)
	if err != nil || m.Key == t.publicKey() {
		return
	}
	if m.Key != "" {
		m.Revoked = append(m.Revoked, m.Key)
	}
	m.Key = t.publicKey()
	if _, err := w.centre.memory.PutMember(w.ctx, m); err != nil {
		w.judge.wrong(slotKey{}, "%v is not enrolled: %v", t.name, err)
	}
}

// changed looks at what the disk has committed.
func (t *totem) changed(key booking.SheetKey) {
	t.world.judge.looks(t, key)
}

// told looks at the facts that are new on the disk: by these slots change hands.
func (t *totem) told() {
	w := t.world
	for _, f := range t.disk.FactsAfter(t.facts) {
		t.facts = f.ID.N
		at := slotKey{booking.SheetKey{Office: t.name.office, Queue: f.Queue, Day: f.Day}, f.Slot}
		switch f.Kind {
		case booking.FactReleased:
			w.report.Released++
			w.judge.gave(t.name, at, f.Hands, "the office")
		case booking.FactTransferred:
			w.report.Passed++
			w.judge.gave(t.name, at, f.Hands, booking.HeldBy(f.Peer))
		case booking.FactReceived:
			w.report.Received++
			w.judge.note(at, "%s takes it from %s, hands %d", t.name.totem, f.Peer, f.Hands)
		}
	}
}

// boot starts the totem's program.
func (t *totem) boot() {
	t.power = true
	t.life++
	life := t.life
	t.each(life, 5*time.Minute, t.minute)
	t.each(life, time.Minute, t.askPeers)
	t.link(true)
}

// each has do done about every so often, as long as this life of the program lasts.
func (t *totem) each(life int, every time.Duration, do func()) {
	w := t.world
	w.after(every+w.between(0, every/2), func() {
		if t.life != life || !t.power {
			return
		}
		do()
		t.each(life, every, do)
	})
}

// cut cuts the totem's power for a while.
func (t *totem) cut(d time.Duration) {
	w := t.world
	t.power = false
	t.life++
	t.link(false)
	t.act(func() error { return t.disk.Cut() })
	life := t.life
	w.after(d, func() {
		if t.life == life && !t.power {
			t.boot()
		}
	})
}

// act does something with the disk, and looks what that has changed.
func (t *totem) act(do func() error) bool {
	err := do()
	t.told()
	if err != nil {
		t.world.judge.wrong(slotKey{}, "%v: %v", t.name, err)
	}
	return err == nil
}

// minute does what a totem does by the clock.
func (t *totem) minute() {
	w := t.world
	t.act(func() error {
		if t.offset == 0 && booking.ClockOf(w.time(), w.zone) >= 15 { // no clock alone closes a day
			if err := t.disk.CloseDays(w.ctx, w.today()); err != nil {
				return err
			}
		}
		if t.talk.welcomed {
			_, err := t.disk.ReleaseDue(w.ctx, t.now(), t.now().Add(release))
			return err
		}
		return nil
	})
	t.wake()
}

// visit is a citizen who takes one of the times that are offered.
func (t *totem) visit() {
	w := t.world
	if !t.power {
		w.report.Away++
		return
	}
	now := t.now()
	starts, err := t.disk.Offers(w.ctx, booking.DayOf(now, w.zone), now.Add(lead))
	if err != nil {
		w.judge.wrong(slotKey{}, "%v offers: %v", t.name, err)
		return
	}
	var own, open []store.Start
	for _, s := range starts {
		if s.Number != "" {
			own = append(own, s)
		} else if s.Open > 0 && t.talk.welcomed {
			open = append(open, s)
		}
	}
	switch {
	case len(own) > 0 && (len(open) == 0 || w.rng.IntN(4) > 0):
		t.issue(own[w.rng.IntN(min(len(own), 4))])
	case len(open) > 0:
		t.want(open[w.rng.IntN(len(open))])
	default:
		w.report.Away++
	}
}

func (t *totem) issue(s store.Start) {
	w := t.world
	code, err := booking.NewCode(w.random)
	if err != nil {
		panic(err)
	}
	_, err = t.disk.Issue(w.ctx, store.Order{Key: s.Key, Number: s.Number, Start: s.Start, Code: code, Slip: ticket.Slip{Lang: "it"}})
	t.told()
	if err != nil {
		w.judge.wrong(slotKey{s.Key, s.Number}, "%s of %s, which was offered, is not issued: %v", s.Number, t.name.totem, err)
		return
	}
	w.report.Issued++
	w.judge.note(slotKey{s.Key, s.Number}, "%s gives a ticket", t.name.totem)
	w.judge.promise(promise{slotKey: slotKey{s.Key, s.Number}, code: code, by: t.disk.Incarnation(), totem: t.name.totem})
	t.wake()
}

// replace is a disk that is no more, and a new one, which a person enrols when the one before is fenced.
func (t *totem) replace() {
	w := t.world
	t.power = false
	t.life++
	t.link(false)
	if _, _, waits, _ := t.disk.Next(w.ctx); waits {
		w.judge.lose(t.disk.Incarnation())
	}
	w.judge.gone(t)
	t.newDisk()
	t.lost = true
	w.judge.note(slotKey{}, "the disk of %v is no more", t.name)
}

// known reports whether everything of the totem is with the scheduler, and the two are in step.
func (t *totem) known() (bool, error) {
	w := t.world
	m, err := w.centre.memory.Member(w.ctx, t.name.office, t.name.totem)
	epoch, err2 := w.centre.memory.Epoch(w.ctx)
	_, _, waits, _ := t.disk.Next(w.ctx)
	if err != nil || err2 != nil {
		return false, fmt.Errorf("%v: %v, %v", t.name, err, err2)
	}
	return !waits && m.Incarnation == t.disk.Incarnation() && m.Merged == epoch && w.centre.stream.isRead(t.name), nil
}

// health is how the totem is, and where others reach it.
func (t *totem) health() wire.Health {
	t.healths++
	return wire.Health{Incarnation: t.disk.Incarnation(), N: t.healths, Profile: "generic-80", Clock: wire.ClockSynced,
		Touch: wire.PartWorks, Keypad: wire.PartNone, Scanner: wire.PartNone, Sound: wire.PartNone, Program: "longrun", Address: t.address}
}
