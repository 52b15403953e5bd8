// Package agenda knows when an office works. It reads office files, which say who the office is, which services it
// gives and how many counters are open when, and it plans days: from an office file and a day it makes the [booking.Sheet]
// of each queue, with every slot of that day. While its slots are being sold a day is changed by an [Edit].
//
// An office file is TOML and is written by people, so a mistake is told with its line, its field and its remedy, and
// all mistakes are told at once ([Problems]). docs/office-file.md describes every field.
//
// Planning uses no clock and no randomness: the same [Plan] and day always give the same sheet.
package agenda
