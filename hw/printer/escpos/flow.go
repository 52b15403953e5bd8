package escpos

import "fmt"

// Flow is how the printer stops a line that is too fast for it, as set on the printer.
type Flow string

// The kinds of flow control.
const (
	FlowNone Flow = ""        // not at all: its buffer holds a slip
	FlowXON  Flow = "xonxoff" // by the bytes XON and XOFF
	FlowRTS  Flow = "rtscts"  // by a wire: the printer's busy, at our CTS
	FlowDTR  Flow = "dtrdsr"  // by a wire: the printer's busy, at our DSR, which the system does not obey by itself
)

func (f Flow) check() error {
	switch f {
	case FlowNone, FlowXON, FlowRTS, FlowDTR:
		return nil
	}
	return fmt.Errorf("flow control %q: want none, xonxoff, rtscts or dtrdsr", string(f))
}
