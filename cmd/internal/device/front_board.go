package device

import (
	"example.org/totem/hw/board"
	"example.org/totem/paper"
	"example.org/totem/sync/wire"
)

func (f *front) makeBoard(cfg Config) (err error) {
	c := cfg.boardConfig()
	c.Changed, c.Log = f.boardChanged, f.parts.Log
	if f.parts.Board != nil {
		f.parts.Board(&c)
	}
	if f.board, err = board.New(c); err != nil {
		return err
	}
	f.run = append(f.run, f.board.Run)
	return nil
}

func (f *front) boardChanged() {
	f.mu.Lock()
	told, sensed := f.told, f.sensed
	f.mu.Unlock()
	told()
	if sensed != nil {
		sensed()
	}
}

// sense has changes of the paper's sensors told.
func (f *front) sense(sensed func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sensed = sensed
}

// boardState returns how the board is, nil where there is none.
func (f *front) boardState() *board.State {
	if f.board == nil {
		return nil
	}
	return new(f.board.State())
}

// paperSeen is what the sensors for the paper say, in the words of a printer.
func (f *front) paperSeen() (s paper.Status) {
	at := f.boardState()
	if at == nil {
		return 0
	}
	if at.PaperNear == board.Tells {
		s |= paper.NearEnd
	}
	if at.PaperOut == board.Tells {
		s |= paper.PaperEnd
	}
	return s
}

// serves has the lamp say how the totem serves.
func (f *front) serves(s service) {
	if f.board != nil {
		f.board.Show(s.lamp())
	}
}

// light says whether the panel is to be seen.
func (f *front) light(seen bool) {
	if f.board != nil {
		f.board.Light(seen)
	}
}

// boardTold is what is wrong with the board, in the words of the wire.
func boardTold(s *board.State) wire.Board {
	if s == nil || s.Facts == (board.Facts{}) { // it was not looked at yet
		return 0
	}
	told := wire.BoardTold
	for _, one := range []struct {
		is   board.Condition
		word wire.Board
	}{
		{board.DoorLeft, wire.BoardDoorOpen}, {board.DiskLow, wire.BoardDiskLow}, {board.DiskFull, wire.BoardDiskFull},
		{board.DiskErrors, wire.BoardDiskErrors}, {board.CardWorn, wire.BoardCardWorn}, {board.Hot, wire.BoardHot}, {board.PowerLow, wire.BoardPowerLow},
	} {
		if s.Wrong.Has(one.is) {
			told |= one.word
		}
	}
	return told
}

// Surroundings are how the board's lines are, as a running totem leaves that for the doctor: "none", "absent", or what a line tells.
type Surroundings struct {
	Door      string `json:"door"`       // "shut" or "open"
	PaperNear string `json:"paper_near"` // "far" or "near"
	PaperOut  string `json:"paper_out"`  // "there" or "out"
	Lamp      string `json:"lamp"`       // "works"
}

func surroundings(s *board.State, lamp bool) *Surroundings {
	if s == nil {
		return nil
	}
	word := func(c board.Contact, quiet, tells string) string {
		return map[board.Contact]string{board.None: "none", board.Quiet: quiet, board.Tells: tells, board.Absent: "absent"}[c]
	}
	shines := "none"
	switch {
	case s.Lamp:
		shines = "works"
	case lamp:
		shines = "absent"
	}
	return &Surroundings{Door: word(s.Door, "shut", "open"), PaperNear: word(s.PaperNear, "far", "near"), PaperOut: word(s.PaperOut, "there", "out"), Lamp: shines}
}
