// Package proof holds two proofs about the whole of Totem, as tests and nothing else.
//
// The first plays random days of an office twice, with every answer about a contact, every contact and everything that a
// citizen does to see or hear better turned round, and finds the same slots, the same order and the same messages. The second
// leads citizens, each with contacts that nobody else has, through a real totem and a real scheduler, and looks for them in
// every byte that both have written.
//
// What they need much time for they do less of in a usual run. TOTEM_PROOF_DAYS and TOTEM_PROOF_SESSIONS say how much instead.
package proof
