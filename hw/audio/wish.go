package audio

import "slices"

// wish is what was asked for last. It is made whole by each call, so that whatever is called in which order before the feeder
// looks, only what holds in the end is heard.
type wish struct {
	headset bool   // one is in
	lines   []Line // that nobody has begun to say
	to      string // the part that lines go to; "": nowhere
	said    int    // grows with each change of lines
	hushed  int    // grows with each Hush
	paused  bool
	manner  Manner
	cue     Cue
	cued    int // grows with each Cue
}

// longestText is how many bytes of a line are looked at, 4 for each rune.
const longestText = 4 * LongestLine

// Say says lines, the first at once, in place of what was being said. Private ones are left out while no headset is in. During
// a pause they wait for its end.
func (v *Voice) Say(lines []Line) {
	v.ask(func(w *wish) {
		w.said, w.lines = w.said+1, nil
		v.add(w, lines)
	})
}

// Add says lines after all that is being said or waits to be, and is Say where nothing is. No more wait than one Say takes.
func (v *Voice) Add(lines []Line) { v.ask(func(w *wish) { v.add(w, lines) }) }

func (v *Voice) add(w *wish, lines []Line) {
	if v.output(w.to).absent() {
		return
	}
	all := slices.Clone(w.lines) // the feeder has a copy of the wish
	for _, l := range lines[:min(len(lines), MostLines-len(all))] {
		if l.Private && !w.headset {
			continue
		}
		l.Text = l.Text[:min(len(l.Text), longestText)]
		all = append(all, l)
	}
	w.lines = all
}

// take returns the lines that wait, and nobody is to say again, unless something else is wished since said.
func (v *Voice) take(said int) []Line {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.wish.said != said {
		return nil
	}
	lines := v.wish.lines
	v.wish.lines = nil
	return lines
}

// Hush ends what is being said, and every cue.
func (v *Voice) Hush() {
	v.ask(func(w *wish) { w.said, w.hushed, w.lines, w.cue = w.said+1, w.hushed+1, nil, 0 })
}

// Pause stops speech, or has it go on: with what was heard last, at most half a second of it, so that no sound is lost. Cues
// are heard all the same.
func (v *Voice) Pause(on bool) { v.ask(func(w *wish) { w.paused = on }) }

// Manner says how is spoken from now on.
func (v *Voice) Manner(m Manner) { v.ask(func(w *wish) { w.manner = m }) }

// Headset says whether a headset is plugged in; until then none is. A change ends what is being said and every cue.
func (v *Voice) Headset(in bool) {
	v.ask(func(w *wish) {
		if w.headset == in {
			return
		}
		w.headset, w.to = in, part(in)
		w.said, w.hushed, w.lines, w.cue = w.said+1, w.hushed+1, nil, 0
	})
}

// Cue has a cue heard, over speech or alone. One that comes while another sounds is left out.
func (v *Voice) Cue(c Cue) { v.ask(func(w *wish) { w.cue, w.cued = c, w.cued+1 }) }

func part(headset bool) string {
	if headset {
		return partHeadset
	}
	return partSpeaker
}

// ask changes the wish and wakes the feeder.
func (v *Voice) ask(change func(*wish)) {
	v.mu.Lock()
	change(&v.wish)
	v.mu.Unlock()
	select {
	case v.wake <- struct{}{}:
	default:
	}
}

func (v *Voice) wanted() wish {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.wish
}
