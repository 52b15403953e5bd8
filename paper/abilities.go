package paper

// Abilities is what a printer model can do. The zero Abilities is a machine that prints dots and tells nothing.
type Abilities struct {
	Columns int // characters of its normal font in a line; 0 for a head without a font
	Dots    int // width of the printed line
	DPI     int // dots an inch, both ways

	Cut      bool // has a cutter
	QR       bool // draws a QR by itself
	PageMode bool // sets text and QR side by side on a page of its own before it prints it

	ProcessID bool // tells when a given job was printed (level ByProcessID)
	Fence     bool // answers a queued question (level ByFence)
	Slices    bool // answers a byte after each slice of a slip (level BySlices)
	RealTime  bool // answers status questions at once
	Automatic bool // tells changes of its status by itself
	NearEnd   bool // has a sensor for the end of the roll drawing near

	Present bool // has a presenter: holds a cut slip until it is taken
	Retract bool // can pull back a slip that nobody took
}

// Confirms reports whether the model can ever tell that a slip is on paper.
func (a Abilities) Confirms() bool { return a.ProcessID || a.Fence || a.Slices || a.RealTime }
