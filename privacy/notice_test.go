package privacy_test

import (
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// TestTheNoticeHoldsWhatItMust goes through what the notice of a big institute holds, row by row, in the two languages that
// are written first; the others have the same sections and lines.
func TestTheNoticeHoldsWhatItMust(t *testing.T) {
	both := func(words ...string) [2][]string { return [2][]string{words, words} }
	texts := [2]string{privacy.Full(office(locale.Italian)).Text(), privacy.Full(office(locale.English)).Text()}
	for row, want := range map[string][2][]string{
		"N-01 controller with postal address": both("Comune di Valfiorita", "piazza del Municipio 1, 00000 Valfiorita"),
		"N-02 data protection officer, for rights only": {
			{"via dei Tigli 8, 00000 Monterovo", "dpo@pec.valfiorita.example", "protezione.dati@valfiorita.example", "Solo per richieste sui dati personali."},
			{"via dei Tigli 8, 00000 Monterovo", "dpo@pec.valfiorita.example", "protezione.dati@valfiorita.example", "personal data only"}},
		"N-02 other contacts for the service": {
			{"domande sul servizio", "anagrafe@valfiorita.example", "protocollo@pec.valfiorita.example", "000 000 0000"}, {"questions about the service"}},
		"N-03 edition and date":           {{"Edizione 3, martedì 24 novembre 2026."}, {"Edition 3, Tuesday 24 November 2026."}},
		"N-04 the channel and the office": {{"totem di questo ufficio: Anagrafe di Valfiorita"}, {"machine of this office: Valfiorita Registry Office"}},
		"N-05 a ground for each purpose":  both("GDPR art. 6(1)(e), d.lgs. 196/2003 art. 2-ter", "GDPR art. 6(1)(a)", "GDPR art. 6(1)(c), GDPR art. 7(1)", "GDPR art. 32"),
		"N-06 what happens without data": {{"non deve dare nulla", "Il contatto non è obbligatorio.", "può prendere un posto per oggi"},
			{"need not give anything", "The contact is not required.", "you can take a place for today"}},
		"N-08 no surveys":                 {{"né sondaggi né pubblicità"}, {"neither surveys nor advertising"}},
		"N-09 only one's own contact":     {{"solo un contatto suo"}, {"of your own only"}},
		"N-10 told before it is asked":    {{"prima di chiedere un contatto"}, {"before it asks for a contact"}},
		"N-11 counts of nobody":           {{"Non dicono nulla di nessuno."}, {"They say nothing of anybody."}},
		"N-12 processors and staff":       {{"responsabile del trattamento (GDPR art. 28): invia gli SMS.", "autorizzate e istruite (GDPR art. 29)"}, {"processor (GDPR art. 28): sends the SMS.", "authorised and instructed"}},
		"N-13 not published":              {{"non si pubblicano", "solo se una legge lo prevede"}, {"not published", "only where a law provides for it"}},
		"N-14 complaint and court":        {{"reclamo (GDPR art. 77)", "Garante per la protezione dei dati personali, www.garanteprivacy.it", "giudice (GDPR art. 79)"}, {"complaint (GDPR art. 77)", "www.garanteprivacy.it", "court (GDPR art. 79)"}},
		"N-14 seven rights":               {{"Conferma e accesso", "Rettifica e integrazione", "Cancellazione", "Limitazione", "Opposizione"}, {"Confirmation and access", "Rectification and completion", "Erasure", "Restriction", "Objection"}},
		"N-14 portability, withdrawal":    {{"Portabilità (GDPR art. 20)", "Revoca (GDPR art. 7(3))"}, {"Portability (GDPR art. 20)", "Withdrawal (GDPR art. 7(3))"}},
		"N-15 the judicial authority":     {{"L'autorità giudiziaria"}, {"judicial authority"}},
		"N-15 nobody knows who you are":   {{"Senza il codice del biglietto non sappiamo quali dati sono suoi (GDPR art. 11)."}, {"Without the code of the ticket we do not know which data are yours (GDPR art. 11)."}},
		"N-16 no navigation data":         {{"indirizzi di rete"}, {"network addresses"}},
		"N-17 silence is a no":            {{"Attesa, silenzio e uscita valgono no."}, {"Waiting, silence and leaving are a no."}},
		"N-18 no third country":           {{"li tiene solo nello Spazio economico europeo", "Posta Due srl tiene i dati: Irlanda"}, {"only in the European Economic Area", "keeps the data: Ireland"}},
		"N-19 one message":                {{"un solo messaggio, 30 minuti prima", "24 ore o 30 minuti prima"}, {"one single message, 30 minutes before", "24 hours or 30 minutes before"}},
		"N-20 no tax code":                {{"non chiede nome, codice fiscale o documenti"}, {"does not ask for name, tax code or documents"}},
		"N-22 within a month, free":       {{"gratis entro un mese (GDPR art. 12)"}, {"free of charge within one month (GDPR art. 12)"}},
		"6.2 the gateway":                 {{"Dopo l'invio, Messaggi Uno srl conserva il messaggio fino a 5 anni.", "Posta Due srl non conserva il messaggio"}, {"Messaggi Uno srl keeps the message for up to 5 years", "Posta Due srl does not keep the message"}},
		"6.2 the proof and the log":       {{"senza contatto: fino a 30 giorni", "al più 6 mesi"}, {"without contact: until 30 days", "6 months at most"}},
		"6.2 the ticket":                  {{"nessun dato personale. Il codice si cancella la notte dopo"}, {"no personal data. The code is erased the night after"}},
		"Art. 7 withdrawal":               {{"Può revocare quando vuole", "La revoca non rende illecito"}, {"You can withdraw at any time", "Withdrawal does not make unlawful"}},
		"Art. 22 no automated decision":   {{"Nessuna decisione automatizzata"}, {"No automated decisions"}},
		"G-11 nothing on who works there": {{"Di chi lavora allo sportello non è scritto nulla."}, {"Nothing is stored about"}},
		"G-28 no detriment":               {{"dare dati non cambia né il posto né l'ordine"}, {"giving data changes neither the place nor the order"}},
		"G-29 the places kept":            {{"In ogni coda, almeno 60 posti su 100 sono per chi viene di persona."}, {"In every queue, at least 60 of 100 places are for those who come in person."}},
	} {
		for i, text := range texts {
			for _, words := range want[i] {
				if !strings.Contains(text, words) {
					t.Errorf("%s: the notice in language %d does not say %q", row, i, words)
				}
			}
		}
	}
}

func TestTheNoticeIsTheSameInEveryLanguage(t *testing.T) {
	want := privacy.Full(office(locale.Italian))
	for _, l := range locale.Languages() {
		got := privacy.Full(office(l))
		if len(got.Sections) != len(want.Sections) {
			t.Errorf("%s has %d sections, Italian %d", l, len(got.Sections), len(want.Sections))
			continue
		}
		for i, s := range got.Sections {
			if s.Title == "" || len(s.Lines) != len(want.Sections[i].Lines) || slices.Contains(s.Lines, "") {
				t.Errorf("%s: %q has %d lines or an empty one, Italian has %d", l, s.Title, len(s.Lines), len(want.Sections[i].Lines))
			}
		}
		if text := got.Text() + got.Imprint(); strings.ContainsAny(text, "{}") || strings.Contains(text, "notice.") {
			t.Errorf("%s leaves something open: %s", l, text)
		}
		for _, law := range []string{"6(1)(a)", "6(1)(c)", "6(1)(e)", "7(3)", "11", "12", "15", "16", "17", "18", "20", "21", "22", "28", "29", "44", "77", "79"} {
			if !strings.Contains(got.Text(), "GDPR art. "+law) {
				t.Errorf("%s does not name GDPR art. %s", l, law)
			}
		}
	}
}

// words counts the words of a text; of Chinese two signs are counted for one.
func words(text string) int {
	n, signs := len(strings.Fields(text)), 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			signs++
		}
	}
	return n + signs/2
}

func TestTheFirstLayerHasSixRowsAndSixtyWords(t *testing.T) {
	for _, l := range locale.Languages() {
		for _, ahead := range []bool{false, true} {
			rows, all := privacy.First(office(l), ahead), ""
			if len(rows) != 6 {
				t.Fatalf("%s: %d rows", l, len(rows))
			}
			for _, row := range rows {
				if row.Name == "" || row.Text == "" || strings.ContainsAny(row.Name+row.Text, "{}") {
					t.Errorf("%s: a row says %q, %q", l, row.Name, row.Text)
				}
				all += row.Name + " " + row.Text + "\n"
			}
			if n := words(all); n > 60 {
				t.Errorf("%s, of another day %v: %d words:\n%s", l, ahead, n, all)
			}
		}
	}
}

func TestTheFirstLayerTellsOfTheOfficeOfTheChannelAndOfTheGateway(t *testing.T) {
	in := office(locale.Italian)
	text := func(in privacy.Input, ahead bool) (all []string) {
		for _, row := range privacy.First(in, ahead) {
			all = append(all, row.Text)
		}
		return all
	}
	want := []string{"Comune di Valfiorita, piazza del Municipio 1, 00000 Valfiorita", "un messaggio 30 minuti prima", "numero di telefono o e-mail",
		"Messaggi Uno srl (Italia, lo tiene fino a 5 anni), Posta Due srl (Irlanda)", "fino all'invio, non oltre quella notte", "qui, con il biglietto"}
	if got := text(in, false); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := text(in, true)[1]; got != "un messaggio 24 ore o 30 minuti prima" {
		t.Errorf("another day: %q", got)
	}
	in.Reminders.Channels, in.Reminders.Before, in.Facts.Recipients[1].Keeps = []privacy.Channel{privacy.Mail}, 90*time.Minute, 18
	want = []string{want[0], "un messaggio 1 ora e 30 minuti prima", "indirizzo e-mail", "Posta Due srl (Irlanda, lo tiene fino a 18 mesi)", want[4], want[5]}
	if got := text(in, false); !slices.Equal(got, want) {
		t.Errorf("mail alone: %q, want %q", got, want)
	}
	in.Reminders.Channels, in.Reminders.Before, in.Facts.Recipients[0].Keeps = []privacy.Channel{privacy.SMS}, time.Hour, 12
	want = []string{want[0], "un messaggio 1 ora prima", "numero di telefono", "Messaggi Uno srl (Italia, lo tiene fino a 1 anno)", want[4], want[5]}
	if got := text(in, false); !slices.Equal(got, want) {
		t.Errorf("SMS alone: %q, want %q", got, want)
	}
	in.Facts.Recipients = nil
	if got := text(in, false)[3]; got != "nessun altro" {
		t.Errorf("nobody carries it: %q", got)
	}
}

func TestAnOfficeTellsOnlyOfWhatItDoes(t *testing.T) {
	has := func(in privacy.Input, id privacy.PurposeID) bool {
		return slices.ContainsFunc(in.Purposes(), func(p privacy.Purpose) bool { return p.ID == id })
	}
	all, none := office(locale.Italian), quiet(locale.Italian)
	for _, id := range []privacy.PurposeID{privacy.Reminding, privacy.OtherDay, privacy.Proving, privacy.Preparing} {
		if !has(all, id) || has(none, id) {
			t.Errorf("%s: told where it is %v, where it is not %v", id, has(all, id), has(none, id))
		}
	}
	open := none
	open.Advance = privacy.AdvanceOpen
	if has(all, privacy.GivingAhead) || has(none, privacy.GivingAhead) || !has(open, privacy.GivingAhead) {
		t.Error("another day without data is told of where there is none, or not where there is")
	}
	deaf := all // the policy wants contacts, and nothing carries a message
	deaf.Reminders = privacy.Reminders{}
	if has(deaf, privacy.OtherDay) || has(deaf, privacy.Proving) {
		t.Error("contacts are told of that nobody can use")
	}
	for _, in := range []privacy.Input{none, open, deaf} {
		text := privacy.Full(in).Text()
		for _, word := range []string{"onsenso", "evoca (", "ortabilità", "promemoria"} {
			if strings.Contains(text, word) {
				t.Errorf("nothing is asked, and the notice says %q", word)
			}
		}
		if !strings.Contains(text, "Cancellazione (GDPR art. 17): per un compito pubblico non si applica.") {
			t.Error("why there is no right of erasure is not said")
		}
	}
}

func TestATrialSaysSoAndProductionDoesNot(t *testing.T) {
	in := office(locale.Italian)
	const trial = "Questo totem è in prova"
	if strings.Contains(privacy.Full(in).Text(), trial) {
		t.Error("an office in production says that it is on trial")
	}
	in.Facts.Production = false
	if !strings.Contains(privacy.Full(in).Text(), trial) {
		t.Error("a trial does not say so")
	}
}

func TestWhoWorksForTheOfficeInGeneralGetsEverything(t *testing.T) {
	in := quiet(locale.Italian)
	if text := privacy.Full(in).Text(); !strings.Contains(text, "Nessuno li tratta per conto del titolare.") || strings.Contains(text, "Li riceve anche") {
		t.Error("an office without processors does not say so")
	}
	in.Facts.Recipients = []privacy.Recipient{{Name: "Centro Calcolo spa", Task: locale.Text{"it": "ospita i server"}, Country: "FR"}}
	text := privacy.Full(in).Text()
	if got, want := strings.Count(text, "Li riceve anche: Centro Calcolo spa."), len(in.Purposes()); got != want {
		t.Errorf("it gets the data of %d purposes, want %d", got, want)
	}
	if strings.Contains(text, "Centro Calcolo spa conserva il messaggio") || strings.Contains(text, "Centro Calcolo spa non conserva il messaggio") {
		t.Error("who carries no messages keeps none, and nothing is said of it")
	}
	in.Facts.Recipients[0].Country = "US"
	if strings.Contains(privacy.Full(in).Text(), "Nessun dato esce") {
		t.Error("data go to another continent, and the notice says that they do not")
	}
}

func TestWhoCarriesMessagesGetsContactsAndNothingElse(t *testing.T) {
	in := office(locale.Italian)
	in.Facts.Recipients[1].Keeps = 18
	text := privacy.Full(in).Text()
	if n := strings.Count(text, "Li riceve anche: Messaggi Uno srl, Posta Due srl.\n"); n != 2 || strings.Count(text, "Li riceve anche") != n {
		t.Errorf("the carriers get the data of %d purposes, want the two that ask for a contact:\n%s", n, text)
	}
	if !strings.Contains(text, "Dopo l'invio, Posta Due srl conserva il messaggio fino a 18 mesi.") {
		t.Error("for how many months a message is kept is not said")
	}
	in.Reminders.Channels = in.Reminders.Channels[:1]
	if text := privacy.Full(in).Text(); strings.Contains(text, "Posta Due") {
		t.Error("a processor is told of that carries no channel on offer")
	}
}

func TestTheSameOfficeHasTheSameHash(t *testing.T) {
	n := privacy.Full(office(locale.Italian))
	if n.Hash() != privacy.Full(office(locale.Italian)).Hash() || n.Hash() != sha256.Sum256([]byte(n.Text())) {
		t.Error("the hash is not that of the text")
	}
	if short := n.Short(); len(short) != 19 || !strings.HasSuffix(n.Imprint(), short) || strings.Contains(n.Text(), short) {
		t.Errorf("the short hash is %q, its line %q", short, n.Imprint())
	}
	if !strings.HasPrefix(n.Text(), "Informativa sui dati personali\n\nTitolare del trattamento\nComune di Valfiorita\nIndirizzo: ") || !strings.HasSuffix(n.Text(), ".\n") {
		t.Errorf("the canonical text is another:\n%s", n.Text())
	}
}

func TestWhateverIsToldChangesTheHashAndNothingElseDoes(t *testing.T) {
	tells := map[string]func(*privacy.Input){
		"language": func(in *privacy.Input) { in.Lang = locale.English },
		"office":   func(in *privacy.Input) { in.Office = locale.Text{"it": "Altro ufficio"} },
		"place":    func(in *privacy.Input) { in.Place = locale.Text{"it": "altrove"} },
		"name":     func(in *privacy.Input) { in.Controller.Name = "x" },
		"address":  func(in *privacy.Input) { in.Controller.Address = "x" },
		"mail":     func(in *privacy.Input) { in.Controller.Email = "x" },
		"pec":      func(in *privacy.Input) { in.Controller.PEC = "x" },
		"phone":    func(in *privacy.Input) { in.Controller.Phone = "x" },
		"dpo":      func(in *privacy.Input) { in.Controller.DPO = "x" },
		"dpo pec":  func(in *privacy.Input) { in.Facts.Officer.PEC = "x" },
		"dpo post": func(in *privacy.Input) { in.Facts.Officer.Address = "x" },
		"edition":  func(in *privacy.Input) { in.Facts.Edition = "4" },
		"since":    func(in *privacy.Input) { in.Facts.Since = "2026-11-25" },
		"trial":    func(in *privacy.Input) { in.Facts.Production = false },
		"reserve":  func(in *privacy.Input) { in.Facts.Reserve = 61 },
		"keeps":    func(in *privacy.Input) { in.Facts.Recipients[0].Keeps = 6 },
		"country":  func(in *privacy.Input) { in.Facts.Recipients[0].Country = "FR" },
		"task":     func(in *privacy.Input) { in.Facts.Recipients[0].Task = locale.Text{"it": "altro"} },
		"who":      func(in *privacy.Input) { in.Facts.Recipients[0].Name = "Altri srl" },
		"channels": func(in *privacy.Input) { in.Reminders.Channels = in.Reminders.Channels[:1] },
		"before":   func(in *privacy.Input) { in.Reminders.Before = time.Hour },
		"day":      func(in *privacy.Input) { in.Reminders.DayBefore = 48 * time.Hour },
		"advance":  func(in *privacy.Input) { in.Advance = privacy.AdvanceOff },
		"prepares": func(in *privacy.Input) { in.Prepares = false },
	}
	seen := map[[32]byte]string{privacy.Full(office(locale.Italian)).Hash(): "the office as it was"}
	for what, change := range tells {
		in := office(locale.Italian)
		change(&in)
		hash := privacy.Full(in).Hash()
		if other, told := seen[hash]; told {
			t.Errorf("another %s has the hash of another %s", what, other)
		}
		seen[hash] = what
	}
	for what, change := range map[string]func(*privacy.Input){
		"key":   func(in *privacy.Input) { in.Reminders.Key = slices.Repeat([]byte{7}, 32) },
		"order": func(in *privacy.Input) { in.Reminders.NoFirst = true },
	} {
		in := office(locale.Italian)
		change(&in)
		if privacy.Full(in).Hash() != privacy.Full(office(locale.Italian)).Hash() {
			t.Errorf("another %s changes the hash, and the notice does not tell of it", what)
		}
	}
}

// TestTheItalianNoticeIsEasyToRead holds the Gulpease index of the whole notice at 60 and more: 89 + (300 × sentences − 10 ×
// letters) / words. Laws and addresses are left out, for they are no sentences.
func TestTheItalianNoticeIsEasyToRead(t *testing.T) {
	var letters, count, sentences int
	for _, s := range privacy.Full(office(locale.Italian)).Sections[2:] {
		for _, line := range append([]string{s.Title}, s.Lines...) {
			if before, _, cited := strings.Cut(line, "(GDPR"); cited {
				line = before
			}
			for _, sentence := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(".:", r) }) {
				if n := len(strings.Fields(sentence)); n > 20 {
					t.Errorf("%d words in %q", n, sentence)
				}
				sentences, count = sentences+1, count+len(strings.Fields(sentence))
				for _, r := range sentence {
					if unicode.IsLetter(r) {
						letters++
					}
				}
			}
		}
	}
	if index := 89 + float64(300*sentences-10*letters)/float64(count); index < 60 {
		t.Errorf("Gulpease index %.0f", index)
	} else {
		t.Logf("Gulpease index %.0f", index)
	}
}
