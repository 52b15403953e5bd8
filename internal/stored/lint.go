package stored

import (
	"fmt"
	"slices"
	"strings"
)

// operatorWords name a person who works at a desk, in the three languages of those who write such software for offices
// here. A phrase of several words is found however it is written.
func operatorWords() []string {
	return []string{
		"operator", "csr", "clerk", "employee", "staff", "agent", "teller", "worker", "officer id", "user", "user id", "username", "login", "logon", "account name",
		"pulled by", "called by", "served by", "handled by", "created by", "updated by", "shift", "badge",
		"operatore", "operatrice", "matricola", "sportellista", "impiegato", "impiegata", "dipendente", "addetto", "addetta", "utente", "turno", "chiamato da", "servito da",
		"mitarbeiter", "mitarbeiterin", "sachbearbeiter", "sachbearbeiterin", "bediener", "benutzer", "benutzername", "angestellter", "personalnummer", "anmeldung", "aufgerufen von", "schicht",
	}
}

// deskWords name a desk: which one called is nobody's to keep (G-11).
func deskWords() []string {
	return []string{"desk", "counter", "window number", "sportello", "banco", "schalter", "schalternummer"}
}

// personalWords name what is asked of a citizen elsewhere.
func personalWords() []string {
	return []string{
		"citizen name", "customer name", "client name", "person name", "full name", "fullname", "first name", "last name", "firstname", "lastname", "surname", "birth", "birthday", "date of birth", "gender", "sex",
		"phone", "telephone", "mobile", "email", "mail", "e mail", "fiscal code", "fiscalcode", "tax code", "ssn", "passport", "identity card", "ip address", "user agent", "mac address", "device id",
		"nome cittadino", "cognome", "nominativo", "codice fiscale", "codicefiscale", "telefono", "cellulare", "posta elettronica", "nascita", "sesso", "tessera sanitaria", "documento identita",
		"vorname", "nachname", "geburtsdatum", "telefon", "telefonnummer", "handy", "steuernummer", "ausweis", "geschlecht",
		"phone number", "contact",
	}
}

// Breach is a field that should not be there.
type Breach struct {
	Field Field
	Word  string // that it has
}

func (b Breach) String() string { return fmt.Sprintf("%s has the word %q", b.Field, b.Word) }

// Lint returns the fields that are about an operator or a desk, or about a citizen's person.
func Lint(fields []Field) (breaches []Breach) {
	denied := slices.Concat(operatorWords(), deskWords(), personalWords())
	for _, f := range fields {
		if word, found := has(f.Name, denied); found {
			breaches = append(breaches, Breach{f, word})
		}
	}
	return breaches
}

// has returns the longest of the phrases whose words stand in an identifier one behind the other.
func has(identifier string, phrases []string) (longest string, found bool) {
	all := " " + strings.Join(words(identifier), " ") + " "
	for _, phrase := range phrases {
		if strings.Contains(all, " "+phrase+" ") && len(phrase) > len(longest) {
			longest, found = phrase, true
		}
	}
	return longest, found
}
