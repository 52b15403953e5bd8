package device

import (
	"strings"

	"example.org/totem/hw/board"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

// service is how a totem serves: what its lamp says to the room and its status line to a technician.
type service struct {
	code    fault.Code   // why no tickets are given; "": they are
	asked   bool         // the printer was asked how it is
	printer paper.Status // then
	timed   bool         // somebody vouches for the time
}

// lamp is what the lamp says.
func (s service) lamp() board.Signal {
	switch {
	case s.code != "":
		return board.OutOfService
	case !s.asked || !s.printer.Ready():
		return board.WithoutPaper
	}
	return board.GivesTickets
}

// String says it in one line.
func (s service) String() string {
	if s.code != "" {
		return "out of service: " + string(s.code)
	}
	var but []string
	switch {
	case !s.asked:
		but = append(but, "the printer has not been asked yet")
	case !s.printer.Ready():
		but = append(but, "on the screen only, for the printer is "+s.printer.String())
	case s.printer != 0:
		but = append(but, "printer "+s.printer.String())
	}
	if !s.timed {
		but = append(but, "without hours, for nobody vouches for the time")
	}
	return strings.Join(append([]string{"gives tickets"}, but...), "; ")
}
