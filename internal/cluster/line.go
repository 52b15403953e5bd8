package cluster

// Line is an address at which somebody else is reached, a node by one client or one totem by the others, through a relay that can
// be cut like those of the nodes. It is safe for concurrent use, and belongs to who made it.
type Line struct {
	relay     *relay
	out, back *gate
}

// NewLine listens on a free port of loopback for whoever wants to reach target, "127.0.0.1:4222"; "" is nobody yet.
func NewLine(target string) (*Line, error) {
	l := &Line{out: newGate(), back: newGate()}
	var err error
	if l.relay, err = newRelay([]*gate{l.out}, []*gate{l.back}); err != nil {
		return nil, err
	}
	l.relay.aim(target)
	return l, nil
}

// Addr returns where the line begins, for as long as it is not closed: also while nobody is at its end.
func (l *Line) Addr() string { return l.relay.addr() }

// Aim leads connections from now on to target, "" to nobody: they are closed at once. Those that are there stay.
func (l *Line) Aim(target string) { l.relay.aim(target) }

// Cut cuts the line in the ways named and in no others, seen from its end: In holds what callers say. 0 heals, and what was held
// arrives.
func (l *Line) Cut(w Way) {
	l.out.set(w&In != 0)
	l.back.set(w&Out != 0)
}

// Sever breaks every connection, with what was held in it.
func (l *Line) Sever() { l.relay.sever() }

// Close ends the line, and waits until nothing of it runs.
func (l *Line) Close() error { return l.relay.close() }
