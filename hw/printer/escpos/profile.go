package escpos

import (
	"bytes"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"example.org/totem/paper"
)

//go:embed profiles/*.toml
var profiles embed.FS

// Profile is one printer model. The zero Profile is none; take one from [LoadProfile] or [ParseProfile].
type Profile struct {
	Name      string // of its file, without the ending
	Model     string // for people
	Abilities paper.Abilities
	Baud      int      // bits a second as it leaves the factory; 0: not known, or not a serial line
	Flow      Flow     // as it leaves the factory
	Roll      int      // millimetres of a new roll as usually put in; 0: not known
	Reserve   int      // millimetres that are left when the near-end sensor trips; 0: not known, or no sensor
	Known     []string // what the model calls itself when it is asked (GS I), each the beginning of it; none: it tells nothing

	pages    []page // code pages, in order of preference; none: everything is drawn
	capital  int    // dots of a capital letter of the normal font
	init     []byte // first bytes of a slip
	cut      []byte // last bytes of a slip: feed and cut
	clear    []byte // real-time: forget what is in the buffers; none for a printer that cannot
	question []byte // queued: answered by one byte when everything before it was processed
	present  []byte // hold the cut slip in the mouth; after the cut. None where the cut does that
	retract  []byte // pull it back, or drop it
	dotRow   []byte // begins one row of dots, before the number of its bytes; none: the model has GS v 0
	status   form   // how it tells its status
	buffer   int    // bytes that it takes in without printing; a slip's unanswered part never exceeds it. 0: not known
	feed     int    // mm/s
}

// form is how a model answers real-time questions.
type form string

// The forms of status.
const (
	formEpson  form = ""       // DLE EOT 1 to 4, four answers
	formCustom form = "custom" // DLE EOT 20, one answer of six bytes
)

// profileFile is the form of a profile on disk. Bytes are written in hex, with spaces.
type profileFile struct {
	Model     string   `toml:"model"`
	Known     []string `toml:"known"`
	Abilities struct {
		Columns   int  `toml:"columns"`
		Dots      int  `toml:"dots"`
		DPI       int  `toml:"dpi"`
		Cut       bool `toml:"cut"`
		QR        bool `toml:"qr"`
		PageMode  bool `toml:"page_mode"`
		ProcessID bool `toml:"process_id"`
		Fence     bool `toml:"fence"`
		Slices    bool `toml:"slices"`
		RealTime  bool `toml:"real_time"`
		Automatic bool `toml:"automatic"`
		NearEnd   bool `toml:"near_end"`
		Present   bool `toml:"present"`
		Retract   bool `toml:"retract"`
	} `toml:"abilities"`
	Text struct {
		Capital int `toml:"capital"`
		Pages   []struct {
			Name   string `toml:"name"`
			Number uint8  `toml:"number"`
		} `toml:"pages"`
	} `toml:"text"`
	Bytes struct {
		Init     string `toml:"init"`
		Cut      string `toml:"cut"`
		Clear    string `toml:"clear"`
		Question string `toml:"question"`
		Present  string `toml:"present"`
		Retract  string `toml:"retract"`
		DotRow   string `toml:"dot_row"`
	} `toml:"bytes"`
	Line struct {
		Baud   int    `toml:"baud"`
		Flow   string `toml:"flow"`
		Buffer int    `toml:"buffer"`
		Status string `toml:"status"`
	} `toml:"line"`
	Paper struct {
		Feed    int `toml:"feed"` // mm/s
		Roll    int `toml:"roll"`
		Reserve int `toml:"reserve"`
	} `toml:"paper"`
}

// Profiles returns the names of the profiles that are built in, sorted.
func Profiles() []string {
	files, err := profiles.ReadDir("profiles")
	if err != nil {
		panic(err) // the directory is part of the build
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".toml")
	}
	return names
}

// LoadProfile returns a built-in profile, "generic-80".
func LoadProfile(name string) (Profile, error) {
	b, err := profiles.ReadFile("profiles/" + name + ".toml")
	if err != nil {
		return Profile{}, fmt.Errorf("printer profile %q: unknown; there are %s", name, strings.Join(Profiles(), ", "))
	}
	return ParseProfile(name, b)
}

// ParseProfile reads a profile in TOML, as the built-in ones are written. An unknown field is an error.
func ParseProfile(name string, file []byte) (Profile, error) {
	var f profileFile
	dec := toml.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Profile{}, fmt.Errorf("read printer profile %q: %w", name, err)
	}
	p := Profile{
		Name: name, Model: f.Model, Known: f.Known, Abilities: paper.Abilities(f.Abilities),
		Baud: f.Line.Baud, Flow: Flow(f.Line.Flow), Roll: f.Paper.Roll, Reserve: f.Paper.Reserve,
		capital: f.Text.Capital, feed: f.Paper.Feed,
		status: form(f.Line.Status), buffer: f.Line.Buffer,
	}
	var errs []error
	for _, listed := range f.Text.Pages {
		page, err := newPage(listed.Name, listed.Number)
		p.pages, errs = append(p.pages, page), append(errs, err)
	}
	for _, b := range []struct {
		name, text string
		to         *[]byte
	}{
		{"init", f.Bytes.Init, &p.init}, {"cut", f.Bytes.Cut, &p.cut}, {"clear", f.Bytes.Clear, &p.clear},
		{"question", f.Bytes.Question, &p.question}, {"present", f.Bytes.Present, &p.present},
		{"retract", f.Bytes.Retract, &p.retract}, {"dot_row", f.Bytes.DotRow, &p.dotRow},
	} {
		var err error
		*b.to, err = parseBytes(b.name, b.text)
		errs = append(errs, err)
	}
	if err := errors.Join(append(errs, p.check())...); err != nil {
		return Profile{}, fmt.Errorf("read printer profile %q: %w", name, err)
	}
	return p, nil
}

func parseBytes(what, text string) ([]byte, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		return nil, fmt.Errorf("bytes %s: %w", what, err)
	}
	return b, nil
}

func (p Profile) check() error {
	a := p.Abilities
	letters := len(p.pages) > 0
	switch {
	case letters && (a.Columns < 16 || a.Columns > 128):
		return fmt.Errorf("columns %d: want 16 to 128", a.Columns)
	case letters && (p.capital < 8 || p.capital > 64):
		return fmt.Errorf("capital %d: want 8 to 64 dots", p.capital)
	case a.Dots < 384 || a.Dots < 8*a.Columns || a.Dots > 1024 || a.Dots%8 != 0:
		return fmt.Errorf("dots %d: want whole bytes, 384 to 1024, and 8 to a column", a.Dots)
	case a.DPI < 100 || a.DPI > 600:
		return fmt.Errorf("dpi %d: want 100 to 600", a.DPI)
	case p.feed < 10 || p.feed > 1000:
		return fmt.Errorf("feed %d: want 10 to 1000 mm/s", p.feed)
	case p.buffer < 0 || p.buffer > 0 && p.buffer < 256:
		return fmt.Errorf("buffer %d: want 256 bytes or more, or 0", p.buffer)
	case p.status != formEpson && p.status != formCustom:
		return fmt.Errorf("status %q: want %q or nothing", p.status, formCustom)
	case len(p.init) == 0:
		return errors.New("bytes init: none")
	case a.Cut && len(p.cut) == 0:
		return errors.New("bytes cut: none for a printer with a cutter")
	case a.Retract && len(p.retract) == 0:
		return errors.New("bytes retract: none for a printer that can")
	case (a.Fence || a.Slices) && len(p.question) == 0:
		return errors.New("bytes question: none for a printer that answers one")
	}
	return p.Flow.check()
}
