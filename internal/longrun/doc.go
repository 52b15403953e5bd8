// Package longrun plays many offices over many days, in one goroutine: totems whose links and local networks are cut, whose
// power is cut, whose clocks are set and whose disks are lost; a scheduler that is restarted and set back to a snapshot; a wire
// that loses, doubles, delays and reorders every message; citizens at the totems and in the web; and offices that edit their
// days. After every step it looks whether a promise of DESIGN.md §3.1 to 3 is broken, and in the end, when all is healed,
// whether every ticket is in the ledger.
//
// Real are booking, the ledger in memory, the scheduler, the messages, the edits and what a totem gives another one. The
// totem's store is [storetest.Model], which passes one suite with the real one, and its conversation is told step by step, as
// the outbox holds it. Time stands still but for the queue of events, and all choices come from one seed: a seed is one run,
// to the byte.
//
// A run can be played with a broken part ([Broken]). One that does not notice proves nothing.
package longrun
