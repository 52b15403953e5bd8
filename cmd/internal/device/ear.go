package device

import (
	"context"
	"sync"

	"example.org/totem/hw/audio"
	"example.org/totem/kiosk"
	"example.org/totem/sync/wire"
	"example.org/totem/ui/speech"
)

// ear makes screens heard: it compares each with the one before, and has said what is new. Its methods may be called from
// any goroutine.
type ear struct {
	voice  *audio.Voice // nil: nothing can be heard
	spoken func(speech.Utterance)

	mu     sync.Mutex
	reader speech.Reader
	manner audio.Manner
}

// openEar returns the ear of a totem. heard is told when a sentence was spoken to its end, state how what speaks is.
func openEar(cfg Config, parts Parts, heard func(), state func(wire.Part)) (*ear, error) {
	e := &ear{spoken: parts.Spoken}
	c := cfg.Sound
	if !c.named() {
		return e, nil
	}
	player := parts.Player
	if player == nil {
		player = audio.Aplay
	}
	out := func(name string, full int) audio.Output {
		if name == "" {
			return audio.Output{}
		}
		return audio.Output{Player: player(name), FullScale: float64(full)}
	}
	var err error
	e.voice, err = audio.New(audio.Config{Headset: out(c.Headset, c.HeadsetDB), Speaker: out(c.Speaker, c.SpeakerDB), Heard: heard,
		StateChanged: func(s audio.State) { state(partOfSound(s)) }, Log: parts.Log})
	if err != nil {
		return nil, err
	}
	e.voice.Headset(c.Headset != "" && !c.Sensed)
	return e, nil
}

// partOfSound says in the words of health how what speaks is.
func partOfSound(s audio.State) wire.Part {
	if s == audio.Works {
		return wire.PartWorks
	}
	return wire.PartSilent
}

// run makes things heard until ctx ends.
func (e *ear) run(ctx context.Context) {
	if e.voice != nil {
		e.voice.Run(ctx)
	}
}

// hear takes the screen that is on the glass now.
func (e *ear) hear(s kiosk.Screen) {
	e.mu.Lock()
	defer e.mu.Unlock()
	u := e.reader.Next(s)
	if e.spoken != nil && said(u) {
		e.spoken(u)
	}
	if e.voice == nil {
		return
	}
	if manner := (audio.Manner{Rate: s.Voice.Percent(), Level: s.Voice.Level}); s.Voice.On && manner != e.manner {
		e.manner = manner
		e.voice.Manner(manner)
	} else if !s.Voice.On && e.manner != (audio.Manner{}) {
		e.manner = audio.Manner{}
		e.voice.Manner(e.manner)
	}
	e.say(u)
}

// said reports whether an utterance changes anything.
func said(u speech.Utterance) bool { return u.Hush || u.Warn || u.Pause || len(u.Say) > 0 }

func (e *ear) say(u speech.Utterance) {
	if u.Warn {
		e.voice.Cue(audio.Warning)
	}
	switch {
	case len(u.Say) > 0:
		lines := make([]audio.Line, len(u.Say))
		for i, one := range u.Say {
			lines[i] = audio.Line{Text: one.Text, Lang: one.Lang, Private: one.Private}
		}
		if !u.Hush {
			e.voice.Add(lines)
			break
		}
		e.voice.Say(lines)
	case u.Hush:
		e.voice.Hush()
	}
	e.voice.Pause(u.Pause)
}

// hush ends what is being said: somebody did something.
func (e *ear) hush() {
	if e.voice != nil {
		e.voice.Hush()
	}
}

// plugged says whether a headset is plugged in, before anybody else hears of it: what is private must not be heard by others.
func (e *ear) plugged(in bool) {
	if e.voice != nil {
		e.voice.Headset(in)
	}
}

// click answers a finger.
func (e *ear) click() {
	if e.voice != nil {
		e.voice.Cue(audio.Click)
	}
}
