// Package canvas paints by software into an *image.RGBA: rectangles with round corners, strokes, the few drawings of
// the access keys, pictures of what hands do at a printer, QR codes. The same call gives the same dots on every machine, whatever its graphics driver.
//
// Everything is clipped to the bounds of the image, so that painting into a sub-image repaints a part of a frame. The
// images are opaque.
package canvas
