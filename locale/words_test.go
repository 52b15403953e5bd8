package locale

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
)

// eachText visits every form of every message.
func eachText(visit func(l Lang, k Key, text string)) {
	for _, l := range Languages() {
		for k, m := range of(l).Words {
			for _, text := range m {
				visit(l, k, text)
			}
		}
	}
}

func TestNothingIsEmptyShoutedOrUntidy(t *testing.T) {
	eachText(func(l Lang, k Key, text string) {
		if strings.TrimSpace(text) != text || text == "" || strings.Contains(text, "  ") {
			t.Errorf("%s %q is empty or has spaces too many: %q", l, k, text)
		}
		if strings.ContainsAny(text, "!¡！") {
			t.Errorf("%s %q shouts: %q", l, k, text)
		}
		if strings.ContainsFunc(text, unicode.IsControl) || strings.Contains(text, "...") {
			t.Errorf("%s %q has control characters, or dots for an ellipsis: %q", l, k, text)
		}
	})
}

const (
	stops  = ".?…" + "؟" + "।" + "。？"
	pauses = ":;·" + "؛" + "：；"
)

// sentences splits a text at the marks that end a sentence or a clause that could be one.
func sentences(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(stops+pauses, r) })
	return slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
}

func TestSentencesAreShort(t *testing.T) {
	eachText(func(l Lang, k Key, text string) {
		for _, s := range sentences(placeholder.ReplaceAllString(text, "x")) {
			if n := len(strings.Fields(s)); n > 20 {
				t.Errorf("%s %q: %d words in %q", l, k, n, s)
			}
			if n := utf8.RuneCountInString(s); l == Chinese && n > 40 {
				t.Errorf("%s %q: %d signs in %q", l, k, n, s)
			}
		}
	})
}

// TestEveryLanguageSaysAsManySentences holds what is a sentence in Italian a sentence in every language, and a label a
// label.
func TestEveryLanguageSaysAsManySentences(t *testing.T) {
	count := func(text string) (n int) {
		for _, r := range strings.ReplaceAll(text, "\u00a0…", "…") {
			if strings.ContainsRune(stops, r) {
				n++
			}
		}
		return n
	}
	for k, m := range of(Italian).Words {
		want := count(m[plural.Other])
		for _, l := range Languages() {
			for _, text := range of(l).Words[k] {
				if got := count(text); got != want {
					t.Errorf("%s %q ends %d sentences, Italian %d: %q", l, k, got, want, text)
				}
			}
		}
	}
}

// TestItalianIsEasyToRead holds the Gulpease index of all Italian words together at 60 and more: 89 + (300 × sentences
// − 10 × letters) / words.
func TestItalianIsEasyToRead(t *testing.T) {
	var letters, words, count int
	eachText(func(l Lang, _ Key, text string) {
		if l != Italian {
			return
		}
		for _, s := range sentences(placeholder.ReplaceAllString(text, "")) {
			count++
			words += len(strings.Fields(s))
			for _, r := range s {
				if unicode.IsLetter(r) {
					letters++
				}
			}
		}
	})
	if index := 89 + float64(300*count-10*letters)/float64(words); index < 60 {
		t.Errorf("Gulpease index %.0f", index)
	}
}

// banned are words, or with a star beginnings of words, that promise what Totem does not know (lateness, delay, return,
// certainty), praise, blame or press. Chinese has no spaces: its words are found anywhere.
func banned() map[Lang]string {
	return map[Lang]string{
		Italian:   "ritard* puntual* garant* assicur* promett* sicur* tornare torni affrett* subito purtroppo consigli* brav* compliment* ottim* perfett*",
		English:   "late delay* punctual* guarante* ensure* promis* sure certain* hurry quick* unfortunately recommend* great congratulations perfect*",
		German:    "verspät* pünktlich* garant* versprech* sicher* eilen beeilen sofort leider empfehl* super glückwunsch toll perfekt*",
		French:    "retard* ponctuel* garant* assur* promet* promis* sûr* dépêch* vite immédiat* malheureusement recommand* bravo félicit* parfait*",
		Spanish:   "retras* puntual* garant* asegur* promet* segur* prisa apresúr* inmediat* lamentablemente recomend* felicidades enhorabuena perfect*",
		Romanian:  "întârzi* punctual* garant* asigur* promi* sigur* grăbi* grabă regret* recomand* felicit* bravo perfect*",
		Ukrainian: "запізн* затрим* пунктуальн* гаранту* обіця* певн* поспіш* негайно жаль рекоменду* вітаємо чудов* ідеальн*",
		Arabic:    "تأخر* متأخر* تأخير* التأخير نضمن ضمان* مضمون* نعد وعد أسرع بسرعة فورا* للأسف ننصح نوصي تهانينا ممتاز* رائع*",
		Bengali:   "দেরি* বিলম্ব* নিশ্চয়তা* গ্যারান্টি* প্রতিশ্রুতি* তাড়াতাড়ি* দ্রুত* দুঃখিত পরামর্শ* অভিনন্দন চমৎকার*",
		Chinese:   "迟到 晚到 延误 延迟 准时 保证 承诺 确保 赶快 马上 抱歉 遗憾 推荐 建议 恭喜 太好了 完美",
	}
}

// strays are other words for what has a word already: ticket, place, desk, office, totem. docs/terminology.md has the
// words that are meant.
func strays() map[Lang]string {
	return map[Lang]string{
		Italian:   "ticket scontrin* tagliand* chiosc* dispositiv* terminale apparecchi* appuntament* prenotazion* turno turni banco",
		English:   "slip slips voucher* receipt* totem kiosk* terminal* appointment* slot slots booking* counter window",
		German:    "zettel bon termin* terminal* totem* kiosk* gerät* büro* behörde* dienststelle*",
		French:    "billet* totem kiosque* terminal* rendez créneau* comptoir agence",
		Spanish:   "boleto* ticket* resguardo* cita citas plaza* quiosco* terminal* mostrador* taquilla*",
		Romanian:  "bilet* tichet* totem* terminal* aparat* programar* instituți*",
		Ukrainian: "квит* білет* чек чеки кіоск* автомат* тотем* офіс* стійк* каса",
		Arabic:    "بطاقة قسيمة كشك منصة دور الدور حجز مقعد",
		Bengali:   "টোকেন* কিয়স্ক* স্লট* ডেস্ক* দপ্তর* টার্মিনাল*",
		Chinese:   "票据 小票 自助机 终端 柜台 办公室 号位 预约",
	}
}

// said returns the first of these words, or beginnings of words with a star, that is in text.
func said(l Lang, text, these string) (word string, found bool) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	for _, this := range strings.Fields(these) {
		stem, begins := strings.CutSuffix(this, "*")
		if l == Chinese && strings.Contains(text, this) || slices.ContainsFunc(words, func(word string) bool {
			return word == stem || begins && strings.HasPrefix(word, stem)
		}) {
			return this, true
		}
	}
	return "", false
}

func TestOneThingHasOneWord(t *testing.T) {
	eachText(func(l Lang, k Key, text string) {
		if word, found := said(l, placeholder.ReplaceAllString(text, ""), strays()[l]); found {
			t.Errorf("%s %q says %q: %q", l, k, word, text)
		}
	})
}

func TestNothingIsPromisedPraisedOrPressed(t *testing.T) {
	for _, l := range Languages() {
		if banned()[l] == "" {
			t.Errorf("no banned words for %s", l)
		}
	}
	eachText(func(l Lang, k Key, text string) {
		if word, found := said(l, text, banned()[l]); found {
			t.Errorf("%s %q says %q: %q", l, k, word, text)
		}
	})
	for text, l := range map[string]Lang{"Arriva in ritardo?": Italian, "Kommen Sie pünktlich.": German, "请准时到达。": Chinese} {
		if _, found := said(l, text, banned()[l]); !found {
			t.Errorf("%q passes", text)
		}
	}
}

// size is how much room a text takes, in letters of the Latin script. Marks above and below take none.
func size(text string) (n int) {
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r), strings.ContainsRune("，。？：；、", r):
			n += 2
		case !unicode.Is(unicode.Mn, r):
			n++
		}
	}
	return n
}

func TestAShortLabelIsShort(t *testing.T) {
	shortened := 0
	for k := range of(Italian).Words {
		long, ok := strings.CutSuffix(string(k), ".short")
		if !ok {
			continue
		}
		shortened++
		for _, l := range Languages() {
			if short, long := Say(l, k), Say(l, Key(long)); size(short) > size(long) {
				t.Errorf("%s %q is longer than what it shortens: %q, %q", l, k, short, long)
			}
			if short := Say(l, k); strings.HasPrefix(long, "access.") && size(short) > 9 {
				t.Errorf("%s %q: %d letters in %q", l, k, size(short), short)
			}
		}
	}
	if shortened < 5 {
		t.Errorf("%d short labels were found", shortened)
	}
}

func TestAnAccessKeyHasTwoShortLines(t *testing.T) {
	for _, k := range slices.Sorted(maps.Keys(of(Italian).Words)) {
		if !strings.HasPrefix(string(k), "access.") {
			continue
		}
		for _, l := range Languages() {
			lines, last := 1, 0
			for i, word := range strings.Fields(Say(l, k)) {
				if last += size(word) + min(i, 1); i > 0 && last > 12 {
					lines, last = lines+1, size(word)
				}
				if size(word) > 12 {
					t.Errorf("%s %q: %q is long", l, k, word)
				}
			}
			if lines > 2 {
				t.Errorf("%s %q takes %d lines: %q", l, k, lines, Say(l, k))
			}
		}
	}
}

func TestTheTwoAnswersOfAChoiceAreAboutAsLong(t *testing.T) {
	for _, choice := range [][2]Key{{CancelYes, CancelNo}, {CheckYes, CheckNo}, {FoundPrint, FoundLeave}, {ReminderYes, ReminderNo}, {OtherDayYes, OtherDayNo}} {
		for _, l := range Languages() {
			if yes, no := Say(l, choice[0]), Say(l, choice[1]); size(yes) > 24 || size(no) > 24 || max(size(yes), size(no))-min(size(yes), size(no)) > 8 {
				t.Errorf("%s: %q and %q", l, yes, no)
			}
		}
	}
	for _, l := range Languages() { // nobody is drawn to the shorter or the longer of these
		if yes, no := size(Say(l, CancelYes)), size(Say(l, CancelNo)); max(yes, no)-min(yes, no) > 4 {
			t.Errorf("%s: %q and %q", l, Say(l, CancelYes), Say(l, CancelNo))
		}
	}
}
