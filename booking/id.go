package booking

import (
	"fmt"
	"regexp"
)

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

var idForm = regexp.MustCompile(`^[a-z0-9-]{2,32}$`)

// CheckID reports whether s has the form that every identifier must have.
func CheckID(s string) error {
	if !idForm.MatchString(s) {
		return fmt.Errorf("identifier %q: want 2 to 32 of a-z, 0-9 and '-'", s)
	}
	return nil
}
