// Package authority says who is who on the bus: it keeps the keys from which every right there follows, makes the
// credentials of totems, revokes them, and signs the time.
//
// The NATS server trusts one operator, whose key is here and nowhere else. Under it are four accounts:
//
//	SCHEDULER   the ledger and JetStream; one user, the scheduler itself
//	TOTEMS      what totems may say and hear; users are made by one key whose template names their subjects
//	STRANGERS   devices without credentials that still count; they may ask for some, and nothing else
//	SYS         the servers' own; revocations are told there
//
// Totems and strangers live in accounts of their own, into which only the subjects of docs/protocol.md are let: neither
// a subject nor the reply subject of a question leads from there to the ledger or to JetStream.
//
// The keys are one file that only its owner can read. Whoever has it can be anybody; whoever loses it must enrol every
// totem anew, and a ledger inside the embedded server is found by its account's key.
package authority
