// Package contacts keeps what citizens consented to give until its message has gone out, its citizen withdraws it, or its
// day is over; and sends that message. Nothing of it is in the ledger, in a log or in a backup.
//
// # On disk
//
// The directory holds the private key to which contacts are sealed, and two files for each contact, with a random name:
//
//	sealing.key    32 bytes: an X25519 private key
//	<id>.key       32 bytes: the key of that contact alone
//	<id>.contact   4096 bytes: the contact under that key
//
// All contact files are of one size, and no name says anything. An erasure goes in this order, each step durable before the
// next: a mark in the contact's file says that and why it ends; its key is overwritten, and removed; the consent's record is
// told; the contact's file is removed. From the mark on nothing is sent, and from the overwritten key on the contact cannot be
// read by anybody, whatever old blocks a flash disk keeps. What a crash or a power cut interrupts, the next Open finishes; of a
// contact that was not yet there whole it clears the rest. An erasure needs no free space.
//
// # How often a message goes out
//
// Once. Before a message is handed to a gateway, its file is marked; the mark is taken away again when the gateway certainly
// has not taken it. After a crash in between nobody knows. Then the message is told again only where the gateway sends
// messages of one key once ([Notifier.Once]); elsewhere it is given up. A citizen consented to one message: better none
// than two. Nothing is sent after [Store.Erase] has returned.
//
// A contact is decrypted when its message is due or its citizen asks, and is not kept in memory. Go gives no means to overwrite
// a string: for a while the memory of this process may hold what was sent.
package contacts
