package speech_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/speech"
)

// hall is a small screen of times with the voice on, in a headset: enough to change one thing after the other.
func hall(body ...kiosk.Box) kiosk.Screen {
	body = append([]kiosk.Box{
		{Role: kiosk.RoleBack, ID: "back", Text: "Servizi", Tap: kiosk.GoBack{}},
		{Role: kiosk.RoleTitle, Text: "Stato civile"},
	}, body...)
	return kiosk.Screen{
		Name: "times", Lang: locale.Italian, Voice: kiosk.Voice{On: true, Headset: true}, Focus: "back",
		Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{
			{Role: kiosk.RoleHeader, Children: []kiosk.Box{
				{Role: kiosk.RoleEmblem, Text: "CV"}, {Role: kiosk.RoleOffice, Text: "Anagrafe"}, {Role: kiosk.RoleClock, Text: "9:41"},
			}},
			{Role: kiosk.RoleBody, Children: body},
			{Role: kiosk.RoleHint, Text: "Scelta 1 di 3"},
			{Role: kiosk.RoleAccess, Children: []kiosk.Box{
				{Role: kiosk.RoleKey, ID: "key-help", Tap: kiosk.OpenHelp{}, Children: []kiosk.Box{
					{Role: kiosk.RoleIcon, Text: "help"}, {Role: kiosk.RoleLabel, Text: "Aiuto"},
				}},
			}},
		}},
	}
}

func hero(at, note, facts string) kiosk.Box {
	return kiosk.Box{Role: kiosk.RoleHero, Children: []kiosk.Box{
		{Role: kiosk.RoleTime, Text: at}, {Role: kiosk.RoleNote, Text: note}, {Role: kiosk.RoleNote, Text: facts},
		{Role: kiosk.RolePrimary, ID: "take", Text: "Prenda le " + at, Tap: kiosk.TakeTime{}},
	}}
}

func note(text string) kiosk.Box { return kiosk.Box{Role: kiosk.RoleNote, Text: text} }

// set changes the box with these words.
func set(s kiosk.Screen, text string, change func(*kiosk.Box)) kiosk.Screen {
	s.Root = changed(s.Root, text, change)
	return s
}

func changed(b kiosk.Box, text string, change func(*kiosk.Box)) kiosk.Box {
	b.Children = slices.Clone(b.Children)
	for i, child := range b.Children {
		b.Children[i] = changed(child, text, change)
	}
	if b.Text == text {
		change(&b)
	}
	return b
}

// changedID changes the box of this id.
func changedID(b kiosk.Box, id string, change func(*kiosk.Box)) kiosk.Box {
	b.Children = slices.Clone(b.Children)
	for i, child := range b.Children {
		b.Children[i] = changedID(child, id, change)
	}
	if b.ID == id {
		change(&b)
	}
	return b
}

func word(s kiosk.Screen, from, to string) kiosk.Screen {
	return set(s, from, func(b *kiosk.Box) { b.Text = to })
}

// said writes an utterance as "hush: …".
func said(u speech.Utterance) string {
	var parts []string
	if u.Hush {
		parts = append(parts, "hush:")
	}
	if u.Warn {
		parts = append(parts, "warn:")
	}
	if u.Pause {
		parts = append(parts, "pause:")
	}
	for _, s := range u.Say {
		parts = append(parts, s.Text)
	}
	return strings.Join(parts, " ")
}

// wantSaid has a reader hear the screens one after the other and compares what it says of the last.
func wantSaid(t *testing.T, want string, screens ...kiosk.Screen) {
	t.Helper()
	var r speech.Reader
	var got string
	for _, s := range screens {
		got = said(r.Next(s))
	}
	if got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

func TestANewScreenSaysItsTitleItsWordsTheHintAndTheControlWithTheFocus(t *testing.T) {
	s := hall(note("Porti: una foto."), hero("9:50", "primo posto libero", "fra 9 minuti"))
	wantSaid(t, "hush: Stato civile. Porti: una foto. 9 e 50. primo posto libero. fra 9 minuti. Scelta 1 di 3. Indietro, Servizi.", s)
	s.Focus = ""
	wantSaid(t, "hush: Stato civile. Porti: una foto. 9 e 50. primo posto libero. fra 9 minuti. Scelta 1 di 3.", s)
	wantSaid(t, "", s, s)
	other := s
	other.Name = "help"
	wantSaid(t, "hush: Stato civile. Porti: una foto. 9 e 50. primo posto libero. fra 9 minuti. Scelta 1 di 3.", s, other)
	german := word(s, "Porti: una foto.", "Bringen Sie ein Foto mit.")
	german.Lang = locale.German
	wantSaid(t, "hush: Stato civile. Bringen Sie ein Foto mit. 9 Uhr 50. primo posto libero. fra 9 minuti. Scelta 1 di 3.", s, german)
}

func TestWhatWasHeardLastIsWhatTheNextKeyTakes(t *testing.T) {
	keys := locale.Say(locale.Italian, locale.HintKeys)
	off := kiosk.Box{Role: kiosk.RoleService, Off: true, Children: []kiosk.Box{{Role: kiosk.RoleName, Text: "Elettorale"}}}
	gone := kiosk.Box{Role: kiosk.RoleHours, Children: []kiosk.Box{{Role: kiosk.RoleHour, Off: true, Text: "10:10"}}}
	s := hall(off, gone, note("Porti: una foto."))
	wantSaid(t, "hush: Stato civile. "+keys+" Porti: una foto. Elettorale. Indietro, Servizi.", word(s, "Scelta 1 di 3", keys))
	wantSaid(t, "hush: Stato civile. Porti: una foto. Elettorale. Scelta 1 di 3. Indietro, Servizi.", s)
}

func TestWhereAKeyCanDoNothingItIsSaidWhereOneIs(t *testing.T) {
	s := hall(note("Porti: una foto."))
	here := s
	here.Voice.Here = 1
	wantSaid(t, "hush: Stato civile. Scelta 1 di 3. Indietro, Servizi.", s, here)
	wantSaid(t, "", s, here, here)
}

func TestAnotherPageSaysAllOfEachThingAndNoTimesOfOthers(t *testing.T) {
	field := func(name string) kiosk.Box {
		return kiosk.Box{Role: kiosk.RoleField, Children: []kiosk.Box{{Role: kiosk.RoleName, Text: name}, note("Si cancella stanotte.")}}
	}
	page := func(text string) kiosk.Box { return kiosk.Box{Role: kiosk.RolePage, Text: text} }
	gone := kiosk.Box{Role: kiosk.RoleHours, Children: []kiosk.Box{{Role: kiosk.RoleHour, Off: true, Text: "10:10"}}}
	wantSaid(t, "hush: Coda. Si cancella stanotte. Pagina 2 di 2.",
		hall(field("Numero"), page("Pagina 1 di 2")), hall(field("Coda"), gone, page("Pagina 2 di 2")))
	free := hall(kiosk.Box{Role: kiosk.RoleHours, Children: []kiosk.Box{{Role: kiosk.RoleHour, ID: "hour-A012", Tap: kiosk.ChooseTime{}, Text: "10:10"}}})
	taken := hall(gone)
	wantSaid(t, "", free, taken)
	free.Focus, taken.Focus = "hour-A012", ""
	wantSaid(t, "10 e 10, non libera.", free, taken)
}

func TestAFocusThatIsLostSaysWhatTheKeysDo(t *testing.T) {
	keys := locale.Say(locale.Italian, locale.HintKeys)
	s := hall(note("Porti: una foto."))
	lost := word(s, "Scelta 1 di 3", keys)
	lost.Focus = ""
	wantSaid(t, keys, lost, s, lost)
}

// TestNoKeyIsASilence presses each key on the first scene of each screen, where somebody listens who sees nothing.
func TestNoKeyIsASilence(t *testing.T) {
	seen := map[string]bool{}
	for _, scene := range scenes.All() {
		state, err := scene.State(scenes.Setting{Headset: true, Keys: true, Scanner: true})
		if err != nil {
			t.Fatal(err)
		}
		was := kiosk.View(state)
		if seen[was.Name] || !was.Voice.On {
			continue
		}
		seen[was.Name] = true
		for _, key := range []kiosk.Key{kiosk.KeyPrevious, kiosk.KeyNext, kiosk.KeySelect, kiosk.KeyBack, kiosk.KeyRepeat, kiosk.KeyDigit + 5} {
			var r speech.Reader
			r.Next(was)
			next, _ := kiosk.Update(state, kiosk.PressKey{Key: key})
			is := kiosk.View(next)
			if u := r.Next(is); is.Voice.On && len(u.Say) == 0 && u.Pause == was.Voice.Paused {
				t.Errorf("%s: nothing is said after key %d at %q", scene.Name, key, was.Focus)
			}
		}
	}
}

func TestAMovedFocusSaysTheControlWithAllItsWords(t *testing.T) {
	service := kiosk.Box{Role: kiosk.RoleService, ID: "service-a", Tap: kiosk.ChooseService{}, Children: []kiosk.Box{
		{Role: kiosk.RoleBadge, Text: "A"}, {Role: kiosk.RoleName, Text: "Certificati"}, {Role: kiosk.RoleDetail, Text: "anagrafici"},
		{Role: kiosk.RoleTime, Text: "9:00"}, {Role: kiosk.RolePlaces, Text: "12 posti oggi"},
	}}
	from := hall(service)
	to := word(from, "Scelta 1 di 3", "Scelta 2 di 3")
	to.Focus = "service-a"
	wantSaid(t, "hush: A. Certificati. anagrafici. 9 in punto. 12 posti oggi. Scelta 2 di 3.", from, to)
	gone := to
	gone.Focus = ""
	wantSaid(t, "", to, gone) // a touch took it away
	wantSaid(t, "", to, word(to, "12 posti oggi", "11 posti oggi"))
	wantSaid(t, "9 e 10.", to, word(to, "9:00", "9:10"))
	wantSaid(t, "", from, word(from, "9:00", "9:10"))
}

func TestOnlyNewWordsAreSaidOfAScreenThatStays(t *testing.T) {
	s := hall(note("Porti: una foto."), hero("9:50", "primo posto libero", "fra 9 minuti"), note("Dati delle ore 9:20"))
	wantSaid(t, "", s, word(s, "9:41", "9:42"))
	wantSaid(t, "", s, word(s, "fra 9 minuti", "fra 1 minuto"))
	wantSaid(t, "", s, word(s, "Dati delle ore 9:20", "Dati delle ore 9:30"))
	wantSaid(t, "", s, word(s, "Scelta 1 di 3", "Scelta 1 di 4"))
	wantSaid(t, "", s, hall(note("Porti: una foto."), hero("9:50", "primo posto libero", "fra 9 minuti")))
	next := hall(note("Porti: una foto."), hero("10:00", "primo posto libero", "fra 19 minuti"), note("Dati delle ore 9:20"))
	wantSaid(t, "10 in punto. fra 19 minuti.", s, next)
	trouble := hall(note("Porti: una foto."), kiosk.Box{Role: kiosk.RoleCaution, Children: []kiosk.Box{
		{Role: kiosk.RoleStrong, Text: "Ora manca la carta."}, note("Vedrà il numero qui."),
	}}, hero("9:50", "primo posto libero", "fra 9 minuti"), note("Dati delle ore 9:20"))
	wantSaid(t, "Ora manca la carta. Vedrà il numero qui.", s, trouble)
	twice := hall(note("Porti: una foto."), note("Porti: una foto."), hero("9:50", "primo posto libero", "fra 9 minuti"),
		note("Dati delle ore 9:20"))
	wantSaid(t, "", s, twice)
}

func TestAnotherChoiceInterruptsWhatIsSaid(t *testing.T) {
	s := hall(hero("9:50", "primo posto libero", "fra 9 minuti"),
		kiosk.Box{Role: kiosk.RoleHour, ID: "hour-a", Text: "10:20", Tap: kiosk.ChooseTime{}})
	s.Focus = "hour-a"
	chosen := set(hall(hero("10:20", "ora scelta", "fra 39 minuti"),
		kiosk.Box{Role: kiosk.RoleHour, ID: "hour-a", Text: "10:20", Tap: kiosk.ChooseTime{}, Chosen: true}),
		"Scelta 1 di 3", func(b *kiosk.Box) { b.Text = "Scelta 1 di 3, attiva" })
	chosen.Focus = "hour-a"
	wantSaid(t, "hush: 10 e 20. ora scelta. fra 39 minuti. Scelta 1 di 3, attiva.", s, chosen)
}

func typing(typed string) kiosk.Screen {
	s := hall(kiosk.Box{Role: kiosk.RoleTyped, Private: true, Children: []kiosk.Box{
		{Role: kiosk.RoleDigits, Text: (typed + "····")[:len(typed)] + strings.Repeat("·", 4-len(typed))},
	}}, kiosk.Box{Role: kiosk.RolePad, ID: "pad-7", Text: "7", Tap: kiosk.Type{Sign: '7'}, Private: true},
		kiosk.Box{Role: kiosk.RolePad, ID: "pad-erase", Text: "Cancella", Tap: kiosk.Erase{}})
	s.Focus = "pad-7"
	return s
}

func TestATypedSignIsSaidAlone(t *testing.T) {
	wantSaid(t, "hush: 7.", typing(""), typing("7"))
	wantSaid(t, "hush: 7.", typing("7"), typing("77"))
	wantSaid(t, "hush: A.", typing(""), typing("A"))
	erasing := func(typed string) kiosk.Screen { s := typing(typed); s.Focus = "pad-erase"; return s }
	wantSaid(t, "hush: 7 7.", erasing("777"), erasing("77"))
	wantSaid(t, "hush: Cancella.", erasing("7"), erasing(""))
	loud := func(typed string) kiosk.Screen { s := typing(typed); s.Voice.Headset = false; return s }
	wantSaid(t, "hush: Scelta 1 di 3.", loud(""), loud("7"))
}

func TestAPrivateControlSaysWhyItIsNotHeard(t *testing.T) {
	why := note(locale.Say(locale.Italian, locale.VoicePrivate))
	at := func(n string, private bool) kiosk.Box {
		return kiosk.Box{Role: kiosk.RoleHint, Children: []kiosk.Box{
			{Role: kiosk.RoleNote, Text: "Scelta " + n + " di 3", Private: private}, why,
		}}
	}
	s := typing("")
	s.Voice.Headset, s.Focus = false, "back"
	s.Root.Children[2] = at("1", false)
	on, off := typing(""), typing("")
	on.Voice.Headset, off.Voice.Headset, off.Focus = false, false, "pad-erase"
	on.Root.Children[2], off.Root.Children[2] = at("2", true), at("3", false)
	wantSaid(t, "hush: Stato civile. Scelta 1 di 3. "+why.Text+" Indietro, Servizi.", s)
	wantSaid(t, "hush: "+why.Text, s, on)
	wantSaid(t, "hush: Cancella. Scelta 3 di 3.", s, on, off)
}

func TestTheVoiceIsSilentWhileItIsOff(t *testing.T) {
	on := hall(note("Porti: una foto."))
	off := on
	off.Voice = kiosk.Voice{}
	wantSaid(t, "", off)
	wantSaid(t, "hush:", on, off)
	wantSaid(t, "", on, off, off)
	warned := off
	warned.Warned = true
	wantSaid(t, "warn:", off, warned)
	wantSaid(t, "", off, warned, warned)
	wantSaid(t, "hush: Stato civile. Porti: una foto. Scelta 1 di 3. Indietro, Servizi.", off, on)
}

func TestTheEndOfTheTimeIsToldOnceAndNotCountedDown(t *testing.T) {
	count := kiosk.Box{Role: kiosk.RoleCount, Text: "Lo schermo si azzera fra 30 secondi"}
	s := hall(note("Porti: una foto."))
	warned := hall(note("Porti: una foto."), count)
	warned.Warned = true
	wantSaid(t, "hush: warn: Lo schermo si azzera fra 30 secondi.", s, warned)
	wantSaid(t, "", s, warned, word(warned, count.Text, "Lo schermo si azzera fra 25 secondi"))
}

func TestAPauseKeepsThePlace(t *testing.T) {
	s := hall(kiosk.Box{Role: kiosk.RoleButton, ID: "pause", Text: "Pausa", Tap: kiosk.PauseVoice{}})
	s.Focus = "pause"
	paused := word(s, "Pausa", "Continua")
	paused.Voice.Paused = true
	wantSaid(t, "pause:", s, paused)
	wantSaid(t, "", s, paused, s)
}

func TestTheWholeScreenIsSaidAgainOnRequest(t *testing.T) {
	s := hall(note("Porti: una foto."))
	again := s
	again.Voice.Again = 1
	wantSaid(t, "hush: Anagrafe. 9 e 41. Indietro, Servizi. Stato civile. Porti: una foto. Scelta 1 di 3. Aiuto.", s, again)
	wantSaid(t, "", s, again, again)
}

func TestASettingOfTheVoiceSaysItsNewValueOnce(t *testing.T) {
	rate := note("Velocità: 100 %")
	s := hall(rate)
	faster := word(s, rate.Text, "Velocità: 125 %")
	faster.Voice.Rate = 125
	wantSaid(t, "hush: Velocità: 125 per cento.", s, faster)
	elsewhere := hall()
	elsewhere.Voice.Rate = 125
	wantSaid(t, "", hall(), elsewhere) // what is being said goes on
}

func TestAChangeOfLookSaysAtMostTheKeysNewState(t *testing.T) {
	s := hall(note("Porti: una foto."))
	large := word(word(s, "Porti: una foto.", "Foto."), "Aiuto", "?")
	large.Look.Text = 150
	wantSaid(t, "", s, large)
	key := func(label string, hint string, theme kiosk.Theme) kiosk.Screen {
		k := word(word(s, "Aiuto", label), "Scelta 1 di 3", hint)
		k.Focus, k.Look.Theme = "key-help", theme
		return k
	}
	wantSaid(t, "hush: Altri colori. Scelta 3 di 3, attiva.",
		key("Alto contrasto", "Scelta 3 di 3", kiosk.Light), key("Altri colori", "Scelta 3 di 3, attiva", kiosk.HighContrast))
	wantSaid(t, "hush: Altri colori.", key("Altri colori", "Scelta 3 di 3, attiva", kiosk.HighContrast),
		key("Altri colori", "Scelta 3 di 3, attiva", kiosk.Dark))
	touched := set(s, "Aiuto", func(b *kiosk.Box) { b.Text = "Altri colori" })
	touched.Focus, touched.Look.Theme = "", kiosk.HighContrast
	touched.Root = changedID(touched.Root, "key-help", func(b *kiosk.Box) { b.Chosen = true })
	wantSaid(t, "hush: Altri colori.", s, touched)
}

func TestAHeadsetBringsWhatThePrivateWordsAre(t *testing.T) {
	s := hall(kiosk.Box{Role: kiosk.RoleNumber, Text: "A012", Private: true})
	loud := s
	loud.Voice.Headset = false
	wantSaid(t, "hush: Stato civile. Scelta 1 di 3. Indietro, Servizi.", loud)
	wantSaid(t, "hush: Stato civile. A, 0 1 2. Scelta 1 di 3. Indietro, Servizi.", loud, s)
	wantSaid(t, "hush: Stato civile. Scelta 1 di 3. Indietro, Servizi.", s, loud)
}

func TestTimePassesInSilenceUntilItRunsOut(t *testing.T) {
	k := open(kiosk.Config{Sound: kiosk.HeadsetSound, Keys: true})
	k.send(kiosk.HeadsetChanged{In: true})
	k.send(kiosk.PressKey{Key: kiosk.KeySelect})
	var warned []string
	for second := range 125 {
		u := k.send(kiosk.Tick{Now: k.at(9, 41).Add(time.Duration(second) * time.Second)})
		switch name := kiosk.View(k.state).Name; {
		case name == "times" && (u.Hush || len(u.Say) > 0):
			t.Fatalf("after %d s is said %v", second, u)
		case len(u.Say) > 0:
			warned = append(warned, said(u))
		case u.Hush && name != "start":
			t.Fatalf("after %d s there is silence on %q", second, name)
		}
	}
	still := "hush: warn: " + spoken("it", locale.Say("it", locale.StillTitle))
	if len(warned) != 1 || !strings.HasPrefix(warned[0], still) {
		t.Errorf("as the time runs out is said %q, want %q … and once", warned, still)
	}
	if s := kiosk.View(k.state); s.Voice.On {
		t.Error("the voice is on for the next citizen")
	}
}
