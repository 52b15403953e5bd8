package privacy

import "strings"

// The most signs of a contact: as it may be typed, with spaces, and in its normal form. Both are the same for mail.
const (
	LongestTyped = 24  // of a telephone number
	LongestPhone = 16  // in its normal form: "+" and 15 digits (ITU-T E.164)
	LongestMail  = 254 // of a mail address (RFC 5321 section 4.5.3.1.3: a path of 256 with its two brackets)
)

// FormError says why something that was typed is no contact. It never says what was typed.
type FormError string

// The errors.
const (
	ErrSign  FormError = "a sign that no contact of this kind has"
	ErrShort FormError = "too short for a contact of this kind"
	ErrLong  FormError = "too long for a contact of this kind"
	ErrForm  FormError = "not the form of a contact of this kind"
)

// Error returns the reason.
func (e FormError) Error() string { return "read a contact: " + string(e) }

// Signs returns the signs that may be typed for a channel, in the order in which keys show them; "" for an unknown one.
// Spaces may stand in a telephone number too, but nobody needs them.
func Signs(c Channel) string {
	switch c {
	case SMS:
		return "1234567890+"
	case Mail:
		return "1234567890qwertyuiopasdfghjklzxcvbnm@._-+"
	}
	return ""
}

// Longest returns how many signs may be typed for a channel; 0 for an unknown one.
func Longest(c Channel) int {
	switch c {
	case SMS:
		return LongestTyped
	case Mail:
		return LongestMail
	}
	return 0
}

// ParseContact returns the normal form of what was typed for a channel. Only its form is looked at: nobody is asked whether
// it exists. The error is a [FormError] and holds nothing of what was typed.
func ParseContact(c Channel, typed string) (string, error) {
	switch c {
	case SMS:
		return ParsePhone(typed)
	case Mail:
		return ParseMail(typed)
	}
	return "", ErrForm
}

// CheckContact returns an error unless the contact is one of the channel in its normal form.
func CheckContact(c Channel, contact string) error {
	normal, err := ParseContact(c, contact)
	if err == nil && normal != contact {
		return ErrForm
	}
	return err
}

// Fits reports whether what was typed can be sent as a contact of the channel.
func Fits(c Channel, typed string) bool {
	_, err := ParseContact(c, typed)
	return err == nil
}

// ParsePhone returns a telephone number that a message can reach in the form of E.164, "+393331234567". Spaces may stand
// anywhere. It is typed in one of three forms:
//
//	333 1234567       an Italian mobile number: 3 first, 9 or 10 digits
//	+39 333 1234567   any country: "+", then 8 to 15 digits that do not begin with 0
//	0039 333 1234567  the same, with 00 for "+"
//
// After +39 only mobile numbers are taken, for no message reaches the fixed ones.
func ParsePhone(typed string) (string, error) {
	if len(typed) > LongestTyped {
		return "", ErrLong
	}
	digits, plus := strings.CutPrefix(strings.ReplaceAll(typed, " ", ""), "+")
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", ErrSign
	}
	if !plus {
		digits, plus = strings.CutPrefix(digits, "00")
	}
	if plus {
		return international(digits)
	}
	if err := italianMobile(digits); err != nil {
		return "", err
	}
	return "+39" + digits, nil
}

// international reads what follows the "+".
func international(digits string) (string, error) {
	if national, italian := strings.CutPrefix(digits, "39"); italian {
		if err := italianMobile(national); err != nil {
			return "", err
		}
		return "+" + digits, nil
	}
	switch {
	case strings.HasPrefix(digits, "0"):
		return "", ErrForm
	case len(digits) < 8:
		return "", ErrShort
	case len(digits) > 15:
		return "", ErrLong
	}
	return "+" + digits, nil
}

func italianMobile(digits string) error {
	switch {
	case digits != "" && digits[0] != '3':
		return ErrForm
	case len(digits) < 9:
		return ErrShort
	case len(digits) > 10:
		return ErrLong
	}
	return nil
}

// ParseMail returns a mail address, its domain in small letters: "maria.r@example.it". It has one "@"; before it 1 to 64
// letters, digits and ". _ - +", no dot at an end or beside another; after it at least two labels of letters, digits and
// hyphens, each of 1 to 63 and without a hyphen at its ends, and the last of at least two signs that are not all digits.
// These are fewer forms than RFC 5321 has, and all that people use.
func ParseMail(typed string) (string, error) {
	if len(typed) > LongestMail {
		return "", ErrLong
	}
	if strings.ContainsFunc(typed, func(r rune) bool { return !isMailSign(r) }) {
		return "", ErrSign
	}
	local, domain, ok := strings.Cut(typed, "@")
	if !ok || local == "" || domain == "" {
		return "", ErrShort
	}
	if len(local) > 64 {
		return "", ErrLong
	}
	if strings.Contains(domain, "@") || strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return "", ErrForm
	}
	domain = strings.ToLower(domain)
	if err := checkDomain(domain); err != nil {
		return "", err
	}
	return local + "@" + domain, nil
}

func isMailSign(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@._-+", r)
}

func checkDomain(domain string) error {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return ErrShort
	}
	for _, label := range labels {
		switch {
		case label == "" || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsAny(label, "_+"):
			return ErrForm
		case len(label) > 63:
			return ErrLong
		}
	}
	last := labels[len(labels)-1]
	if len(last) < 2 {
		return ErrShort
	}
	if strings.Trim(last, "0123456789") == "" {
		return ErrForm
	}
	return nil
}

// Mask returns a contact in its normal form with all hidden that is not needed to know it again, for whoever gave it:
// "•••• 567", "m•••@e•••.it". How much is hidden cannot be seen. What is no contact is hidden whole.
func Mask(c Channel, contact string) string {
	const hidden = "•••"
	if CheckContact(c, contact) != nil {
		return hidden
	}
	if c == SMS {
		return hidden + "• " + contact[len(contact)-3:]
	}
	local, domain, _ := strings.Cut(contact, "@")
	return local[:1] + hidden + "@" + domain[:1] + hidden + domain[strings.LastIndexByte(domain, '.'):]
}
