// Package papersim is an ESC/POS printer to test against: bytes go in, slips of paper come out as pictures, and the
// printer answers as a real one does. It has its own reading of the command set and shares no code with the driver.
//
// Words: a dot is the smallest thing it prints, 8 to the millimetre (203 dpi). The paper is 576 dots wide. A slip is
// what lies between two cuts. Data commands wait in the receive buffer while the printer is offline; real-time
// commands (those that begin with DLE) act on arrival, wherever they stand.
//
// Not modelled: page mode, what a cut without feed leaves between head and cutter, barcodes (a frame stands in their place).
package papersim
