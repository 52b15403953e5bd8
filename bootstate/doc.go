// Package bootstate decides which of the two root slots a totem starts from. It is rules only: what is kept on the card,
// how two copies of it make one that a power cut cannot spoil, and what each of RAUC's verbs changes.
//
// A totem has two slots, A and B, each a whole system. One is committed: it has proved good, and it is what the totem
// starts from. After an update, or when the kiosk fails again and again, the other one is on trial: the boot loader
// counts its starts, and after [MostTries] it takes the committed one again. Only who says "good" on the running trial
// commits it. Nothing is counted and nothing is written at any other start, so a battery that dies ten times in a row
// changes nothing.
//
// # The block
//
// The state is a GRUB environment block (GNU GRUB manual, "Environment block") of [Size] bytes, of which only the first
// sector ever changes. Each value has one width, so a byte has the same meaning in every block:
//
//	offset  bytes  what
//	0       25     "# GRUB Environment Block\n"
//	25      15     "GEN=" ten digits "\n"      the generation; the higher of two copies counts
//	40      12     "COMMITTED=" A|B "\n"       the slot that has proved good
//	52      8      "TRIAL=" A|B|. "\n"         the slot on trial; a dot is none
//	60      8      "TRIES=" digit "\n"         how often the boot loader has started the trial
//	68      7      "BAD=" A|. B|. "\n"         slots known not to start, or being written
//	75      10     "FAILED=" A|. B|. "\n"      slots in which the kiosk failed again and again
//	85      14     "OK=" ten digits "\n"       the generation again; last, so that a torn sector is known by it
//	99      925    "#" to the end, as GRUB pads it
//
// # Two copies
//
// There are two such files. [Newest] takes the whole one of the higher generation; a change is written over the other one
// with the next generation. A sector of which only the beginning or only the end was written holds two generations, and
// is not whole: what counts then is the copy that was not touched. What is not whole is written over with [Blank] before it
// is used again. GRUB's own save_env changes the one digit of TRIES in the copy that counts, so there a torn sector is the
// old one or the new one.
package bootstate
