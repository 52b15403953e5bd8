package scheduler

import (
	"maps"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// broughtMost is how many contacts are taken for one slot while the scheduler runs. A citizen gives one, or a few who withdraws
// and begins anew; each leaves the record of a consent for 30 days, and a totem gone wrong must not fill the disk with them.
const broughtMost = 32

// untold are the tickets of which totems have brought contacts but not yet told themselves: one for each slot, so that no
// totem can have more kept than it holds slots.
type untold struct {
	sync.Mutex
	codes   map[officeSlot]booking.CodeHash
	brought map[officeSlot]int // how many contacts, also of tickets that are told
}

// isFull reports whether as many contacts were brought for a ticket's slot as are taken, and counts one more if not.
func (u *untold) isFull(id booking.OfficeID, t wire.TicketRef) bool {
	key := officeSlot{booking.SheetKey{Office: id, Queue: t.Queue, Day: t.Day}, t.Slot}
	u.Lock()
	defer u.Unlock()
	if u.brought[key] >= broughtMost {
		return true
	}
	u.brought[key]++
	return false
}

type officeSlot struct {
	booking.SheetKey
	number booking.Number
}

// admit reports whether a contact may be kept for a ticket, which is on slot or may yet come to be.
func (u *untold) admit(id booking.OfficeID, t wire.TicketRef, slot booking.Slot) bool {
	key := officeSlot{booking.SheetKey{Office: id, Queue: t.Queue, Day: t.Day}, t.Slot}
	u.Lock()
	defer u.Unlock()
	if slot.State != booking.Free {
		delete(u.codes, key)
		return true
	}
	if code, ok := u.codes[key]; ok {
		return code == t.Code
	}
	u.codes[key] = t.Code
	return true
}

// forget drops the slots of a day and of the days before.
func (u *untold) forget(id booking.OfficeID, day booking.Day) {
	u.Lock()
	defer u.Unlock()
	maps.DeleteFunc(u.codes, func(s officeSlot, _ booking.CodeHash) bool { return s.Office == id && s.Day.Compare(day) <= 0 })
	maps.DeleteFunc(u.brought, func(s officeSlot, _ int) bool { return s.Office == id && s.Day.Compare(day) <= 0 })
}
