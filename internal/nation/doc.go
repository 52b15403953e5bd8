// Package nation plays a day of a whole country's offices against the real scheduler: thousands of offices whose totems
// give tickets to who walks in, lose their links and find them again, while the web books beside them.
//
// What is real: the scheduler's service, one for each worker as in a cluster of workers; the ledger that the caller gives, in
// memory or a JetStream cluster; every message as it travels, written and read; codes and their hashes. What is modelled:
// the totems' disks, which keep in memory what they would commit, and the link, over which a message comes through at once
// or, while it is down, not at all. So the latencies are those of the scheduler and its ledger, not of a network.
//
// Time is simulated, minute by minute, and all choices come from one seed; only the latencies differ from run to run. After
// every ticket it is looked whether its slot was promised before, and in the end whether the ledger knows every ticket, and
// the closed day every number.
package nation
