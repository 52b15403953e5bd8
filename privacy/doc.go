// Package privacy says why anything about anybody is stored, what citizens are told about it, and what may be asked of
// them: purposes, the notice of Art. 13 GDPR, the forms of a contact, the record of a consent. It is data and pure
// functions.
package privacy
