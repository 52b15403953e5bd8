// Package grants holds a proof by real processes, as a test and nothing else: schedulers on a cluster of three NATS servers, the
// totems of an office with their disks, and web clients that race them for the same slots. All are killed, and cut off from one
// another in either way, while slots are sold, granted, asked back, passed on between totems, and taken out of sale by a person.
// When everything is whole again, every ticket that came out and every booking that was confirmed is in the ledger on its own
// slot, and no slot is on two.
//
// TOTEM_PROOF_SEED repeats the choices of a run; what the processes make of them depends on their own timing too.
// TOTEM_PROOF_SECONDS says for how long things are broken, instead of some seconds. With -artifacts the words of all processes of
// a failed run are kept.
//
// Not modelled: a power cut (what a killed process wrote stays in the kernel's memory; see internal/powercut), a fence, and clocks
// that differ.
package grants
