// Package papersim is an ESC/POS printer to test against: bytes go in, slips of paper come out as pictures, and the
// printer answers as a real one does. It has its own reading of the command set and its own table of models (ModelOf),
// and shares no code with the driver.
//
// Words: a dot is the smallest thing it prints, 8 to the millimetre unless the Model says otherwise. A slip is what
// lies between two cuts; the cutter stands before the head, and what hangs between them goes with the next slip. Data
// commands wait in the receive buffer while the printer is offline; real-time commands (those that begin with DLE) act
// on arrival, wherever they stand.
//
// A Model with a speed prints as time passes: the mechanism moves row by row, commands run a few millimetres ahead of it,
// a cut waits until it is done, and what the buffer cannot hold meanwhile is lost. All of it hangs on timers, so under
// testing/synctest a roll of paper takes no time. A Model of speed 0, as the zero Model, does everything at once.
//
// There are three ways to reach a printer. Feed puts bytes into it. A Wire is a line in memory that keeps a serial
// line's time. A PTY is a real terminal, for the real driver.
//
// # What a pseudo-terminal cannot show
//
// It takes bytes at once, whatever its speed, and reports them as sent: the PTY reads it no faster than Line.Baud
// instead, so that what waits is in the kernel. It has no modem lines: the printer's busy wire (FlowDTR) holds the far end
// from reading, and a driver that asks for DSR or CTS learns nothing. Both sides may differ in speed and still hear each
// other: Line.Strict garbles what passes then. XON and XOFF, though, are done by the kernel as on a serial port. What a
// cable pulled from a serial adapter does, a hang-up, is there; what one pulled from a printer does, silence, is on a
// Wire (Line.Serial).
//
// # Not modelled
//
// Barcodes (a frame stands in their place), downloaded images and characters, Kanji (a box stands for each), QR model 1,
// motion backwards, macros, smoothing of blown-up characters but by GS b, and the text of Zebra's language.
package papersim
