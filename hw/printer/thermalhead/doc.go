// Package thermalhead prints slips on a bare thermal print head: no printer in between, only a shift register, strobes that heat, a
// motor and two sensors on the lines of the computer. A strobe is a heater without a thermostat, so the package is written from its
// end: whatever happens, strobes and motor are off afterwards, and the outcome claims no more than was done.
//
// # Words
//
// A dot is the smallest thing that is printed; a row is the dots of a line. A group is the dots of one strobe line. A part is what of a
// row the supply lights together; a pulse is one strobe. A half-step is the smallest motion of the motor. Warmth is what a dot has left of
// its last heat: 1 is what darkens the paper.
//
// # How to use it
//
//	profile, err := thermalhead.LoadProfile("seiko-ltp1245")
//	head, err := thermalhead.Open(board, thermalhead.Config{
//		Profile:  profile,
//		Draw:     func(s ticket.Slip, f raster.Format) (raster.Picture, error) { return raster.Slip(setter, s, f) },
//		Priority: 50, LockMemory: true,
//	})
//	defer head.Close()
//	result, err := head.Print(ctx, slip)
//
// [Open] takes a [Board]: lines by chip label and offset, spidevs by bus and select. [New] takes [Parts], interfaces of periph, and a
// [Clock]: so the tests drive a model of the mechanism in its own time, and nothing but Open ever touches a wire.
//
// # How a row is burnt
//
//  1. The motor makes the row's first half-step, as soon as its ramp allows.
//  2. The sensors are read: no paper, or a head that is up, ends the slip. Every eighth row thermistor and supply are read too.
//  3. The row is cut into as few parts as the current limit of the profile allows, each with about as many black dots as the others.
//  4. A part is shifted, latched and strobed. How long follows from the maker's law, the head's temperature, and the voltage that is
//     left under that many dots. Dots that still have warmth are left out of the first pulses of their part, or the second row of a stroke
//     would be hotter than the first, and the tenth would burn.
//  5. The motor makes the row's other half-steps. One that the heat held up speeds up again along its ramp.
//
// # What is promised
//
//   - A strobe ends at its time, or Config.Late after it by a second thread that waits on a timer of the kernel; the slip ends there. What
//     no program can promise (it may be stopped, killed, or its kernel hang) is the board's duty: docs/hardware/thermal-head.md.
//   - Outcome Printed, by [paper.ByDrain], says: each row was heated in its time, with paper under a head that was down just before it, and
//     temperature and voltage were in their limits around it; then the slip was fed to the tear-off edge. Nothing sees the dots
//     themselves, so it is no better level than that. A torn wire of a single dot, or a roll put in with its blank side up, is not noticed.
//   - NotPrinted says that no dot was lit. Everything between is Unknown, and the scrap is fed out before the next slip.
//   - After any end, a panic too, strobes are off, a white row is in the latch, and the motor has no current. If that cannot be done the
//     status is Unrecoverable, the error says to take the power away, and each later Status tries again.
//   - A profile with which a dot could be lit too long anywhere within its limits is refused when it is read, and no line is touched
//     before everything is checked.
//
// One thread prints; [Head.Report] tells how late its strobes and steps were. The only goroutine is the guard of the real clock, which
// Close waits for.
package thermalhead
