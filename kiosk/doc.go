// Package kiosk is the citizen's conversation with the totem, without a screen, a clock or a disk: a [State], the
// messages ([Msg]) that change it, and the effects ([Effect]) that it asks for in return.
//
// [Update] answers a message, [View] says what the glass shows as a tree of boxes ([Box]), [State.Wake] names the next
// instant at which time itself changes something. Whoever drives the conversation sends every touch and all news to
// Update, carries out the effects, and shows the new View.
//
// A conversation belongs to one citizen. Done, or a long quiet, ends it, and nothing of that citizen stays: not the
// language, not the choice, not the ticket. A ticket's code is on the glass only when the paper failed or its fate is
// unknown, until the printer has confirmed a slip that the citizen asked for again; then it is forgotten.
//
// What a panel does not hold on one screen is shown in pages: [Room] tells View what fits. Head and foot of the pages are
// the same, nothing is left out, and the first page has what most people want. Of all messages only a key asks the panel.
//
// Whoever does not touch the glass presses keys ([PressKey]): they move a focus through the controls of the screen and
// touch the one that it is at, so that a key can do what a finger can, and nothing else. A key asks View where the focus is.
// Whoever does not read listens: [Screen.Voice] says how, and what is private of a screen is marked so.
//
// A contact is asked for on one screen alone, beside the first layer of the notice and between two equal answers: for a
// reminder, which is offered once the slip is there, and for another day where the office wants it so. Whatever happens but
// the touch on the yes ([Choose]) is a no: all is as it was, and it is not asked again. What was typed leaves the
// conversation in one effect ([KeepContact]), and a ticket's reminder is withdrawn from the ticket's own screen.
//
// A time of today that this totem holds no slot of is offered like any other while the scheduler, which has to grant it, can
// be asked: same look, same order, same touches. A queue of which many tickets were given in a short time says so instead.
//
// What only the scheduler can say is an [Errand]: its answer is waited for ten seconds and no longer.
//
// While nobody's ticket is under way an open cover takes the screen for the refill: how a roll is put in, then a test
// strip, then the question whether it can be read. It needs nobody's leave and is never the only way on.
package kiosk
