package kiosk

// Voice is how a citizen has the screens spoken. It belongs to one conversation and is forgotten with it. The zero Voice
// is silent.
type Voice struct {
	On      bool `json:"on,omitempty"`
	Headset bool `json:"headset,omitempty"` // into a headset; else from the speaker, which says nothing private
	Rate    int  `json:"rate,omitempty"`    // per cent of the usual pace, one of Rates; 0 counts as 100
	Level   int  `json:"level,omitempty"`   // louder than usual in steps of 5 dB, below zero softer; from LeastLevel to MostLevel
	Paused  bool `json:"paused,omitempty"`
	Again   int  `json:"again,omitempty"` // grows with each wish to hear the whole screen once more
	Here    int  `json:"here,omitempty"`  // grows with each key that can do nothing here: it is said where one is
}

// Rates returns the paces in per cent of the usual one, from the slowest.
func Rates() []int { return []int{50, 75, 100, 125, 150, 175, 200} }

// Percent returns the pace in per cent of the usual one.
func (v Voice) Percent() int {
	if v.Rate == 0 {
		return 100
	}
	return v.Rate
}

// The levels, in steps of 5 dB above and below the usual loudness of 65 dB.
const (
	LeastLevel = -9 // 20 dB
	MostLevel  = 7  // 100 dB
)

// Sound is what a totem can be heard by.
type Sound uint8

// The kinds of sound.
const (
	NoSound      Sound = iota // nothing is spoken, and no key offers it
	HeadsetSound              // a socket for a headset
	SpeakerSound              // a speaker, and a socket for a headset: what is private is never spoken from the speaker
)

// Touch is how the touch panel is.
type Touch uint8

// The states of a touch panel.
const (
	TouchWorks  Touch = iota
	TouchSilent       // it is not there, or says nothing where it must
	TouchStuck        // something lies on the glass and does not go
)
