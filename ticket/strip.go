package ticket

import "example.org/totem/locale"

// Strip returns a test strip: what is printed to see whether a roll was put in the right way round. It is no ticket and
// holds nothing of anybody.
func Strip(lang locale.Lang) Slip {
	return Slip{Lang: lang, Lines: []Line{
		{Role: RoleRule},
		{RoleStrong, locale.Say(lang, locale.SlipStripTitle)},
		{RoleSentence, locale.Say(lang, locale.SlipStripRead)},
		{Role: RoleRule},
	}}
}
