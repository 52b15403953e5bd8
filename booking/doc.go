// Package booking is the ground Totem stands on: the words of an office's day and the rules that keep a slot from
// being sold twice.
//
// An office keeps queues. A queue's day is a [Sheet]: every [Slot] of that day, each with a start, a [Number] and a
// [Holder], who alone may book it while it is free. Whoever books a slot makes a ticket: the promise of that slot,
// known to the citizen by its [Number] and its [Code], and to everybody else only by the code's [CodeHash]. What a
// totem did is a [Fact]; facts are numbered and travel in order.
//
// Nothing here reads a clock, draws a random number or does input or output: instants and random bytes come in as
// arguments. Values are plain data; a method that changes something returns the changed copy.
package booking
