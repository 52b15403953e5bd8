// Package issuing tries what lies between a citizen's last touch and the paper: the conversation, the real store, the
// printer's driver and the line to a simulated printer, put together as cmd/internal/device does it. It has tests only:
// in time that a test rules, so that every fault can strike after every byte; and in real time on a pseudo-terminal, on
// every processor that a totem runs on, where the same ticket must leave the same dots.
package issuing
