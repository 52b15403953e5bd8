// Package speech says what a screen shows: it turns a [kiosk.Screen] into sentences for a synthesiser. [Whole] is
// everything that is visible, in reading order; a [Reader] follows a conversation and says what is new. It adds nothing that
// is not visible, and leaves out what has no words: drawings, the emblem, the squares of a QR code, places for signs that are
// still to be typed.
//
// Sentences are in a spoken form, so that a synthesiser without markup reads them as a person would:
//
//	A017             A, 0 1 7        a letter, then digit by digit: what the hall hears, one by one
//	4829 1730 5566   4 8 2 9. 1 7 3 0. 5 5 6 6.    a code, in the groups that stand on the paper
//	9:50             9 e 50, 9 Uhr 50, 9点50分      as each language tells the time
//	100 %, a@b.it    100 per cento, a chiocciola b punto it
//	a · b, a — b     a, b            a pause
//	10:10, struck    10 e 10, non libera
//	a tick           Fatto
//
// Every sentence has a language that is one of [locale.Languages]. What is private is never given out while there is no
// headset. The package has no clock and no input or output of its own.
package speech
