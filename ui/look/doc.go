// Package look is the design system of the glass, in one place: the colours of all themes, the sizes of type, the
// spaces between things, and how all of them follow from a panel's pixels and real millimetres.
//
// Sizes are written as design pixels: pixels of the reference panel, 1080×1920 on 21.5 inches, 4.03 pixels a
// millimetre. A [Scale] turns them into pixels of the panel at hand.
package look
