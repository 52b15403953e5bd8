package audio

import (
	"log/slog"
	"slices"
	"strings"
	"sync"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/locale"
)

// State is whether the totem can be heard.
type State uint8

// The states, the worst last.
const (
	Works    State = iota
	NoVoice        // espeak-ng is not there or does not work: cues are heard, words are not
	NoPlayer       // a player does not work: what should be heard there is not
)

// The parts that may fail.
const (
	partVoice   = "voice"
	partHeadset = "headset"
	partSpeaker = "speaker"
)

// health tells each failure once, and each recovery.
type health struct {
	log     *slog.Logger
	changed func(State)

	mu     sync.Mutex
	failed map[string]bool
	known  bool // state was told
	state  State
	lacks  string // the languages that were logged
}

// set notes how a part is: err is what is wrong with it, nil nothing. Neither the log nor anybody is told what was spoken, or
// in which language.
func (h *health) set(part string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	was := h.failed[part]
	h.failed[part] = err != nil
	switch {
	case err != nil && !was:
		why := fault.New(fault.CodeVoice, err, remedy(part), "nothing can be heard of the %s", part)
		event.Log(h.log, event.AudioAbsent, append(fault.Attrs(why), slog.String("part", part))...)
	case err == nil && was:
		event.Log(h.log, event.AudioBack, slog.String("part", part))
	}
	h.tell()
}

func remedy(part string) string {
	if part == partVoice {
		return "check that espeak-ng is installed, with its voices"
	}
	return "check that the player and its device in totem.toml are there, and that nothing else uses the sound card"
}

func (h *health) tell() {
	state := Works
	if h.failed[partVoice] {
		state = NoVoice
	}
	if h.failed[partHeadset] || h.failed[partSpeaker] {
		state = NoPlayer
	}
	if h.known && state == h.state {
		return
	}
	h.known, h.state = true, state
	if h.changed != nil {
		h.changed(state)
	}
}

func (h *health) bad(part string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failed[part]
}

// lack notes the languages that have no voice. They are told when espeak-ng is looked at, not when somebody wants one.
func (h *health) lack(langs []locale.Lang) {
	h.mu.Lock()
	defer h.mu.Unlock()
	names := make([]string, len(langs))
	for i, l := range langs {
		names[i] = string(l)
	}
	slices.Sort(names)
	list := strings.Join(names, " ")
	if list != h.lacks && list != "" {
		event.Log(h.log, event.AudioUnvoiced, slog.String("languages", list))
	}
	h.lacks = list
}

func (h *health) unspoken(l locale.Lang) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Contains(strings.Fields(h.lacks), string(l))
}
