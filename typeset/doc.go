// Package typeset sets text: it shapes words with the embedded fonts, breaks them into lines and draws them as dots,
// for the glass and for paper alike. It has no clock and no I/O, and gives the same bits on every run.
//
// A style is a size and a weight of the one family. A line is text that stays on one line; its baseline is where
// letters stand. Text that does not fit its place is reported, never shrunk: its wording is at fault.
//
// The fonts cover the Latin, Greek, Cyrillic, Arabic, Bengali and simplified Chinese scripts, and lines may mix them. A
// line is kept in the order of reading and drawn in the order in which it stands on paper: an Arabic one runs from right
// to left, the Latin words and numbers in it from left to right.
package typeset
