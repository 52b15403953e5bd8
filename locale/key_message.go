package locale

// The message that reminds of a ticket. As an SMS, what fits is said: first when and which number, then that the contact is
// erased, then that nobody reads replies. One SMS holds 160 signs of the GSM alphabet (3GPP TS 23.038), or 70 if there is any
// other sign in it.
const (
	MessageSubject Key = "message.subject" // {number}; of an e-mail
	MessageLead    Key = "message.lead"    // {office} {when} {number}; when is as WhenToday or WhenDay says it
	MessageErased  Key = "message.erased"
	MessageUnread  Key = "message.unread"
)
