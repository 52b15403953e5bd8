package audio

// piece is a moment of speech on its way to the player.
type piece struct {
	samples []float64
	private bool
	end     bool // of a sentence
}

// tape is the speech of one Say: what comes from espeak-ng, and a little of what was heard last, to go back to.
type tape struct {
	pieces <-chan piece // closed at the end of the last sentence
	buffer []float64
	at     int   // of buffer: heard before, to be heard from here on
	ends   []int // of buffer: where sentences end that have not been heard to their end
	over   bool  // pieces is closed
	begun  bool  // something came
	secret bool  // something private came
}

// ready reports whether the next n samples are there, or all that is left.
func (t *tape) ready(n int) bool {
	for !t.over && len(t.buffer)-t.at < n {
		select {
		case p, ok := <-t.pieces:
			t.put(p, ok)
		default:
			return false
		}
	}
	return true
}

// next returns the next n samples, or fewer at the end, or none while they are not ready; and how many sentences end with them.
func (t *tape) next(n int) (samples []float64, ends int) {
	if !t.ready(n) {
		return nil, 0
	}
	samples = t.buffer[t.at:min(t.at+n, len(t.buffer))]
	t.at += len(samples)
	for len(t.ends) > 0 && t.ends[0] <= t.at {
		t.ends, ends = t.ends[1:], ends+1
	}
	t.trim()
	return samples, ends
}

func (t *tape) put(p piece, ok bool) {
	if !ok {
		t.over = true
		return
	}
	t.begun, t.secret = true, t.secret || p.private
	t.buffer = append(t.buffer, p.samples...)
	if p.end {
		t.ends = append(t.ends, len(t.buffer))
	}
}

// trim forgets what is too old to go back to.
func (t *tape) trim() {
	old := t.at - 2*(held+ahead+chunk)
	if old <= 0 {
		return
	}
	old += held + ahead + chunk
	t.buffer = append([]float64(nil), t.buffer[old:]...)
	t.at -= old
	for i := range t.ends {
		t.ends[i] -= old
	}
}

// back goes back n samples, or as far as there is something.
func (t *tape) back(n int) { t.at = max(0, t.at-n) }

func (t *tape) done() bool { return t.over && t.at == len(t.buffer) }
