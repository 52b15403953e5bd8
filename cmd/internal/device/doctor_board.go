package device

import (
	"fmt"
	"strings"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/hw/board"
	"example.org/totem/internal/fault"
)

// examineBoard tells how the board is. What the kernel tells is read beside a running totem too; its lines that totem has for
// itself, and then they are told as it sees them.
func examineBoard(cfg Config, running bool, change func(*board.Config)) Part {
	cfg = cfg.Complete()
	c := cfg.boardConfig()
	if change != nil {
		change(&c)
	}
	if err := c.Check(); err != nil {
		return Part{Name: "board", State: Faulty, Cause: err.Error(), Code: fault.CodeConfig, Remedy: "mend [board] in totem.toml"}
	}
	f := c.Read()
	p := Part{Name: "board", State: Good}
	said := factsInWords(f)
	for _, ill := range ills(f.Judge(0, c.Hot)) {
		p.worsen(ill.state, ill.code)
		said = append([]string{ill.words}, said...)
	}
	if running {
		said = append(p.linesAtWork(cfg), said...)
	} else {
		said = append(p.tryLines(cfg, c), said...)
	}
	p.Cause = strings.Join(said, "; ")
	return p
}

// worsen takes the worse of two states, with its code and what to do about it.
func (p *Part) worsen(state string, code fault.Code) {
	if p.State == Faulty || p.State == state && state == Attention && p.Remedy != "" {
		return
	}
	p.State, p.Remedy = state, generally(code)
	if state == Faulty {
		p.Code = code
	}
}

type ill struct {
	words string
	state string
	code  fault.Code
}

// ills are the conditions of a board in words, the worst last.
func ills(wrong board.Condition) (all []ill) {
	for _, one := range []struct {
		is board.Condition
		ill
	}{
		{board.CardWorn, ill{"the card says that it nears its end", Attention, fault.CodeBoardCard}},
		{board.PowerLow, ill{"the supply was too low", Attention, fault.CodeBoardPower}},
		{board.Hot, ill{"it is too warm, or slowed down for that", Attention, fault.CodeBoardPower}},
		{board.DiskLow, ill{"little room is left on the data partition", Attention, fault.CodeBoardDisk}},
		{board.DiskErrors, ill{"the data partition's file system has counted errors", Faulty, fault.CodeBoardDisk}},
		{board.DiskFull, ill{"hardly any room is left on the data partition", Faulty, fault.CodeBoardDisk}},
	} {
		if wrong.Has(one.is) {
			all = append(all, one.ill)
		}
	}
	return all
}

// factsInWords says what the kernel tells of a board.
func factsInWords(f board.Facts) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if f.Space.Known {
		say("%d of %d MiB free for data", f.Space.Free>>20, f.Space.Total>>20)
	}
	if f.DiskErrors > 0 {
		say("%d errors on %s", f.DiskErrors, f.Partition)
	}
	switch {
	case f.Card.Kind == "SD":
		say("card %s of %s, which does not say how worn it is", f.Card.Name, f.Card.Made)
	case f.Card.Worn > 10:
		say("eMMC %s has outlived what it was made for", f.Card.Name)
	case f.Card.Worn > 0:
		say("eMMC %s has used %d to %d %% of its life", f.Card.Name, 10*(f.Card.Worn-1), 10*f.Card.Worn)
	case f.Card.Name != "":
		say("disk %s, which does not say here how worn it is", f.Card.Name)
	}
	if f.Heat.Known {
		say("%d °C", f.Heat.Hottest)
	}
	switch w := f.Watchdog; {
	case !w.Known:
		say("no watchdog that the kernel knows")
	case w.Active:
		say("watchdog %s, %d s", w.Identity, w.Timeout)
	default:
		say("watchdog %s, not in use", w.Identity)
	}
	if f.Watchdog.Fired {
		say("it reset the board before this start")
	}
	if f.Watchdog.Other != "" {
		say("the board was reset because %s", f.Watchdog.Other)
	}
	if f.Crashed {
		say("the kernel has left the record of a crash in /sys/fs/pstore")
	}
	return all
}

// linesAtWork is what a running totem has left about its lines.
func (p *Part) linesAtWork(cfg Config) (said []string) {
	b := cfg.Board
	if b.Door == "" && b.Lamp == "" && b.PaperNear == "" && b.PaperOut == "" {
		return nil
	}
	h, ok := readHealth(cfg.Data)
	if !ok || h.Board == nil {
		p.worsen(Attention, fault.CodeBoardLine)
		return []string{"its lines are in use by the running totem, which has left nothing about them"}
	}
	for _, one := range []struct{ line, words, is string }{{b.Door, "the door is ", h.Board.Door}, {b.PaperNear, "the paper's end is ", h.Board.PaperNear},
		{b.PaperOut, "by its sensor the paper is ", h.Board.PaperOut}, {b.Lamp, "the lamp ", h.Board.Lamp}} {
		switch {
		case one.line == "":
		case one.is == "absent":
			p.worsen(Faulty, fault.CodeBoardLine)
			said = append(said, "the line "+one.line+" cannot be used"+seen)
		default:
			said = append(said, one.words+one.is+seen)
		}
	}
	return said
}

// tryLines opens the lines one after the other and reads those that tell something. The lamp is lit meanwhile.
func (p *Part) tryLines(cfg Config, c board.Config) (said []string) {
	for _, one := range []struct {
		in           board.Input
		quiet, tells string
	}{{c.Door, "the door is shut", "the door is open"}, {c.PaperNear, "the paper's end is far", "the paper's end is near"},
		{c.PaperOut, "by its sensor there is paper", "by its sensor there is no paper"}} {
		if one.in.Line == "" {
			continue
		}
		line, err := c.OpenIn(one.in.Line)
		if err != nil {
			p.worsen(Faulty, fault.Of(err).Code)
			said = append(said, err.Error())
			continue
		}
		words := one.quiet
		if (line.Read() == gpio.Low) == one.in.Low {
			words = one.tells
		}
		line.Close()
		said = append(said, words)
	}
	if c.Lamp.Line == "" {
		return said
	}
	lamp, err := c.OpenOut(c.Lamp.Line, gpio.Level(!c.Lamp.Low))
	if err != nil {
		p.worsen(Faulty, fault.Of(err).Code)
		return append(said, err.Error())
	}
	lamp.Close()
	return append(said, "the lamp can be driven")
}
