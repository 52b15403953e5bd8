package natslink

import (
	"context"

	"example.org/totem/sync/wire"
)

// What a citizen asks for. Each asks once and waits for the answer until ctx ends; an error is a *[wire.Refusal], or says
// that the outcome is not known: all may be asked again.

// Vacancy asks when a queue can be booked on the days after today.
func (t *Totem) Vacancy(ctx context.Context, v wire.Vacancy) (wire.Vacant, error) {
	return request[wire.Vacancy, wire.Vacant](ctx, t, wire.VerbVacancy, v)
}

// Want asks for a slot of the pool. After an error the slot may be granted all the same: asked again it is answered again.
func (t *Totem) Want(ctx context.Context, w wire.Want) (wire.Granted, error) {
	return request[wire.Want, wire.Granted](ctx, t, wire.VerbWant, w)
}

// Contact brings what a citizen consented to give. After an error it may be held all the same.
func (t *Totem) Contact(ctx context.Context, c wire.Contact) (wire.Kept, error) {
	return request[wire.Contact, wire.Kept](ctx, t, wire.VerbContact, c)
}

// Reminder asks what is held for a ticket.
func (t *Totem) Reminder(ctx context.Context, r wire.Reminder) (wire.Reminded, error) {
	return request[wire.Reminder, wire.Reminded](ctx, t, wire.VerbReminder, r)
}

// Withdraw asks to erase what is held for a ticket. Only an answer says that it is erased.
func (t *Totem) Withdraw(ctx context.Context, w wire.Withdraw) (wire.Withdrawn, error) {
	return request[wire.Withdraw, wire.Withdrawn](ctx, t, wire.VerbWithdraw, w)
}
