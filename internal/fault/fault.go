// Package fault is how an error meets a person: a code to look up, a sentence that says what is wrong, and a remedy.
// Errors that carry no fault are internal ones; a person is shown [CodeInternal] for them.
package fault

import (
	"errors"
	"fmt"
	"io/fs"
)

// Code identifies a fault. Codes never change their meaning.
type Code string

// The codes, by area.
const (
	CodeInternal Code = "T000" // a defect of the program

	CodeUsage         Code = "T100" // the command line
	CodeConfig        Code = "T101" // a configuration file
	CodeOffice        Code = "T102" // an office file
	CodeSystem        Code = "T103" // the system lacks something
	CodeClock         Code = "T104" // the clock is wrong
	CodeStopped       Code = "T105" // a command was asked to stop before it had done its work
	CodeNotice        Code = "T106" // the notice of an office in production is not complete
	CodeNotifier      Code = "T107" // a notifier file
	CodeProvisioning  Code = "T120" // the provisioning file is wrong
	CodeNoFile        Code = "T121" // there is no provisioning file
	CodeSpent         Code = "T122" // the provisioning file holds no token that could be used
	CodeOtherPlace    Code = "T123" // the provisioning file is for another place than this device has
	CodeUnfit         Code = "T124" // the provisioning file asks for what this device does not have
	CodeStoreOpen     Code = "T200" // the totem's database cannot be opened
	CodeStoreDamaged  Code = "T201" // the totem's database is damaged
	CodeStoreFull     Code = "T202" // the disk is full
	CodeStoreLocked   Code = "T203" // another process uses the database
	CodeStoreForeign  Code = "T204" // the database belongs to another office or totem
	CodeData          Code = "T205" // the data partition cannot be used
	CodePrinterOpen   Code = "T300" // the printer's line cannot be opened
	CodePrinterLost   Code = "T301" // the printer's line is gone
	CodePrinterMute   Code = "T302" // the printer does not answer
	CodePrinterState  Code = "T303" // the printer answers and cannot print
	CodePrinterLate   Code = "T304" // the totem was too late for its print head
	CodeLinkRefused   Code = "T400" // the scheduler refuses this totem
	CodeLinkFork      Code = "T401" // another device speaks with this totem's name
	CodeLinkVersion   Code = "T402" // a message of a version or form that is not understood
	CodeUnprovisioned Code = "T403" // the totem has no identity yet
	CodeIdentity      Code = "T404" // the totem's identity is damaged or foreign
	CodeLinkServer    Code = "T405" // the server is not the one that was pinned
	CodeLinkKey       Code = "T406" // the totem's credentials or its token are refused
	CodeLinkSilent    Code = "T407" // nobody answers
	CodePeersListen   Code = "T408" // the other totems of the office cannot be listened to
	CodeProxySilent   Code = "T411" // the proxy on the way to the scheduler does not answer
	CodeProxyRefused  Code = "T412" // the proxy on the way to the scheduler does not let the totem through
	CodeCable         Code = "T420" // the network cable is not in, or its other end is off
	CodeAddress       Code = "T421" // the network gives no address
	CodeCentralStore  Code = "T500" // the scheduler's store cannot be used
	CodeCentralNATS   Code = "T501" // the NATS server cannot be used
	CodeCentralEmpty  Code = "T502" // no scheduler was made in the data directory
	CodeEdit          Code = "T503" // a day cannot be edited
	CodeDisplay       Code = "T600" // there is no display
	CodeFramebuffer   Code = "T601" // the bare screen cannot be used
	CodeXServer       Code = "T602" // the X server does not start, or ended
	CodeEnded         Code = "T603" // a program was ended, or ended without a word
	CodeTouchOpen     Code = "T700" // the touch panel cannot be opened
	CodeTouchState    Code = "T701" // the touch panel is silent or stuck
	CodeKeypad        Code = "T702" // the keypad cannot be opened
	CodeScanner       Code = "T703" // the code reader cannot be opened
	CodeVoice         Code = "T704" // nothing can be spoken
	CodeCalibration   Code = "T705" // a calibration of the touch panel was refused
	CodeBoardLine     Code = "T720" // a line of the board cannot be used
	CodeBacklight     Code = "T721" // the panel's backlight cannot be set
	CodeBoardDisk     Code = "T722" // the data partition is nearly full, or has errors
	CodeBoardCard     Code = "T723" // the card is worn
	CodeBoardPower    Code = "T724" // the board is too warm, or its supply too low
	CodeBoardDoor     Code = "T725" // the door stands open
	CodeBootState     Code = "T800" // the boot state on the card cannot be read or written
	CodeBootSlots     Code = "T801" // there is no better root slot than the one that fails
	CodeBootTrial     Code = "T802" // a root slot is on trial, and the other one must stay as it is
)

// Fault is an error with a way out.
type Fault struct {
	Code     Code
	Sentence string // what is wrong, for a technician; no trailing full stop
	Remedy   string // what to do
	Err      error  // the cause, may be nil
}

// New returns a fault caused by err, which may be nil.
func New(code Code, err error, remedy, format string, args ...any) *Fault {
	return &Fault{Code: code, Sentence: fmt.Sprintf(format, args...), Remedy: remedy, Err: err}
}

// Error returns the sentence and the cause.
func (f *Fault) Error() string {
	if f.Err == nil {
		return f.Sentence
	}
	return f.Sentence + ": " + f.Err.Error()
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Reason returns what the system says went wrong in err, without the operation and the path that a sentence names
// already; err itself where it is no error about a path.
func Reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// Of returns the first fault in err's chain; for an error without one, an internal fault that wraps it.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return New(CodeInternal, err, "report it with the log around this moment", "something failed that should not")
}
