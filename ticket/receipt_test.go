package ticket_test

import (
	"testing"

	"example.org/totem/locale"
	"example.org/totem/ticket"
)

func TestAReceiptSaysHowToWithdrawAndNothingOfAnybody(t *testing.T) {
	const receipt = "0f1e 2d3c 4b5a 6978 8796 a5b4 c3d2 e1f0"
	for lang, want := range map[locale.Lang][]string{
		"it": {"Anagrafe · Valfiorita", "Ha chiesto un promemoria.", "Per toglierlo, al totem scelga «Ho già un biglietto», poi «Promemoria».", "Numero del consenso", receipt},
		"ar": nil, "bn": nil, "zh": nil, "xx": nil,
	} {
		s := ticket.Receipt(lang, input(t, lang).Office, receipt)
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		if s.Lang != lang || s.IsTimed() || s.IsCopy() {
			t.Errorf("%s: %+v", lang, s)
		}
		var told []string
		for _, l := range s.Lines {
			if l.Role != ticket.RoleRule {
				told = append(told, l.Text)
			}
		}
		if told[len(told)-1] != receipt || len(told) != 5 {
			t.Errorf("%s says %q", lang, told)
		}
		for i := range want {
			if told[i] != want[i] {
				t.Errorf("%s says %q, want %q", lang, told[i], want[i])
			}
		}
	}
}
