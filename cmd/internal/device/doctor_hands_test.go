package device

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/handsim"
)

// handy names everything that people meet.
func handy(data string) Config {
	return Config{Data: data, Panel: Panel{Touch: touchEvdev, TouchPath: "/dev/input/by-path/panel"}, Keypad: Keypad{Path: "keys, wheel ,keys"},
		Scanner: Scanner{Path: "reader"}, Sound: Sound{Headset: "plughw:CARD=Device,DEV=0", Speaker: "hw:1,3"}}
}

// told is what the doctor prints of parts, without their remedies.
func told(parts []Part) string {
	var lines []string
	for _, p := range parts {
		lines = append(lines, strings.Join(strings.Fields(p.Name+" "+p.State+" "+string(p.Code)+" "+p.Cause), " "))
		if (p.State == Good) != (p.Remedy == "") || strings.Contains(p.Remedy, ".;") || strings.Contains(p.Cause, "\n") {
			lines = append(lines, "remedy: "+p.Remedy)
		}
	}
	return strings.Join(lines, "\n")
}

// panelAlone is a source that can be closed.
type panelAlone struct{ contact.Source }

func (panelAlone) Close() error { return nil }

func TestTheDoctorOpensEachHandOnceAndClosesItAgain(t *testing.T) {
	ports := map[string]*handsim.Device{}
	for _, name := range []string{"keys", "wheel", "reader"} {
		d, err := handsim.New(evdev.Info{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		ports[name] = d
	}
	var asked []string
	by := openers{
		touch: func(p Panel) (contact.Source, error) { asked = append(asked, p.TouchPath); return panelAlone{}, nil },
		input: func(path string) (evdev.Port, error) { asked = append(asked, path); return ports[path].Open() },
		codes: func(path string, baud int) (io.ReadCloser, error) {
			if baud != 9600 {
				t.Errorf("the reader is opened at %d", baud)
			}
			asked = append(asked, path)
			return ports[path].Open()
		},
		sound: ofCards(t),
	}
	got := told(examineHands(handy(t.TempDir()), false, by))
	want := "touch good /dev/input/by-path/panel is there\nkeypad good keys is there\nkeypad good wheel is there\nreader good reader is there\n" +
		"sound good espeak-ng and aplay are there; headset plughw:CARD=Device,DEV=0, speaker hw:1,3"
	if got != want || strings.Join(asked, " ") != "/dev/input/by-path/panel keys wheel reader" {
		t.Errorf("%v are opened:\n%s", asked, got)
	}
	if parts := examineHands(Config{}, false, by); len(parts) != 0 {
		t.Errorf("of a totem without hands: %s", told(parts))
	}
}

func TestHandsThatCannotBeOpenedAreFaultsEachWithItsRemedy(t *testing.T) {
	for err, want := range map[error]string{
		&fs.PathError{Op: "open", Path: "keys", Err: fs.ErrNotExist}: "set keypad.path",
		fs.ErrPermission: "group input",
		unix.EBUSY:       "stop the other program",
		evdev.ErrKind:    "set keypad.path",
	} {
		parts := examineHands(Config{Keypad: Keypad{Path: "keys"}}, false, openers{input: func(string) (evdev.Port, error) { return nil, err }})
		if len(parts) != 1 || parts[0].Code != fault.CodeKeypad || parts[0].State != Faulty || !strings.Contains(parts[0].Remedy, want) ||
			strings.Count(parts[0].Cause, "keys") != 1 {
			t.Errorf("%v: %+v", err, parts)
		}
	}
	both := errors.Join(errors.New("one"), errors.New("two"))
	parts := examineHands(Config{Panel: Panel{Touch: touchGT911, TouchBus: "I2C1"}}, false, openers{touch: func(Panel) (contact.Source, error) {
		return nil, fault.New(fault.CodeTouchOpen, both, "check it", "no GT911 answers")
	}})
	if got := told(parts); got != "touch fault T700 no GT911 answers: one; two" {
		t.Error(got)
	}
}

// ofCards is a system with two cards; the second has no device 0 that plays.
func ofCards(t *testing.T) soundSystem {
	t.Helper()
	by := soundSystem{program: func(name string) (string, error) { return name, nil }, cards: t.TempDir(), devices: t.TempDir()}
	for name, content := range map[string]string{"card0/id": "Device\n", "card0/pcm0p/info": "", "card1/id": "PCH\n", "card1/pcm0c/info": "", "card1/pcm3p/info": ""} {
		file := filepath.Join(by.cards, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("card0", filepath.Join(by.cards, "Device")), os.Symlink("card1", filepath.Join(by.cards, "PCH")),
		os.WriteFile(filepath.Join(by.devices, "pcmC0D0p"), nil, 0o600), os.WriteFile(filepath.Join(by.devices, "pcmC1D3p"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	return by
}

func TestTheDoctorLooksForTheCardsThatSoundNames(t *testing.T) {
	by := ofCards(t)
	for device, want := range map[string]string{
		"plughw:CARD=Device,DEV=0": "", "plughw:Device": "", "hw:0,0": "", "hw:CARD=PCH,DEV=3": "", "hw:1,3": "", "default": "", "sysdefault:CARD=Nothing": "",
		"plughw:CARD=USB,DEV=0": "sound.headset names the sound card USB, and there is only Device, PCH",
		"hw:2":                  "sound.headset names the sound card 2, and there is only Device, PCH",
		"plughw:CARD=PCH,DEV=0": "sound.headset names device 0 of the sound card PCH, which does not play",
	} {
		p := examineSound(Sound{Headset: device}, by)
		if want == "" && p.State != Good || want != "" && (p.Cause != want || p.Code != fault.CodeVoice || !strings.Contains(p.Remedy, "sound.headset")) {
			t.Errorf("%s: %+v", device, p)
		}
	}
	if err := os.Remove(filepath.Join(by.devices, "pcmC1D3p")); err != nil {
		t.Fatal(err)
	}
	if p := examineSound(Sound{Headset: "hw:0", Speaker: "hw:1,3"}, by); p.Code != fault.CodeVoice || !strings.Contains(p.Cause, "sound.speaker") {
		t.Errorf("a device that cannot be used: %+v", p)
	}
	by.cards = t.TempDir()
	if p := examineSound(Sound{Headset: "default"}, by); p.State != Faulty || p.Cause != "the system has no sound card" {
		t.Errorf("no card: %+v", p)
	}
	by.program = func(name string) (string, error) {
		if name == "aplay" {
			return "", fs.ErrNotExist
		}
		return name, nil
	}
	if p := examineSound(Sound{Headset: "default"}, by); p.Cause != "aplay is not installed" || !strings.Contains(p.Remedy, "alsa-utils") {
		t.Errorf("no player: %+v", p)
	}
}

func TestHandsOfARunningTotemAreToldAsItSeesThem(t *testing.T) {
	data := t.TempDir()
	leave := func(health string) {
		if err := os.WriteFile(filepath.Join(data, healthFile), []byte(health), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	never := openers{touch: func(Panel) (contact.Source, error) { t.Error("a running totem's panel is opened"); return nil, io.EOF }}
	look := func(cfg Config) string { return told(examineHands(cfg, true, never)) }
	const nothing = " attention in use by the running totem, which has left nothing about it"
	if got, want := look(handy(data)), "touch"+nothing+"\nkeypad"+nothing+"\nreader"+nothing+"\nsound"+nothing; got != want {
		t.Errorf("nothing is left:\n%s", got)
	}
	leave(`{"touch":"works","keypad":"works","scanner":"works","sound":"works"}`)
	const works = " good works (as the running totem sees it)"
	if got, want := look(handy(data)), "touch"+works+"\nkeypad"+works+"\nreader"+works+"\nsound"+works; got != want {
		t.Errorf("all works:\n%s", got)
	}
	leave(`{"touch":"stuck","keypad":"silent","scanner":"none","sound":"silent"}`)
	want := `touch fault T701 stuck: something presses on it (as the running totem sees it)
keypad fault T702 silent: it cannot be opened or went away (as the running totem sees it)
reader attention the running totem was told of none: totem.toml was changed since it was started
sound fault T704 silent: the voice, or the player of headset or speaker, does not work (as the running totem sees it)`
	if got := look(handy(data)); got != want {
		t.Errorf("trouble:\n%s", got)
	}
	leave(`{"touch":"silent","keypad":"none","scanner":"none","sound":"none"}`)
	parts := examineHands(Config{Data: data, Panel: Panel{Touch: touchEvdev}}, true, never)
	if len(parts) != 1 || parts[0].Code != fault.CodeTouchOpen || !strings.HasPrefix(parts[0].Remedy, "check its cable and power") ||
		!strings.HasSuffix(parts[0].Remedy, "the totem's log tells the cause") {
		t.Errorf("a panel that is silent: %+v", parts)
	}
	leave(`{"printer":"ready"}`) // by a totem that knew nothing of hands
	if got := look(Config{Data: data}); got != "" {
		t.Errorf("a totem without hands: %s", got)
	}
}
