package thermalhead

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"example.org/totem/paper"
)

//go:embed profiles/*.toml
var profiles embed.FS

// Profile is one mechanism: a head, its motor and what they bear. The zero Profile is none; take one from [LoadProfile]
// or [ParseProfile], which refuse what could burn.
type Profile struct {
	Name      string // of its file, without the ending
	Model     string // for people
	Abilities paper.Abilities
	Groups    []int // dots of each strobe group, from the left
	Roll      int   // millimetres of a new roll as usually put in

	maxDots int   // dots that may be lit together
	clock   int64 // of the shift register, Hz
	heat    law
	ntc     thermistor
	motor   motorData
	lead    int // millimetres fed before the first line, to take up the slack of the gears
	tear    int // millimetres from the head to the tear-off edge
	limits  limits
}

// limits are what the mechanism may work in.
type limits struct {
	coldest, hottest, resume float64 // °C of the head
	lowest, highest          float64 // V of the supply
}

// motorData is what the motor can follow.
type motorData struct {
	halfSteps int             // of a dot line
	ramp      []time.Duration // between one half-step and the next, from standstill to the top speed
	settle    time.Duration   // that the last phase is held
}

// profileFile is the form of a profile on disk. An example is profiles/seiko-ltp1245.toml.
type profileFile struct {
	Model string `toml:"model"`
	Head  struct {
		Dots    int   `toml:"dots"`     // of a line
		DPI     int   `toml:"dpi"`      // both ways
		Groups  []int `toml:"groups"`   // dots of each strobe line, from the left
		MaxDots int   `toml:"max_dots"` // lit together, by the current limit of the supply; a multiple of 8
		ClockHz int64 `toml:"clock_hz"` // of the shift register
	} `toml:"head"`
	Heat struct { // law
		Ohms     float64 `toml:"ohms"`
		EnergyUJ float64 `toml:"energy_uj"`
		SlopeUJ  float64 `toml:"slope_uj"`
		Gain     float64 `toml:"gain"`
		Offset   float64 `toml:"offset"`
		Common   float64 `toml:"common_ohms"`
		CoolUS   int     `toml:"cool_us"`
		Longest  int     `toml:"longest_us"`
	} `toml:"heat"`
	Thermistor struct {
		Points [][2]float64 `toml:"points"` // °C and ohms, the coldest first
	} `toml:"thermistor"`
	Motor struct {
		HalfSteps int   `toml:"half_steps"` // of a dot line
		MaxPPS    int   `toml:"max_pps"`    // half-steps a second that it never exceeds
		RampUS    []int `toml:"ramp_us"`    // from standstill: the time after each half-step
		SettleUS  int   `toml:"settle_us"`  // that the last phase is held
	} `toml:"motor"`
	Paper struct {
		Lead int `toml:"lead_mm"`
		Tear int `toml:"tear_mm"`
		Roll int `toml:"roll_m"`
	} `toml:"paper"`
	Limits struct {
		Celsius []float64 `toml:"celsius"` // the coldest and the hottest head that prints
		Resume  float64   `toml:"resume"`  // °C at which a head that was too hot goes on
		Volts   []float64 `toml:"volts"`   // the lowest and the highest supply that prints
	} `toml:"limits"`
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

// LoadProfile returns a built-in profile, "seiko-ltp1245".
func LoadProfile(name string) (Profile, error) {
	b, err := profiles.ReadFile("profiles/" + name + ".toml")
	if err != nil {
		return Profile{}, fmt.Errorf("head profile %q: unknown; there are %s", name, strings.Join(Profiles(), ", "))
	}
	return ParseProfile(name, b)
}

// ParseProfile reads a profile in TOML, as the built-in ones are written. An unknown field is an error, and so is a value
// with which a head could be burnt or its motor lose steps anywhere within the profile's own limits.
func ParseProfile(name string, file []byte) (Profile, error) {
	var f profileFile
	dec := toml.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Profile{}, fmt.Errorf("read head profile %q: %w", name, err)
	}
	if len(f.Limits.Celsius) != 2 || len(f.Limits.Volts) != 2 {
		return Profile{}, fmt.Errorf("read head profile %q: limits celsius and volts: want two numbers each", name)
	}
	p := f.profile(name)
	if err := p.check(f.Motor.MaxPPS); err != nil {
		return Profile{}, fmt.Errorf("read head profile %q: %w", name, err)
	}
	return p, nil
}

func (f profileFile) profile(name string) Profile {
	p := Profile{
		Name: name, Model: f.Model, Groups: f.Head.Groups, Roll: f.Paper.Roll * 1000,
		Abilities: paper.Abilities{Dots: f.Head.Dots, DPI: f.Head.DPI, RealTime: true},
		maxDots:   f.Head.MaxDots, clock: f.Head.ClockHz, lead: f.Paper.Lead, tear: f.Paper.Tear,
		heat: law{
			ohms: f.Heat.Ohms, energy: f.Heat.EnergyUJ, slope: f.Heat.SlopeUJ, gain: f.Heat.Gain, offset: f.Heat.Offset,
			common: f.Heat.Common, cool: microseconds(f.Heat.CoolUS), longest: microseconds(f.Heat.Longest),
		},
		motor: motorData{halfSteps: f.Motor.HalfSteps, settle: microseconds(f.Motor.SettleUS)},
		limits: limits{
			coldest: f.Limits.Celsius[0], hottest: f.Limits.Celsius[1], resume: f.Limits.Resume,
			lowest: f.Limits.Volts[0], highest: f.Limits.Volts[1],
		},
	}
	for _, us := range f.Motor.RampUS {
		p.motor.ramp = append(p.motor.ramp, microseconds(us))
	}
	for _, point := range f.Thermistor.Points {
		p.ntc = append(p.ntc, ntcPoint{celsius: point[0], ohms: point[1]})
	}
	return p
}

func microseconds(us int) time.Duration { return time.Duration(us) * time.Microsecond }

// stride is the bytes of a dot line.
func (p Profile) stride() int { return p.Abilities.Dots / 8 }

// linesFor returns how many dot lines are at least mm millimetres.
func (p Profile) linesFor(mm int) int { return (mm*p.Abilities.DPI*10 + 253) / 254 }

// millimetres returns how much paper so many half-steps are, rounded up.
func (p Profile) millimetres(halfSteps int) int {
	lines := (halfSteps + p.motor.halfSteps - 1) / p.motor.halfSteps
	return (lines*254 + p.Abilities.DPI*10 - 1) / (p.Abilities.DPI * 10)
}
