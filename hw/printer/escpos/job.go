package escpos

import (
	"cmp"
	"slices"
	"time"

	"example.org/totem/paper"
)

// job is a slip on its way.
type job struct {
	steps    []step
	bytes    int  // of all steps
	harmless int  // so many of them print nothing
	dots     int  // of paper that the whole slip takes
	asks     int  // queued questions in it
	drains   bool // only the empty line and the time tell of it
	named    bool // it ends with a process id
	id       [4]byte

	next  int // the step that is being sent
	part  int // bytes of it that the line took
	sent  int // bytes in all that the line took
	begun time.Time
	moved time.Time // when it last came forward
	left  int       // unsent bytes of the line as last counted

	offLine time.Time     // when what was sent is off the line, as far as can be told
	onPaper time.Time     // when what was sent is printed, as far as can be told
	rested  time.Duration // how long the printer rested meanwhile, at most: a hot head

	marks  []int // bytes sent up to each queued question
	fences int   // of them, answered
	single said  // an answer that waits for its twin
	fenced time.Time

	printed bool // its process id was answered
	dirty   bool // something was heard that is no answer: the number of answers tells nothing
	echo    bool // the line sends back what it is sent
	doubted bool // all has come, but the last look at the printer forbids to call it printed

	watch watch
}

// watch are the status questions between the steps of a slip.
type watch struct {
	due   time.Time // when the next is to be asked
	alarm bool      // the printer told trouble by itself; nothing more is sent until it has answered
	asked time.Time // when the answers were asked for; zero: none is on its way
	ns    []byte
	heard []Reply

	known  bool
	status paper.Status // the last
	at     time.Time
}

// newJob puts the questions into a slip: the queued one before it, behind it, and within it where the printer's buffer
// asks for that; and the process id.
//
//	1D 28 48 06 00 30 30 d1 d2 d3 d4    answered when everything before it is on paper
func (p *Printer) newJob(data []byte, dots int) *job {
	profile := p.cfg.Profile
	a := profile.Abilities
	j := &job{id: p.nextID(), dots: dots, dirty: p.loose, named: a.ProcessID,
		drains: a.RealTime && !a.Fence && !a.Slices && !a.ProcessID}
	fences := a.Fence || a.Slices
	most := ahead(p.cfg.Baud)
	slice := 0 // bytes between two questions; 0: only the whole slip
	if a.Slices && (profile.buffer > 0 || p.cfg.Flow == FlowNone) {
		slice = p.buffer() / 2
		most = min(most, max(slice-2*len(p.queued()), 16))
	}
	if fences {
		j.add(step{bytes: p.queued(), ask: true})
	}
	if p.scrap && a.Cut {
		j.add(step{bytes: profile.cut, dots: tearOff, cuts: 1})
	}
	steps := profile.steps(p.withAutomatic(data), most)
	j.harmless = j.bytes + firstMark(profile.commands(p.withAutomatic(data)))
	since := 0
	for i, s := range steps {
		since += len(s.bytes)
		if slice > 0 && i+1 < len(steps) && since+len(steps[i+1].bytes)+len(p.queued()) > slice {
			s.bytes, s.ask, since = append(slices.Clip(s.bytes), p.queued()...), true, 0
		}
		j.add(s)
	}
	if a.Present {
		j.add(step{bytes: profile.present})
	}
	if a.ProcessID {
		j.add(step{bytes: []byte{gs, '(', 'H', 6, 0, '0', '0', j.id[0], j.id[1], j.id[2], j.id[3]}})
	}
	if fences {
		j.add(step{bytes: p.queued(), ask: true})
	}
	return j
}

func (j *job) add(s step) {
	if len(s.bytes) == 0 {
		return
	}
	j.steps = append(j.steps, s)
	j.bytes += len(s.bytes)
	if s.ask {
		j.asks++
		j.marks = append(j.marks, j.bytes)
	}
}

// buffer is how many bytes the printer takes for sure.
func (p *Printer) buffer() int { return cmp.Or(p.cfg.Profile.buffer, carefulBuffer) }

// firstMark returns how many bytes of a slip print nothing.
func firstMark(all []command) int {
	n := 0
	for _, c := range all {
		if c.dots > 0 || c.raster > 0 {
			break
		}
		n += c.size
	}
	return n
}

// queued returns the queued question, twice: two answers in a row are what no noise on the line looks like.
func (p *Printer) queued() []byte {
	q := p.cfg.Profile.question
	if len(q) == 0 {
		q = []byte{gs, 'r', 1}
	}
	return append(slices.Clone(q), q...)
}

// tellAll is GS a: tell each change of any status at once.
var tellAll = [...]byte{gs, 'a', 0xff}

// withAutomatic puts GS a behind the commands that a slip begins with: they may have ended the telling.
func (p *Printer) withAutomatic(data []byte) []byte {
	n := len(p.cfg.Profile.init)
	if !p.cfg.Profile.Abilities.Automatic || len(data) < n || !slices.Equal(data[:n], p.cfg.Profile.init) {
		return data
	}
	return slices.Concat(data[:n], tellAll[:], data[n:])
}

// nextID returns a process id that was not used lately, also not before a restart: four characters from 20 to 7E.
func (p *Printer) nextID() (id [4]byte) {
	const base = 0x7e - 0x20 + 1
	n := uint32(time.Now().UnixMilli() % (base * base * base * base))
	if n == p.lastID {
		n++
	}
	p.lastID = n
	for i := range id {
		id[i] = byte(0x20 + n%base)
		n /= base
	}
	return id
}

// hear takes what was said while the slip was on its way. Of queued questions two answers of the same byte count, one
// right behind the other; a single one is noise that only looks like an answer.
func (j *job) hear(r said) {
	switch r.Kind {
	case Queued:
		switch {
		case j.single.at.IsZero():
			j.single = r
		case j.single.Bytes == r.Bytes && r.at.Sub(j.single.at) <= twins:
			j.single = said{}
			j.fences++
			j.fenced, j.moved = r.at, r.at
		default:
			j.single, j.dirty = r, true
		}
		j.dirty = j.dirty || j.fences > j.asked()
	case Process:
		if r.Bytes == j.id {
			j.printed, j.moved = true, r.at
		}
	case Echo:
		j.echo, j.dirty = true, true
	case Noise:
		j.dirty = true
	}
}

// asked returns how many of the queued questions the line has taken: more answers than that are not the printer's.
func (j *job) asked() int {
	n, _ := slices.BinarySearch(j.marks, j.sent+1)
	return n
}

// unanswered is how many bytes the printer may hold that it has not read yet, counted from the last question that it
// answered.
func (j *job) unanswered() int {
	if j.fences == 0 {
		return j.sent
	}
	return max(j.sent-j.marks[min(j.fences, len(j.marks))-1], 0)
}

// fed returns how much paper the steps sent so far take at most, in dots.
func (j *job) fed() int {
	dots := 0
	for _, s := range j.steps[:min(j.next+1, len(j.steps))] {
		dots += s.dots
	}
	return min(dots, j.dots)
}
