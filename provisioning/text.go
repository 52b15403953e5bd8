package provisioning

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"example.org/totem/form"
)

// maxFile bounds a file, bytes; one that is filled in by a person has a few hundred.
const maxFile = 64 << 10

// byteOrderMark is what some editors write before UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// Names returns where the file may be on the card's first partition, in the order in which to look: editors of some systems
// add an ending that they do not show. The file system knows no upper and lower case.
func Names() []string {
	return []string{"totem/provision.toml", "totem/provision.toml.txt", "totem/provision.txt", "totem/provision.toml.toml",
		"provision.toml", "provision.toml.txt", "provision.txt"}
}

// readable returns the file's text, or why it is none that can be read at all.
func readable(data []byte) (text []byte, found form.Mistakes) {
	text = bytes.TrimPrefix(data, []byte(byteOrderMark))
	why, remedy := "", "save it as plain text in UTF-8, with an editor for plain text"
	line := 0
	switch {
	case len(bytes.TrimSpace(text)) == 0 || len(bytes.Trim(text, "\x00")) == 0:
		why, remedy = "it is empty", "fill it in anew, from provision.toml.example beside it, and take the card out only when the computer says that it may be"
	case len(data) > maxFile:
		why = fmt.Sprintf("it has %d bytes, and no such file has more than %d", len(data), maxFile)
	case bytes.HasPrefix(data, []byte("{\\rtf")) || bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		why = "it is a word processor's document"
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		why, remedy = "it is saved as UTF-16, which some editors call Unicode", "save it as UTF-8"
	case bytes.IndexByte(text, 0) >= 0:
		why = "there are bytes in it that no text has"
	case !utf8.Valid(text):
		line = 1 + bytes.Count(text[:firstInvalid(text)], []byte("\n"))
		why, remedy = "a letter is saved in an old form of text, not in UTF-8", "save the file as UTF-8, or write that letter without its accent"
	default:
		return text, nil
	}
	return nil, form.Mistakes{{Line: line, Wrong: why, Remedy: remedy}}
}

func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// typographic returns the lines on which a word processor put its own signs in the place of quotes and spaces.
func typographic(text []byte) (found form.Mistakes) {
	for i, line := range strings.Split(string(text), "\n") {
		if sign := foreign(line); sign != 0 {
			found = append(found, form.Mistake{Line: i + 1, Wrong: fmt.Sprintf("there is a %c of a word processor", sign), Remedy: `write straight quotes, ", and common spaces`})
			if sign == '\u00a0' {
				found[len(found)-1].Wrong = "there is a space of a word processor, which no line may break at"
			}
		}
	}
	return found
}

// foreign returns the first such sign on a line, outside of straight quotes and of a comment; 0 for none.
func foreign(line string) rune {
	var quote rune
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
		case r == '"' || r == '\'':
			quote = r
		case r == '#':
			return 0
		case strings.ContainsRune("“”„‟‘’‚‛«»″′\u00a0", r):
			return r
		}
	}
	return 0
}

// likeToken finds what looks like a token, wherever it was written by mistake.
var likeToken = regexp.MustCompile(`(?i)[0-9a-z]{5}(-[0-9a-z]{5}){3}-?[0-9a-z]{5,6}|\b[0-9a-z]{26}\b`)

// hide takes secrets, and what looks like a token, out of what is told.
func hide(told string, secrets []string) string {
	for _, s := range secrets {
		if len(s) > 3 { // what is shorter is in half the words there are
			told = strings.ReplaceAll(told, s, "…")
		}
	}
	return likeToken.ReplaceAllString(told, "…")
}
