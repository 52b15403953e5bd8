package device

import "example.org/totem/kiosk"

// Talk returns how conversations are led at a totem of this configuration: what the panel holds, whether it has a layout of
// low reach, and what hands and ears find besides.
func (c Config) Talk(room kiosk.Room, reach bool) kiosk.Config {
	talk := kiosk.Config{Room: room, Reach: reach, Keys: c.Keypad.Path != "", Scanner: c.Scanner.Path != ""}
	switch {
	case c.Sound.Speaker != "":
		talk.Sound = kiosk.SpeakerSound
	case c.Sound.Headset != "":
		talk.Sound = kiosk.HeadsetSound
	}
	talk.Headset = c.Sound.Headset != "" && !c.Sound.Sensed
	return talk
}
