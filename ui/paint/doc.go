// Package paint turns a [layout.Plan] into dots, and knows which dots change from one plan to the next. It needs no
// window and no display: what it paints is what every totem shows, dot for dot.
package paint
