package escpos_test

import (
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/locale"
	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

// ten are the languages in which offices write.
var ten = []locale.Lang{"it", "en", "de", "fr", "es", "ro", "uk", "ar", "bn", "zh"}

var opened = sync.OnceValues(typeset.New)

func setter(t testing.TB) *typeset.Setter {
	t.Helper()
	s, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The texts of an office that does not exist.
var (
	registry = booking.Office{
		ID: "valfiorita",
		Name: locale.Text{
			"it": "Anagrafe · Valfiorita", "en": "Registry · Valfiorita", "de": "Einwohneramt Valfiorita", "fr": "État civil de Valfiorita",
			"es": "Registro de Valfiorita", "ro": "Evidența populației Valfiorita", "uk": "Реєстраційна служба Вальфіорити",
			"ar": "مكتب السجل المدني في فالفيوريتا", "bn": "ভালফিওরিতা নিবন্ধন দপ্তর", "zh": "瓦尔菲奥里塔户籍处",
		},
		Place: locale.Text{"it": "piazza del Municipio 1, piano terra", "en": "piazza del Municipio 1, ground floor"},
		Waiting: locale.Text{
			"it": "Sala d'attesa al piano terra", "en": "Waiting room on the ground floor", "de": "Warteraum im Erdgeschoss",
			"fr": "Salle d'attente au rez-de-chaussée", "es": "Sala de espera en la planta baja", "ro": "Sala de așteptare la parter",
			"uk": "Зала очікування на першому поверсі", "ar": "قاعة الانتظار في الطابق الأرضي", "bn": "নিচতলার অপেক্ষা কক্ষ", "zh": "一楼等候室",
		},
		Languages: []locale.Lang{"it", "en"},
	}
	identity = locale.Text{
		"it": "Carta d'identità", "en": "Identity card", "de": "Personalausweis", "fr": "Carte d'identité", "es": "Carné de identidad",
		"ro": "Carte de identitate", "uk": "Посвідчення особи", "ar": "بطاقة الهوية", "bn": "পরিচয়পত্র", "zh": "身份证",
	}
	neutral = locale.Text{
		"it": "Sportello B", "en": "Desk B", "de": "Schalter B", "fr": "Guichet B", "es": "Ventanilla B", "ro": "Ghișeul B",
		"uk": "Каса B", "ar": "الشباك B", "bn": "কাউন্টার B", "zh": "B 窗口",
	}
)

// spoken is a slip in one of the ten languages.
func spoken(t testing.TB, lang locale.Lang, label locale.Text) ticket.Slip {
	t.Helper()
	day, err := booking.ParseDay("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	return composed(t, ticket.Input{
		Office: registry, Lang: lang, Number: "A012", Start: day.At(9*60+50, time.FixedZone("", 3600)), Day: day, Label: label, Code: testCode,
	})
}

// drawn encodes a slip, drawing what must be drawn.
func drawn(t testing.TB, profileName string, s ticket.Slip) []byte {
	t.Helper()
	b, _, err := escpos.NewEncoder(profile(t, profileName), setter(t)).Slip(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// modelFor is what a profile is meant for, in a hurry.
func modelFor(t testing.TB, profileName string) papersim.Model {
	t.Helper()
	m, ok := papersim.ModelOf(profileName)
	if !ok {
		t.Fatalf("the simulator has no machine for the profile %s", profileName)
	}
	m.Speed, m.Buffer = 0, 0
	return m
}

// out is the one slip that a machine makes of a stream.
func out(t testing.TB, profileName string, stream []byte) papersim.Slip {
	t.Helper()
	sim := papersim.New(papersim.Config{Model: modelFor(t, profileName)})
	sim.Feed(stream)
	if notes := sim.Notes(); len(notes) > 0 {
		t.Fatalf("%s: the printer did not understand %v, …", profileName, notes[0])
	}
	if modelFor(t, profileName).Presenter == "custom" {
		sim.Feed([]byte{0x1d, 'e', 5}) // drop it: to show it is the conversation's affair
	}
	if slip, ok := sim.TakeSlip(); ok {
		return slip
	}
	if slip, ok := sim.Hanging(); ok {
		return slip
	}
	slips := sim.Slips()
	if len(slips) != 1 {
		t.Fatalf("%s: %d slips came out, want 1", profileName, len(slips))
	}
	return slips[0]
}
