package speech

import (
	"strconv"
	"strings"

	"example.org/totem/locale"
)

// clock is how a language tells the time. {h} is the hour, {m} the minutes, both in figures where no word is given for them.
type clock struct {
	hour    string            // "{h} Uhr"; zero: "{h}"
	hours   map[int]string    // words for hours that have a form of their own, instead of hour
	minutes map[int]string    // and for minutes
	full    string            // 9:00
	late    string            // 13:00 and later, and 0:00; zero: as full
	few     string            // 9:05; zero: as past
	past    string            // 9:50
	after   map[string]ending // what follows a time in a text and becomes a part of it
}

// ending is what a time ends with where a word follows.
type ending struct{ full, past string }

// spoken puts all times of a text into words.
func (c clock) spoken(text string) string {
	var out strings.Builder
	for {
		at := clockForm.FindStringSubmatchIndex(text)
		if at == nil {
			out.WriteString(text)
			return out.String()
		}
		hour, _ := strconv.Atoi(text[at[2]:at[3]])
		minute, _ := strconv.Atoi(text[at[4]:at[5]])
		out.WriteString(text[:at[0]] + guard + c.time(hour, minute))
		text = text[at[1]:]
		for word, e := range c.after {
			if rest, ok := strings.CutPrefix(text, word); ok {
				text = rest
				if minute == 0 {
					out.WriteString(e.full)
				} else {
					out.WriteString(e.past)
				}
				break
			}
		}
		out.WriteString(guard)
	}
}

func (c clock) time(hour, minute int) string {
	h, ok := c.hours[hour]
	if !ok {
		h = strings.ReplaceAll(or(c.hour, "{h}"), "{h}", strconv.Itoa(hour))
	}
	m, ok := c.minutes[minute]
	if !ok {
		m = strconv.Itoa(minute)
	}
	form := c.past
	switch {
	case minute == 0 && (hour == 0 || hour > 12):
		form = or(c.late, c.full)
	case minute == 0:
		form = c.full
	case minute < 10:
		form = or(c.few, c.past)
	}
	return strings.NewReplacer("{h}", h, "{m}", m).Replace(form)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// arabicHours are the hours as Arabic counts them: the ninth.
func arabicHours() map[int]string {
	hours := map[int]string{}
	for i, word := range strings.Split("الصفر،الواحدة،الثانية،الثالثة،الرابعة،الخامسة،السادسة،السابعة،الثامنة،التاسعة،العاشرة،"+
		"الحادية عشرة،الثانية عشرة،الثالثة عشرة،الرابعة عشرة،الخامسة عشرة،السادسة عشرة،السابعة عشرة،الثامنة عشرة،"+
		"التاسعة عشرة،العشرين،الحادية والعشرين،الثانية والعشرين،الثالثة والعشرين", "،") {
		hours[i] = word
	}
	return hours
}

// arabicMinutes are the minutes with their word, which has four forms.
func arabicMinutes() map[int]string {
	minutes := map[int]string{}
	for i := range 60 {
		minutes[i] = locale.Say(locale.Arabic, locale.DurationMinutes, locale.Count("n", i))
	}
	return minutes
}
