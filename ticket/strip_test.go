package ticket_test

import (
	"testing"

	"example.org/totem/locale"
	"example.org/totem/ticket"
)

func TestAStripTellsThePaperAndNothingOfAnybody(t *testing.T) {
	for _, lang := range []locale.Lang{"it", "en", "ar", "bn", "zh", "xx"} {
		s := ticket.Strip(lang)
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		told := make(map[ticket.Role]string)
		for _, l := range s.Lines {
			told[l.Role] = l.Text
		}
		if s.Lang != lang || s.IsTimed() || s.IsCopy() || len(told) != 3 {
			t.Errorf("%s: %+v", lang, s)
		}
		if told[ticket.RoleStrong] != locale.Say(lang, locale.SlipStripTitle) || told[ticket.RoleSentence] != locale.Say(lang, locale.SlipStripRead) {
			t.Errorf("%s says %q", lang, told)
		}
	}
}
