// Package natslink is the connection between totems and the scheduler, over NATS. [Totem] is the totem's end: core
// NATS only, no JetStream API, so that its credentials can refuse all of it. [Central] is the scheduler's end: it
// keeps the facts in a JetStream stream until they are folded, and answers what totems ask.
package natslink
