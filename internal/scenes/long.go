package scenes

import (
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// The longest texts that an office file may have, in characters.
const (
	longestOffice  = 40
	longestPlace   = 60
	longestLabel   = 28
	longestService = 28
	longestDetail  = 44
	longestBring   = 120
	longestContact = 120

	longestProcessor = 60
	longestTask      = 60
)

// Long returns the office with every text as long as it may be, in every language.
func Long(o booking.Office) booking.Office {
	o.Name, o.Place, o.Waiting = filled(0, longestOffice), filled(1, longestPlace), filled(2, longestPlace)
	for i := range o.Queues {
		o.Queues[i].Label = filled(3+i, longestLabel)
	}
	for i := range o.Services {
		o.Services[i].Name, o.Services[i].Detail = filled(5+i, longestService), filled(7+i, longestDetail)
		o.Services[i].Bring = filled(4+i, longestBring)
	}
	c := &o.Controller
	c.Name, c.Address = fill(words(locale.Italian), " ", 0, longestContact), fill(words(locale.Italian), " ", 3, longestContact)
	c.Email, c.PEC, c.DPO = mail("anagrafe"), mail("protocollo"), mail("protezione.dati")
	if o.Privacy.Edition == "" {
		return o
	}
	o.Privacy.Officer = privacy.Officer{Address: fill(words(locale.Italian), " ", 5, longestContact), PEC: mail("rpd")}
	o.Privacy.Recipients = slices.Clone(o.Privacy.Recipients)
	for i := range o.Privacy.Recipients {
		r := &o.Privacy.Recipients[i]
		r.Name, r.Task = fill(words(locale.Italian), " ", 6+i, longestProcessor), filled(8+i, longestTask)
	}
	return o
}

// mail is an address as long as it may be. Its parts are as long as the rules of the mail allow.
func mail(box string) string {
	const domain = ".servizi-demografici-elettorali-e-statistici.comune-di-valfiorita-e-frazioni.example"
	at := box + ".sportello.polifunzionale"
	return at[:min(len(at), longestContact-len(domain)-1)] + "@" + domain[1:]
}

// filled is a text of exactly n characters in every tongue. Another first word gives another text.
func filled(first, n int) locale.Text {
	text := locale.Text{}
	for _, l := range tongues() {
		between := " "
		if l == "zh" {
			between = ""
		}
		text[l] = fill(words(l), between, first, n)
	}
	return text
}

// fill strings words together until they have exactly n characters. It goes round the words from the first on, and leaves
// out those after which no others would end in time.
func fill(words []string, between string, first, n int) string {
	var end func(at, left int) (string, bool)
	end = func(at, left int) (string, bool) {
		for skip := range words {
			word := words[(at+skip)%len(words)]
			rest := left - utf8.RuneCountInString(word)
			if rest == 0 {
				return word, true
			}
			if rest < len(between)+1 {
				continue
			}
			if more, ok := end(at+skip+1, rest-len(between)); ok {
				return word + between + more, true
			}
		}
		return "", false
	}
	text, _ := end(first, n)
	return text
}

// words are those of offices. Among them are the longest that their names have, and short ones.
func words(l locale.Lang) []string { return strings.Fields(sentence(l)) }

// sentence is made of them.
func sentence(l locale.Lang) string {
	return map[locale.Lang]string{
		"it": "rilascio certificazioni anagrafiche e autentiche di firme per cittadini residenti all'estero con dichiarazioni " +
			"sostitutive o iscrizioni nel registro della popolazione temporanea a cura dell'ufficio demografico",
		"en": "registration of international certificates and authentication for residents with temporary accommodation or a " +
			"declaration in the municipal population register by appointment at our administrative headquarters",
		"de": "Aufenthaltsbescheinigung und Staatsangehörigkeitsangelegenheiten für Einwohner mit Wohnsitzbescheinigung im " +
			"Verwaltungsgebäude oder zur Beglaubigung von Lebensbescheinigungen am Ort",
		"fr": "enregistrement des déclarations administratives et authentification de signatures pour les ressortissants à " +
			"l'étranger ou renouvellement du certificat d'hébergement",
		"es": "empadronamiento y certificaciones administrativas para residentes en el extranjero o declaraciones de " +
			"reagrupación familiar con la documentación internacional a mano",
		"ro": "înregistrarea certificatelor și declarațiilor administrative pentru cetățenii cu reședința în străinătate sau " +
			"autentificarea semnăturilor la registrul populației a doua zi",
		"uk": "реєстрація місця проживання та засвідчення документів для громадян за кордоном або оформлення " +
			"адміністративних довідок у центрі надання послуг і в громаді",
		"ar": "تسجيل الشهادات والإقرارات الإدارية للمواطنين المقيمين في الخارج أو تجديد وثائق الإقامة و توثيق التوقيعات من " +
			"مكتب الشؤون الاجتماعية",
		"bn": "নিবন্ধন সনদপত্র ও প্রশাসনিক ঘোষণাপত্র প্রত্যয়ন বিদেশে বসবাসকারী নাগরিকদের জন্য বা অস্থায়ী ঠিকানা পরিবর্তন এবং " +
			"স্বাক্ষর সত্যায়ন এ দপ্তরে",
		"zh": "户籍登记 与 证明文件 办理 及 境外 居民 签名认证 和 临时住址 变更 申请 社会保障 咨询 服务",
	}[l]
}
