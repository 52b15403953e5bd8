package audio

import (
	"fmt"
	"math"
)

// Output is where sound comes out.
type Output struct {
	// Player is the command that plays what it reads from its standard input, signed 16-bit little-endian samples, mono,
	// SampleRate a second, and ends when that ends. It must read no more than a quarter of a second ahead of what is
	// heard, and fall silent when it is killed. See Aplay.
	Player []string
	// FullScale is how loud a sine of the greatest amplitude is at the ear, or where people stand before the speaker, in dB SPL,
	// 60 to 140; it is measured once for each model. 0: 100. What is to be 85 dB softer or more is lost in the rounding of
	// samples; what is to be less than 20 dB softer has its peaks limited.
	FullScale float64
	// Usual is how loud speech is at level 0, in dB SPL, 40 to 80. 0: 65.
	Usual float64
}

// SampleRate is how many samples a second a player is given: as many as espeak-ng makes.
const SampleRate = 22050

// Aplay returns a Player for an ALSA device, such as "plughw:CARD=Headphones": aplay of alsa-utils with a buffer of 80 ms.
func Aplay(device string) []string {
	return []string{"aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", "22050", "-c", "1", "-D", device,
		"--buffer-time=80000", "--period-time=20000", "-"}
}

const (
	defaultFullScale = 100
	defaultUsual     = 65

	levelStep = 5 // dB
	softest   = -9
	loudest   = 7
)

func (o Output) absent() bool { return len(o.Player) == 0 }

// checked returns o with its defaults.
func (o Output) checked(name string) (Output, error) {
	if o.absent() {
		if o.FullScale != 0 || o.Usual != 0 {
			return o, fmt.Errorf("audio %s: loudness without a player", name)
		}
		return o, nil
	}
	if o.FullScale == 0 {
		o.FullScale = defaultFullScale
	}
	if o.Usual == 0 {
		o.Usual = defaultUsual
	}
	switch {
	case o.Player[0] == "":
		return o, fmt.Errorf("audio %s: a player without a name", name)
	case !(o.FullScale >= 60 && o.FullScale <= 140):
		return o, fmt.Errorf("audio %s: %v dB at full scale are out of range, 60 to 140", name, o.FullScale)
	case !(o.Usual >= 40 && o.Usual <= 80):
		return o, fmt.Errorf("audio %s: %v dB for usual speech are out of range, 40 to 80", name, o.Usual)
	}
	return o, nil
}

// spoken is the level of all speech and cues before gain, in dB below a square wave of full scale: what espeak-ng gives, so that
// little is lost by rounding.
const spoken = -22

// gain returns the factor that makes speech of the level spoken as loud as is wished. A sine of full scale has 3.01 dB
// less than a square wave.
func (o Output) gain(level int) float64 {
	wanted := o.Usual + levelStep*float64(min(max(level, softest), loudest))
	return math.Pow(10, (wanted-o.FullScale-3.01-spoken)/20)
}
