package privacy

import (
	"slices"

	"example.org/totem/locale"
)

// Right is one of the rights of GDPR Art. 7 and 15 to 21, by the paragraph that gives it.
type Right string

// The rights. Access holds confirmation, rectification holds completion.
const (
	RightAccess   Right = "GDPR art. 15"
	RightRectify  Right = "GDPR art. 16"
	RightErase    Right = "GDPR art. 17"
	RightRestrict Right = "GDPR art. 18"
	RightPort     Right = "GDPR art. 20"
	RightObject   Right = "GDPR art. 21"
	RightWithdraw Right = "GDPR art. 7(3)"
)

// rightsOn returns the rights that data have which rest on a ground (Art. 17(3)(b), 20(1) and (3), 21(1)).
func rightsOn(g Ground) []Right {
	switch g {
	case Consent:
		return []Right{RightAccess, RightRectify, RightErase, RightRestrict, RightPort, RightWithdraw}
	case Task:
		return []Right{RightAccess, RightRectify, RightRestrict, RightObject}
	case Duty:
		return []Right{RightAccess, RightRectify, RightRestrict}
	}
	return nil
}

// Rights returns what citizens have a right to, the union of what the grounds of these purposes give, in the order in which it
// is told.
func Rights(of []Purpose) []Right {
	var rights []Right
	for _, r := range []Right{RightAccess, RightRectify, RightErase, RightRestrict, RightPort, RightObject, RightWithdraw} {
		if slices.ContainsFunc(of, func(p Purpose) bool { return slices.Contains(rightsOn(p.Ground), r) }) {
			rights = append(rights, r)
		}
	}
	return rights
}

// say tells of a right, with its law.
func (r Right) say(l locale.Lang) string {
	key := map[Right]locale.Key{
		RightAccess: locale.NoticeRightAccess, RightRectify: locale.NoticeRightRectify, RightErase: locale.NoticeRightErase,
		RightRestrict: locale.NoticeRightRestrict, RightPort: locale.NoticeRightPort, RightObject: locale.NoticeRightObject,
		RightWithdraw: locale.NoticeRightWithdraw,
	}[r]
	return locale.Say(l, key, locale.Word("law", string(r)))
}
