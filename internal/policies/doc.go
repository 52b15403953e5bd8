// Package policies plays days of an office by several ways of sharing its slots between the totems and the web, with the same
// citizens and the same failures of the network for each, and measures what becomes of them. Ours is played with the real parts:
// slots move by booking.Sheet, and scheduler/allocation strikes the balance every minute from counts of past days alone.
//
// It is a model: the day is cut into minutes, messages take no time, one outage a day begins at any minute alike, and nobody
// who is turned away comes again.
package policies
