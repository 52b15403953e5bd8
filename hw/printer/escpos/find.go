package escpos

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Search says where to look for a printer, and how.
type Search struct {
	Paths  []string // nil: every serial device and USB printer that the system names
	Speeds []int    // tried on a serial line, in this order; nil: the usual ones
	// Dial opens a line without flow control; nil: as [Dial] does.
	Dial func(path string, baud int) (Line, error)
}

// Heard is what came back from a path.
type Heard string

// What can come back. Only an answer is a printer for sure.
const (
	HeardAnswer  Heard = "answer"  // a printer answered a status question
	HeardNothing Heard = "nothing" // switched off, no wire back, or nobody there
	HeardGarbage Heard = "garbage" // another speed, or no printer
	HeardEcho    Heard = "echo"    // the line sends back what it is sent
	HeardClosed  Heard = "closed"  // the path could not be opened, or went away: Err says why
)

// Found is what was found at a path.
type Found struct {
	Path     string
	Heard    Heard
	Baud     int    // at which it answered; 0: it did not, or speed means nothing there
	Flow     Flow   // a hint: what was heard (XON), or what the profile leaves the factory with
	Firmware string // as it calls itself; "": it tells nothing
	Maker    string
	Model    string
	Profile  string // whose Known it fits; "": none
	Err      error
}

// usualSpeeds begins with what most printers leave the factory with.
var usualSpeeds = [...]int{19200, 9600, 115200, 38400, 57600, 4800}

// Places returns the paths at which a printer may be, one for each device: a name that survives a restart stands for
// the device's others.
func Places() []string {
	var all []string
	seen := map[string]bool{}
	for _, pattern := range []string{byID + "/*", "/dev/serial/by-path/*", "/dev/usb/lp*", "/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyS*"} {
		paths, _ := filepath.Glob(pattern) // the patterns are constants
		for _, path := range paths {
			device, err := filepath.EvalSymlinks(path)
			if err == nil && !seen[device] {
				seen[device] = true
				all = append(all, path)
			}
		}
	}
	return all
}

// Find looks for printers, and says of every path what it heard there. A path answers within two seconds, or takes half
// a second for each speed. It sends status questions and, where they are answered, asks for the names of maker, model
// and firmware. Nothing of that prints; at a wrong speed it arrives as other bytes, and what they may have put into the
// printer's line is dropped by ESC @ in the end. A path in use by a running totem cannot be opened.
func Find(ctx context.Context, s Search) []Found {
	if s.Paths == nil {
		s.Paths = Places()
	}
	if s.Speeds == nil {
		s.Speeds = usualSpeeds[:]
	}
	if s.Dial == nil {
		s.Dial = func(path string, baud int) (Line, error) { return Dial(path, baud, FlowNone) }
	}
	var all []Found
	for _, path := range s.Paths {
		if ctx.Err() != nil {
			break
		}
		all = append(all, s.look(ctx, path))
	}
	return all
}

// look tries the speeds at one path.
func (s Search) look(ctx context.Context, path string) Found {
	best := Found{Path: path, Heard: HeardNothing}
	speeds := s.Speeds
	if isUSB(path) {
		speeds = []int{usbBaud}
	}
	for _, baud := range speeds {
		if ctx.Err() != nil {
			break
		}
		f := s.try(ctx, path, baud)
		if f.Heard == HeardAnswer || f.Heard == HeardEcho || f.Heard == HeardClosed {
			return f
		}
		if best.Heard != HeardGarbage {
			best = f
		}
	}
	return best
}

// try asks at one speed.
func (s Search) try(ctx context.Context, path string, baud int) Found {
	f := Found{Path: path, Heard: HeardClosed}
	line, err := s.Dial(path, baud)
	if err != nil {
		f.Err = err
		return f
	}
	var flow noted
	talk := converse(&flowing{Line: line, heard: &flow}, true, make(chan struct{}, 1))
	defer func() { f.Err = errors.Join(f.Err, talk.close()) }()
	for _, ns := range [][]byte{{1}, {1, 2, 3, 4}, {fullStatus}} {
		if f.Heard, f.Err = listenFor(ctx, talk, question(ns...), baud); f.Heard == HeardAnswer {
			f.Heard, f.Err = listenFor(ctx, talk, question(ns...), baud) // garbage may look like an answer, once
		}
		if f.Heard != HeardNothing && f.Heard != HeardGarbage {
			break
		}
	}
	if f.Heard != HeardAnswer {
		return f
	}
	if !isUSB(path) {
		f.Baud = baud
	}
	f.Firmware, f.Maker, f.Model = name(ctx, talk, 65, baud), name(ctx, talk, 66, baud), name(ctx, talk, 67, baud)
	turn, cancel := context.WithTimeout(ctx, patience)
	_, f.Err = talk.line.Write(turn, []byte{esc, '@'})
	cancel()
	f.fit()
	if flow.xon() {
		f.Flow = FlowXON
	}
	return f
}

// patience is how long an answer is waited for, beside the time on the line.
const patience = 160 * time.Millisecond

// listenFor asks, and says what comes back.
func listenFor(ctx context.Context, talk *conversation, b []byte, baud int) (Heard, error) {
	talk.take()
	ctx, cancel := context.WithTimeout(ctx, patience+2*onLine(len(b), baud))
	defer cancel()
	if _, err := talk.line.Write(ctx, b); errors.Is(err, ErrLost) {
		return HeardClosed, err
	}
	heard := HeardNothing
	answers := 0
	for {
		r, err := talk.next(ctx)
		switch {
		case errors.Is(err, ErrLost):
			return HeardClosed, err
		case err != nil && heard == HeardNothing && answers > 0:
			return HeardAnswer, nil
		case err != nil:
			return heard, nil
		case r.Kind == Echo:
			return HeardEcho, nil
		case r.Kind == RealTime || r.Kind == Full:
			answers++
		case r.Kind == Noise:
			heard = HeardGarbage
		}
	}
}

// name asks GS I n, and returns the text that comes back. The serial number, 68, is nobody's business.
//
//	1D 49 n    65 firmware, 66 maker, 67 model
func name(ctx context.Context, talk *conversation, n byte, baud int) string {
	talk.take()
	ctx, cancel := context.WithTimeout(ctx, patience+onLine(longestText, baud))
	defer cancel()
	if _, err := talk.line.Write(ctx, []byte{gs, 'I', n}); err != nil {
		return ""
	}
	for {
		r, err := talk.next(ctx)
		if err != nil || r.Kind == Identity {
			return strings.TrimSpace(r.Text)
		}
	}
}

// fit looks for the profile of the model.
func (f *Found) fit() {
	longest := 0
	for _, word := range Profiles() {
		p, err := LoadProfile(word)
		if err != nil {
			continue // a test reads them all
		}
		for _, known := range p.Known {
			if len(known) > longest && strings.HasPrefix(f.Model, known) {
				longest, f.Profile, f.Flow = len(known), p.Name, p.Flow
			}
		}
	}
}

// Best returns the most promising of what was found: the first that answered, with a known model before others. ok is
// false when nothing answered.
func Best(all []Found) (best Found, ok bool) {
	all = slices.DeleteFunc(slices.Clone(all), func(f Found) bool { return f.Heard != HeardAnswer })
	if len(all) == 0 {
		return Found{}, false
	}
	slices.SortStableFunc(all, func(a, b Found) int { return cmp.Compare(rank(a), rank(b)) })
	return all[0], true
}

func rank(f Found) int {
	switch {
	case f.Profile != "":
		return 0
	case f.Model != "":
		return 1
	}
	return 2
}
