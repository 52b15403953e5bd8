// Package scanner reads codes: readers on a serial line, and readers that act as keyboards.
//
// What comes out is the code of a ticket, twelve digits whose check digit is right, or that something else was read.
// Nothing else a reader can send has any effect: it is held in 64 bytes until its end and written over, it reaches no
// window, no console, no log. A reader that acts as a keyboard is taken for this program alone.
//
//	what a reader sends        what it is
//	"]" letter sign            in front: the symbology, by ISO/IEC 15424 (AIM), such as "]Q1" of a QR code; left out
//	30 … 39                    a digit
//	02, 03, 09, 0A, 0D         STX, ETX, TAB, LF, CR: the end of a code; of nothing, if nothing came before
//	a pause of 100 ms          the end of a code too
//	any other byte             something else
//	more than 64 bytes         something else, up to the next pause
//
// A reader that goes on reading the code that lies before it tells it once: see [Config].
package scanner
