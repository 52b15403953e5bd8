package booking

import "fmt"

// Opaque identifiers. All share one form, [a-z0-9-]{2,32}, which is safe as a token of a NATS subject (no '.', '*',
// '>'), as a file name, and survives the lower-casing that JWT tags undergo.
type (
	// OfficeID names an office.
	OfficeID string
	// QueueID names a queue within its office.
	QueueID string
	// ServiceID names a service within its office.
	ServiceID string
	// TotemID names a totem within its office.
	TotemID string
)

// CheckID reports whether s has the form that every identifier must have.
func CheckID(s string) error {
	ok := len(s) >= 2 && len(s) <= 32
	for i := 0; ok && i < len(s); i++ {
		c := s[i]
		ok = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-'
	}
	if !ok {
		return fmt.Errorf("identifier %q: want 2 to 32 of a-z, 0-9 and '-'", s)
	}
	return nil
}
