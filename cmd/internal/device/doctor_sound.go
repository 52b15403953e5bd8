package device

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"example.org/totem/internal/fault"
)

// soundSystem is where the doctor looks for sound. Zero is the system's own.
type soundSystem struct {
	program func(name string) (path string, err error) // nil: exec.LookPath
	cards   string                                     // what ALSA tells of its cards; "": /proc/asound
	devices string                                     // their devices; "": /dev/snd
}

// examineSound looks whether what speaks and what plays is installed, and whether the cards are there. Whether it is heard
// only ears can tell.
func examineSound(s Sound, by soundSystem) Part {
	if by.program == nil {
		by.program = exec.LookPath
	}
	if by.cards == "" {
		by.cards, by.devices = "/proc/asound", "/dev/snd"
	}
	for _, one := range []struct{ name, in string }{{"espeak-ng", "espeak-ng"}, {"aplay", "alsa-utils"}} {
		if _, err := by.program(one.name); err != nil {
			return broken("sound", fault.New(fault.CodeVoice, nil, "install it: Debian has it in "+one.in, "%s is not installed", one.name))
		}
	}
	var out []string
	for _, one := range []struct{ name, device string }{{"headset", s.Headset}, {"speaker", s.Speaker}} {
		if one.device == "" {
			continue
		}
		if err := by.check("sound."+one.name, one.device); err != nil {
			return broken("sound", err)
		}
		out = append(out, one.name+" "+one.device)
	}
	return Part{Name: "sound", State: Good, Cause: "espeak-ng and aplay are there; " + strings.Join(out, ", ")}
}

// check looks for the card and the device of an ALSA name. Of names that tell no card it knows only that there must be one.
func (by soundSystem) check(field, name string) error {
	all := by.names()
	if len(all) == 0 {
		return fault.New(fault.CodeVoice, nil, "connect the sound card and check its driver; aplay -l lists what is there", "the system has no sound card")
	}
	card, device := cardOf(name)
	if card == "" {
		return nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Join(by.cards, cardFolder(card)))
	if err != nil {
		return fault.New(fault.CodeVoice, nil, fmt.Sprintf("set %s to a device of it, as aplay -L lists them", field),
			"%s names the sound card %s, and there is only %s", field, card, strings.Join(all, ", "))
	}
	if _, err := os.Stat(filepath.Join(folder, "pcm"+device+"p")); err != nil {
		return fault.New(fault.CodeVoice, nil, fmt.Sprintf("set %s to a device that plays, as aplay -l lists them", field),
			"%s names device %s of the sound card %s, which does not play", field, device, card)
	}
	number := strings.TrimPrefix(filepath.Base(folder), "card")
	if err := unix.Access(filepath.Join(by.devices, "pcmC"+number+"D"+device+"p"), unix.R_OK|unix.W_OK); err != nil {
		return fault.New(fault.CodeVoice, err, "give the totem's user the rights to the sound card: it belongs to the group audio",
			"the device of %s, %s, cannot be used", field, name)
	}
	return nil
}

// names returns the cards by the names that stay.
func (by soundSystem) names() (all []string) {
	cards, _ := filepath.Glob(filepath.Join(by.cards, "card[0-9]*")) // its only error is a bad pattern
	for _, card := range cards {
		id, err := os.ReadFile(filepath.Join(card, "id"))
		if err == nil {
			all = append(all, strings.TrimSpace(string(id)))
		}
	}
	slices.Sort(all)
	return all
}

// cardFolder is what ALSA calls a card in its folder: by its name, or by its number.
func cardFolder(card string) string {
	if strings.Trim(card, "0123456789") == "" {
		return "card" + card
	}
	return card
}

// cardOf returns card and device of an ALSA name: "plughw:CARD=Device,DEV=0", "hw:1,0", "plughw:PCH". The card is "" where
// the name tells none, or is not of the hardware.
func cardOf(name string) (card, device string) {
	kind, rest, ok := strings.Cut(name, ":")
	if !ok || kind != "hw" && kind != "plughw" {
		return "", ""
	}
	device = "0"
	for i, argument := range strings.Split(rest, ",") {
		key, value, keyed := strings.Cut(argument, "=")
		if !keyed {
			key, value = map[int]string{0: "CARD", 1: "DEV"}[i], argument
		}
		switch key {
		case "CARD":
			card = value
		case "DEV":
			device = value
		}
	}
	return card, device
}
