package escpos

import (
	"bytes"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/encoding/charmap"

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

	page       *charmap.Charmap
	pageNumber byte   // of ESC t
	capital    int    // dots of a capital letter of the normal font
	init       []byte // first bytes of a slip
	cut        []byte // last bytes of a slip: feed and cut
	clear      []byte // real-time: forget what is in the buffers; none for a printer that cannot
	question   []byte // queued: answered by one byte when everything before it was processed
	present    []byte // hold the cut slip in the mouth; after the cut
	retract    []byte // pull it back, or drop it
	status     form   // how it tells its status
	buffer     int    // bytes that it takes in without printing; a slip's unanswered part never exceeds it. 0: not known
	feed       int    // mm/s
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
		Page       string `toml:"page"`
		PageNumber uint8  `toml:"page_number"`
		Capital    int    `toml:"capital"`
	} `toml:"text"`
	Bytes struct {
		Init     string `toml:"init"`
		Cut      string `toml:"cut"`
		Clear    string `toml:"clear"`
		Question string `toml:"question"`
		Present  string `toml:"present"`
		Retract  string `toml:"retract"`
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
	files, err := fs.Glob(profiles, "profiles/*.toml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "profiles/"), ".toml")
	}
	return files
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
		pageNumber: f.Text.PageNumber, capital: f.Text.Capital, feed: f.Paper.Feed,
		status: form(f.Line.Status), buffer: f.Line.Buffer,
	}
	var errs [7]error
	p.page, errs[0] = codePage(f.Text.Page)
	p.init, errs[1] = parseBytes("init", f.Bytes.Init)
	p.cut, errs[2] = parseBytes("cut", f.Bytes.Cut)
	p.clear, errs[3] = parseBytes("clear", f.Bytes.Clear)
	p.question, errs[4] = parseBytes("question", f.Bytes.Question)
	p.present, errs[5] = parseBytes("present", f.Bytes.Present)
	p.retract, errs[6] = parseBytes("retract", f.Bytes.Retract)
	if err := errors.Join(append(errs[:], p.check())...); err != nil {
		return Profile{}, fmt.Errorf("read printer profile %q: %w", name, err)
	}
	return p, nil
}

func codePage(word string) (*charmap.Charmap, error) {
	switch word {
	case "cp850":
		return charmap.CodePage850, nil
	case "cp858":
		return charmap.CodePage858, nil
	case "cp1252":
		return charmap.Windows1252, nil
	}
	return nil, fmt.Errorf("code page %q: want cp850, cp858 or cp1252", word)
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
	switch {
	case a.Columns < 16 || a.Columns > 128:
		return fmt.Errorf("columns %d: want 16 to 128", a.Columns)
	case a.Dots < 8*a.Columns || a.Dots > 2048:
		return fmt.Errorf("dots %d: want 8 to a column, at most 2048", a.Dots)
	case a.DPI < 100 || a.DPI > 600:
		return fmt.Errorf("dpi %d: want 100 to 600", a.DPI)
	case p.capital < 8 || p.capital > 64:
		return fmt.Errorf("capital %d: want 8 to 64 dots", p.capital)
	case p.feed < 10 || p.feed > 1000:
		return fmt.Errorf("feed %d: want 10 to 1000 mm/s", p.feed)
	case len(p.init) == 0:
		return errors.New("bytes init: none")
	case a.Cut && len(p.cut) == 0:
		return errors.New("bytes cut: none for a printer with a cutter")
	}
	return nil
}

// dotsFor returns how many dots are at least mm millimetres.
func (p Profile) dotsFor(mm float64) int { return int(mm*float64(p.Abilities.DPI)/25.4 + 0.999) }

// timesFor returns how many times the normal font must be blown up for capitals of at least mm millimetres.
func (p Profile) timesFor(mm float64) int {
	return min(max((p.dotsFor(mm)+p.capital-1)/p.capital, 1), maxTimes)
}
