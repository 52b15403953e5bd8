package vm

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Line is one line that the guest wrote to its console.
type Line struct {
	After time.Duration // since the machine was started
	Text  string        // without the sequences that move a terminal's cursor, and without the end of the line
}

// Transcript keeps what the guest writes to a serial line, with its time. Its methods may be called at any time by anybody.
type Transcript struct {
	begin time.Time
	tell  func(string)

	mu    sync.Mutex
	lines []Line
	rest  []byte
	news  chan struct{} // closed when a line has come, and made anew
}

// longestLine is where a line is broken that does not end.
const longestLine = 4096

func newTranscript(begin time.Time, tell func(string)) *Transcript {
	if tell == nil {
		tell = func(string) {}
	}
	return &Transcript{begin: begin, tell: tell, news: make(chan struct{})}
}

// escapes are the control sequences of ECMA-48 that firmware and GRUB send, and the other control characters.
var escapes = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\\\-_=>]|[\x00-\x08\x0b-\x1f\x7f]")

// Write takes bytes of the line. It never fails.
func (t *Transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	var came []string
	for _, c := range b {
		if c != '\n' && len(t.rest) < longestLine {
			t.rest = append(t.rest, c)
			continue
		}
		text := escapes.ReplaceAllString(string(t.rest), "")
		t.rest = t.rest[:0]
		if c != '\n' {
			t.rest = append(t.rest, c)
		}
		t.lines = append(t.lines, Line{After: time.Since(t.begin), Text: text})
		came = append(came, text)
	}
	if len(came) > 0 {
		close(t.news)
		t.news = make(chan struct{})
	}
	t.mu.Unlock()
	for _, text := range came {
		t.tell(text)
	}
	return len(b), nil
}

// Lines returns what was written from line from on, 0 being the first.
func (t *Transcript) Lines(from int) []Line {
	lines, _ := t.since(from)
	return lines
}

func (t *Transcript) since(from int) ([]Line, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Line(nil), t.lines[min(from, len(t.lines)):]...), t.news
}

// Len returns how many lines there are.
func (t *Transcript) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.lines)
}

// Find returns the first line from line from on that holds words.
func (t *Transcript) Find(from int, words string) (Line, bool) {
	for _, l := range t.Lines(from) {
		if strings.Contains(l.Text, words) {
			return l, true
		}
	}
	return Line{}, false
}

// WriteTo writes all lines with the seconds since the machine was started before each.
func (t *Transcript) WriteTo(w io.Writer) (n int64, err error) {
	for _, l := range t.Lines(0) {
		k, err := fmt.Fprintf(w, "%8.2f %s\n", l.After.Seconds(), l.Text)
		n += int64(k)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
