// Package store is the totem's disk: one SQLite database that holds the slot cache, the tickets this totem has given,
// the outbox of facts and the print journal.
//
// The slot cache is a copy of the ledger's sheets and may be behind. A ticket is this totem's own truth and overrides
// the cache, and so is what bearers told here of theirs, whoever gave them: a slot with a ticket is never offered or issued
// again, and a ticket never goes back to an earlier state, whatever sheet arrives later. A ticket, its fact
// and its print job are written in one transaction; a method that changes something returns only when the change is on
// the disk, and after an error nothing of it holds (but see [Store.Issue]).
//
// Who holds a slot is this store's own word too, where it gave the slot back, passed it on or was passed it, until a sheet tells of
// more changes of hands (booking.Slot): it issues a slot only while it holds it, and lets go of it before it tells anybody.
//
// A [Store] belongs to one process at a time and is safe for concurrent use within it. Reads never wait for writes.
// The context given to a method that writes is looked at before the work begins and not afterwards: what has begun is
// finished, so that no ticket is left in doubt.
//
// Errors that a person can do something about are faults (package fault): the database cannot be opened, is damaged,
// full, in use, or belongs to another office or totem.
package store
