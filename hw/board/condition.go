package board

// Condition is what is wrong with the board, a set. The zero Condition is nothing.
type Condition uint8

// The conditions: a closed set.
const (
	DiskLow    Condition = 1 << iota // little room is left on the data partition
	DiskFull                         // hardly any is
	DiskErrors                       // its file system has counted errors
	CardWorn                         // the card says that it nears its end
	Hot                              // the board is too warm, or slowed down for that
	PowerLow                         // the supply was too low
	DoorLeft                         // the door has stood open for more than five minutes
)

// Has reports whether all of other hold.
func (c Condition) Has(other Condition) bool { return c&other == other }

// The bounds of room on the data partition, each as a part of it and as bytes: whichever is less leaves more in use of a small
// partition. A bound that was passed is left only when there is a quarter more.
const (
	lowPart, lowBytes   = 10, 512 << 20 // a tenth
	fullPart, fullBytes = 33, 64 << 20  // three in a hundred
)

const (
	cooler = 5 // °C below the bound before the board counts as cool again
	worn   = 9 // tenths of a card's life: 80 to 90 per cent are used
	scant  = 2 // of a card's spare blocks eighty per cent are used
)

// Judge returns what is wrong by these facts, after what was wrong before: a bound that was just passed is not left again by little.
// hot is the bound in °C.
func (f Facts) Judge(before Condition, hot int) (now Condition) {
	set := func(c Condition, holds bool) {
		if holds {
			now |= c
		}
	}
	if f.Space.Known {
		full := f.Space.below(fullPart, fullBytes, before.Has(DiskFull))
		set(DiskFull, full)
		set(DiskLow, full || f.Space.below(lowPart, lowBytes, before.Has(DiskLow)))
	} else {
		now |= before & (DiskLow | DiskFull)
	}
	if before.Has(Hot) {
		hot -= cooler
	}
	set(Hot, f.Heat.Throttled || f.Heat.Known && f.Heat.Hottest >= hot)
	set(DiskErrors, f.DiskErrors > 0)
	set(CardWorn, f.Card.Worn >= worn || f.Card.Reserve >= scant)
	set(PowerLow, f.Supply.Low)
	return now
}

// below reports whether less is free than a part of the whole, or than so many bytes where that is less; a quarter more where it
// was below before.
func (s Space) below(part, bytes uint64, before bool) bool {
	bound := min(s.Total/part, bytes)
	if before {
		bound += bound / 4
	}
	return s.Free < bound
}
