package speech

import (
	"regexp"
	"strings"
	"sync"
	"time"

	"example.org/totem/locale"
)

// tongue is what a language says where a text has figures and signs.
type tongue struct {
	clock              clock
	percent            string // {n} is the figure
	at, dot, dash, low string // the signs of an address: @ . - _
	plus               string // the sign of a telephone number, and of an address: +
	struck             string // a time with a stroke through it: others have it
	on                 string // stands between a day of the week and a time, which the eye needs not; zero: nothing
	days               *regexp.Regexp
	comma, stop        string // the marks of a short pause and of a long one
}

// tongueOf returns the tongue of one of locale.Languages.
func tongueOf(l locale.Lang) tongue { return tongues()[l] }

// tongues are those of all languages. Their times were tried with espeak-ng 1.51: espeak-ng -v it -x -q.
var tongues = sync.OnceValue(func() map[locale.Lang]tongue {
	all := map[locale.Lang]tongue{
		locale.Italian: {
			clock:   clock{hours: map[int]string{1: "una"}, full: "{h} in punto", past: "{h} e {m}"},
			percent: "{n} per cento", at: "chiocciola", dot: "punto", dash: "trattino", low: "trattino basso", plus: "più",
			on: "alle", struck: "non libera", comma: ",", stop: ".",
		},
		locale.English: {
			clock:   clock{full: "{h} o'clock", late: "{h} hundred", few: "{h} oh {m}", past: "{h} {m}"},
			percent: "{n} per cent", at: "at", dot: "dot", dash: "dash", low: "underscore", plus: "plus",
			on: "at", struck: "taken", comma: ",", stop: ".",
		},
		locale.German: {
			clock: clock{hour: "{h} Uhr", hours: map[int]string{1: "ein Uhr"}, full: "{h}", past: "{h} {m}",
				after: map[string]ending{" Uhr": {}}},
			percent: "{n} Prozent", at: "ät", dot: "Punkt", dash: "Bindestrich", low: "Unterstrich", plus: "plus",
			on: "um", struck: "vergeben", comma: ",", stop: ".",
		},
		locale.French: {
			clock: clock{hour: "{h} heures", hours: map[int]string{0: "zéro heure", 1: "une heure", 21: "vingt et une heures"},
				full: "{h}", past: "{h} {m}"},
			percent: "{n} pour cent", at: "arobase", dot: "point", dash: "tiret", low: "tiret bas", plus: "plus",
			on: "à", struck: "déjà prise", comma: ",", stop: ".",
		},
		locale.Spanish: {
			clock:   clock{hours: map[int]string{1: "una", 21: "veintiuna"}, full: "{h} en punto", past: "{h} y {m}"},
			percent: "{n} por ciento", at: "arroba", dot: "punto", dash: "guion", low: "guion bajo", plus: "más",
			on: "a las", struck: "ocupada", comma: ",", stop: ".",
		},
		locale.Romanian: {
			clock:   clock{hours: romanianTwos(), minutes: romanianTwos(), full: "{h} fix", past: "{h} și {m}"},
			percent: "{n} la sută", at: "arond", dot: "punct", dash: "liniuță", low: "liniuță jos", plus: "plus",
			on: "la", struck: "ocupată", comma: ",", stop: ".",
		},
		locale.Ukrainian: {
			clock:   clock{full: "{h} нуль нуль", few: "{h} нуль {m}", past: "{h} {m}"},
			percent: "{n} відсотків", at: "равлик", dot: "крапка", dash: "дефіс", low: "підкреслення", plus: "плюс",
			on: "о", struck: "зайнято", comma: ",", stop: ".",
		},
		locale.Arabic: {
			clock:   clock{hours: arabicHours(), minutes: arabicMinutes(), full: "{h}", past: "{h} و{m}"},
			percent: "{n} بالمئة", at: "آت", dot: "نقطة", dash: "شرطة", low: "شرطة سفلية", plus: "زائد",
			on: "الساعة", struck: "محجوزة", comma: "،", stop: ".",
		},
		locale.Bengali: {
			clock: clock{hour: "{h}টা", full: "{h}", past: "{h} {m} মিনিট",
				after: map[string]ending{" টায়": {"য়", "ে"}, " টার": {"র", "ের"}}},
			percent: "{n} শতাংশ", at: "অ্যাট", dot: "ডট", dash: "ড্যাশ", low: "আন্ডারস্কোর", plus: "প্লাস",
			struck: "খালি নেই", comma: ",", stop: "।",
		},
		locale.Chinese: {
			clock:   clock{hour: "{h}点", hours: map[int]string{2: "两点"}, full: "{h}整", few: "{h}零{m}分", past: "{h}{m}分"},
			percent: "百分之{n}", at: "艾特", dot: "点", dash: "横线", low: "下划线", plus: "加号",
			struck: "已被预约", comma: "，", stop: "。",
		},
	}
	for l, t := range all {
		var days []string
		for d := range time.Saturday + 1 {
			days = append(days, regexp.QuoteMeta(locale.Weekday(l, d)))
		}
		t.days = regexp.MustCompile(`(` + strings.Join(days, "|") + `)[,،]? ([0-9]{1,2}:)`)
		all[l] = t
	}
	return all
})

// onDay puts a word between a day and its time: "lunedì alle 8:30".
func (t tongue) onDay(text string) string {
	if t.on == "" {
		return text
	}
	return t.days.ReplaceAllString(text, "${1} "+t.on+" ${2}")
}

// romanianTwos are the figures that end in two, which are feminine where they count hours and minutes.
func romanianTwos() map[int]string {
	return map[int]string{2: "două", 12: "douăsprezece", 22: "douăzeci și două", 32: "treizeci și două",
		42: "patruzeci și două", 52: "cincizeci și două"}
}
