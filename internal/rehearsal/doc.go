// Package rehearsal plays whole days of an office: totems with their real stores and outboxes, the real scheduler, and
// between them a link that loses, doubles, delays and breaks, and a local network no better, by which totems help one
// another. Citizens take tickets at the totems and in the web, check in with them and give them back; programs are
// restarted, disks replaced, counters closed, the scheduler's machine set back to a snapshot; midnights pass. In the end
// everything is healed, and [Report] says which promise was broken.
//
// It is made for a testing/synctest bubble, where days take seconds: it uses the clock of the time package, and all its
// choices come from one seed. What it models is the wire and the stream of facts; what it does not is the order in which
// goroutines run, so a seed names a kind of day rather than one exact day.
//
// A rehearsal can be played with a broken part ([Broken]). One that does not notice proves nothing.
package rehearsal
