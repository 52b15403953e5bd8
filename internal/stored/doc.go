// Package stored knows every field that Totem stores or sends: columns of the totem's database, members of messages, of
// files and of the ledger, keys of the log. It is for tests, which hold that each field serves a purpose (GDPR Art. 5(1)(b)),
// by the list privacy/schema.lock, and that none is about an operator or asks of a citizen what Totem does not ask.
//
// It reads the sources and a database that was just made, so that a new field is noticed by nobody's care.
package stored
