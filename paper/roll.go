package paper

// Roll is what is known of the roll of paper in a printer: how much of it has been used and, once its end draws near,
// how much the sensor leaves. It is a value that survives a restart. The zero Roll is one of which nothing is known.
//
// A roll counts as a new one when the end of the one before was near and is not any more, or when that one ran out
// during a slip and there is paper again, far from its end. It does not when the cover was opened and closed over the same roll: then
// the end is as near as before, or the paper was never out. If paper was taken out and put in that cannot be told from
// either, how much is left is not known until its end draws near.
type Roll struct {
	Length  int  `json:"length,omitempty"`  // millimetres of a new roll; 0: not known
	Used    int  `json:"used,omitempty"`    // millimetres printed since the roll was put in, or since it is watched
	Whole   bool `json:"whole,omitempty"`   // Used counts from a new roll
	Near    bool `json:"near,omitempty"`    // the sensor saw its end
	AtNear  int  `json:"at_near,omitempty"` // Used when it first did; -1: nobody saw when it first did
	Reserve int  `json:"reserve,omitempty"` // millimetres that are left when it first does: the model's, then as earlier rolls taught
	Taught  bool `json:"taught,omitempty"`  // Reserve is what earlier rolls taught
	Slip    int  `json:"slip,omitempty"`    // millimetres of a slip, the mean of the last ones; 0: none yet
	Warned  bool `json:"warned,omitempty"`  // somebody was told that it will run out; kept for whoever tells

	Seen    bool `json:"seen,omitempty"`    // it was seen in a closed printer
	Tripped bool `json:"tripped,omitempty"` // the sensor was on then, the last time
	Opened  bool `json:"opened,omitempty"`  // since then the cover was open, or the printer silent
	Out     bool `json:"out,omitempty"`     // since then the paper was out
	Ended   bool `json:"ended,omitempty"`   // it ran out during a slip
}

// unseen is AtNear of a roll whose end was near already when it was seen.
const unseen = -1

// Fit returns r in a printer of this kind: millimetres of a new roll, and those that are left when the model's sensor
// first sees the end. 0 for either: not known. What earlier rolls taught stays.
func (r Roll) Fit(length, reserve int) Roll {
	if length > 0 {
		r.Length = length
	}
	if reserve > 0 && !r.Taught {
		r.Reserve = reserve
	}
	return r
}

// Print returns r after a whole slip of so many millimetres. 0 or less changes nothing.
func (r Roll) Print(mm int) Roll {
	if mm <= 0 {
		return r
	}
	switch {
	case r.Slip == 0:
		r.Slip = mm
	default:
		r.Slip += (mm - r.Slip) / slipsInMean
	}
	return r.Feed(mm)
}

// slipsInMean is about how many slips back the mean looks.
const slipsInMean = 4

// Feed returns r after so many millimetres that were no whole slip. 0 or less changes nothing.
func (r Roll) Feed(mm int) Roll {
	if mm > 0 {
		r.Used = min(r.Used+mm, longest)
	}
	return r
}

// longest keeps Used in range, whatever a printer reports: a thousand kilometres.
const longest = 1_000_000_000

// After returns r after a slip that ended so. One that may be on paper, and nobody knows how long, has used as much as
// any other. Only during a slip can a roll run out by itself: whatever else takes the paper away is a person.
func (r Roll) After(res Result) Roll {
	if res.Status.Has(PaperEnd) && !res.Status.Has(CoverOpen) && res.Outcome != NotPrinted && r.Seen && !r.Opened && !r.Out {
		r.Out, r.Ended = true, true
	}
	switch {
	case res.Outcome == Printed:
		return r.Print(res.Length)
	case res.Outcome == Unknown && res.Length <= 0:
		return r.Feed(r.Slip)
	}
	return r.Feed(res.Length)
}

// See returns r after a look at the printer. Every look counts, whether or not the status has changed; two alike in a
// row are one.
func (r Roll) See(now Status) Roll {
	switch {
	case now.Has(Silent):
		r.Opened = true // nobody would have seen it
	case now.Has(CoverOpen):
		r.Opened, r.Out = true, r.Out || now.Has(PaperEnd)
	case now.Has(PaperEnd):
		r.Out = true
	default:
		near := now.Has(NearEnd)
		r = r.closed(near)
		r.Seen, r.Tripped, r.Opened, r.Out, r.Ended = true, near, false, false, false
	}
	return r
}

// closed returns r as it is seen in a closed printer with paper. What is known of the time before tells whether it is
// the same roll.
func (r Roll) closed(near bool) Roll {
	handled := r.Opened || r.Out
	switch {
	case !near && (r.Ended || r.Tripped && handled):
		return r.next()
	case r.Ended, r.Out && !r.Tripped: // some roll, of any length
		r.Used, r.Whole, r.Near, r.AtNear, r.Warned = 0, false, near, 0, false
		if near {
			r.AtNear = unseen
		}
	case near && !r.Near:
		r.Near, r.AtNear = true, r.Used
		if !r.Seen || handled {
			r.AtNear = unseen
		}
	}
	return r
}

// next returns a new roll in the same printer. It follows one that may have taught where its end was.
func (r Roll) next() Roll {
	n := Roll{Length: r.Length, Whole: true, Reserve: r.Reserve, Taught: r.Taught, Slip: r.Slip}
	if left := r.Used - r.AtNear; r.Ended && r.Near && r.AtNear != unseen && left > 0 {
		if r.Taught && left > r.Reserve {
			left = r.Reserve + (left-r.Reserve)/2 // a shorter one counts at once
		}
		n.Reserve, n.Taught = left, true
	}
	return n
}

// Left returns how many millimetres are left, known false where nobody can tell. It never says more than is known, and
// of one roll it never says more than it said before.
func (r Roll) Left() (mm int, known bool) {
	bySensor := r.Near && r.AtNear != unseen && r.Reserve > 0
	byLength := r.Whole && r.Length > 0
	switch {
	case bySensor && byLength:
		mm = min(r.bySensor(), r.byLength())
	case bySensor:
		mm = r.bySensor()
	case byLength:
		mm = r.byLength()
	}
	return max(mm, 0), bySensor || byLength
}

func (r Roll) bySensor() int { return r.Reserve - (r.Used - r.AtNear) }

func (r Roll) byLength() int { return r.Length - r.Used }

// Supply is how much paper a printer has left.
type Supply struct {
	Known  bool // LeftMM and Slips say something
	LeftMM int  // millimetres left
	Slips  int  // how many slips as the last ones that is
	Near   bool // the sensor saw the roll's end
}

// usualSlip is the length of a slip where none was printed yet, in millimetres.
const usualSlip = 180

// Supply returns what is left of r.
func (r Roll) Supply() Supply {
	left, known := r.Left()
	slip := r.Slip
	if slip == 0 {
		slip = usualSlip
	}
	return Supply{Known: known, LeftMM: left, Slips: left / slip, Near: r.Near}
}

// Low reports whether no more than so many slips are left, or the end is near and nobody knows how many that leaves.
func (s Supply) Low(slips int) bool {
	if s.Known {
		return s.Slips <= slips
	}
	return s.Near
}
