package locale

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// alphabet returns the letters that words of l are written with, in small letters. A letter that only looks like one of
// them, Cyrillic о for Latin o, Persian ی for Arabic ي, ş with a cedilla for the Romanian ș, is none.
func alphabet(l Lang) string {
	const latin, arabic = "abcdefghijklmnopqrstuvwxyz", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
	return map[Lang]string{
		Italian: latin + "àèéìòù", English: latin, German: latin + "äöüß", French: latin + "àâæçèéêëîïôœùûüÿ",
		Spanish: latin + "áéíñóúü", Romanian: latin + "âîășț", Arabic: arabic,
		Ukrainian: "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
	}[l]
}

// foreign are the words in Latin letters that languages of other scripts have all the same: names, and "Language" for who
// cannot read the rest.
const foreign = " QR PEC SMS GDPR Language Totem URL "

func inAlphabet(l Lang, r rune) bool {
	switch l {
	case Bengali:
		return unicode.Is(unicode.Bengali, r)
	case Chinese:
		return unicode.Is(unicode.Han, r) && !strings.ContainsRune(traditional, r)
	case Arabic: // its short vowels are marks
		return strings.ContainsRune(alphabet(l), r) || r >= '\u064b' && r <= '\u0652'
	}
	return strings.ContainsRune(alphabet(l), unicode.ToLower(r))
}

// traditional are signs that simplified Chinese writes otherwise.
const traditional = "個們為這請選擇務時間號碼紙機條開關點擊螢資訊聯繫處顯確認後還沒說話語讀寫電應該無線員據頁題書輸"

// allTexts returns everything that l says, dates included, without placeholders.
func allTexts(l Lang) map[string]string {
	texts := map[string]string{"name": l.Name(), "date": of(l).Date, "day": of(l).Day}
	c := of(l)
	for _, name := range append(c.Weekdays[:], c.Months[:]...) {
		texts[name] = name
	}
	for k, m := range c.Words {
		for form, text := range m {
			texts[string(k)+" "+string(rune('0'+form))] = text
		}
	}
	for name, text := range texts {
		texts[name] = placeholder.ReplaceAllString(text, "")
	}
	return texts
}

func TestALanguageIsWrittenInItsOwnLetters(t *testing.T) {
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }
	for _, l := range Languages() {
		for name, text := range allTexts(l) {
			for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !letter(r) }) {
				if strings.Contains(foreign, " "+word+" ") {
					continue
				}
				for _, r := range word {
					if !inAlphabet(l, r) {
						t.Errorf("%s %q: %q has the letter %q (%U)", l, name, word, r, r)
					}
				}
			}
		}
	}
	for word, l := range map[string]Lang{"cоdice": Italian, "oraşul": Romanian, "код ы": Ukrainian, "کود": Arabic, "號碼": Chinese} {
		if !strings.ContainsFunc(word, func(r rune) bool { return letter(r) && !inAlphabet(l, r) }) {
			t.Errorf("%q passes for %s", word, l)
		}
	}
}

func TestEveryTextIsComposed(t *testing.T) {
	for _, l := range Languages() {
		for name, text := range allTexts(l) {
			if !norm.NFC.IsNormalString(text) {
				t.Errorf("%s %q is not in form C: %+q", l, name, text)
			}
		}
	}
}

func TestDigitsAreThoseOfTheScreens(t *testing.T) {
	for _, l := range Languages() {
		for name, text := range allTexts(l) {
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsNumber(r) && r > '9' && r != 'º' }) {
				t.Errorf("%s %q: %q", l, name, text)
			}
		}
	}
}

// signs are the marks that a language may use beside letters, digits and spaces.
func signs(l Lang) string {
	const all = "/·—…-()+@"
	switch l {
	case Italian:
		return all + ".,:?'º«»"
	case French:
		return all + ".,:?’«»"
	case German:
		return all + ".,:?„“–"
	case Spanish:
		return all + ".,:¿?«»"
	case English:
		return all + ".,:?'“”"
	case Romanian:
		return all + ".,:?„”–"
	case Ukrainian:
		return all + ".,:?’«»"
	case Arabic:
		return all + ".:،؛؟«»\u2066\u2069" // the groups of a telephone number stay in their order
	case Bengali:
		return all + "।,:;?“”"
	case Chinese:
		return all + "，。：；？、（）“”"
	}
	return all + ".,:?'"
}

func TestALanguageUsesItsOwnMarks(t *testing.T) {
	for _, l := range Languages() {
		for name, text := range allTexts(l) {
			for _, r := range text {
				if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) && r != ' ' &&
					r != '\u00a0' && r != '\u202f' && !strings.ContainsRune(signs(l), r) {
					t.Errorf("%s %q has the mark %q (%U): %q", l, name, r, r, text)
				}
			}
		}
	}
}

func TestMarksStandWhereALanguagePutsThem(t *testing.T) {
	eachText(func(l Lang, k Key, text string) {
		runes := []rune(" " + text)
		for i, r := range runes[1:] {
			before := runes[i]
			opened := i > 0 && runes[i-1] == '«' // which has such a space behind it
			if l == French && !opened && strings.ContainsRune(":;?»", r) != (before == '\u202f') {
				t.Errorf("fr %q: a narrow space that does not break stands before %q and nowhere else: %q", k, ":;?»", text)
			}
			if l != French && strings.ContainsRune(".,:;?،؛؟।，。：；？", r) && unicode.IsSpace(before) {
				t.Errorf("%s %q has a space before %q: %q", l, k, r, text)
			}
		}
		if l == Spanish && strings.Count(text, "¿") != strings.Count(text, "?") {
			t.Errorf("es %q: %q", k, text)
		}
		if l == German && strings.HasSuffix(text, "…") && !strings.HasSuffix(text, "\u00a0…") {
			t.Errorf("de %q: words left out are marked by dots after a space: %q", k, text)
		}
	})
}
