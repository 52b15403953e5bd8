package kiosk

import (
	"strconv"

	"example.org/totem/locale"
)

// hearing returns how the screen is spoken.
func (s State) hearing() Voice {
	v := s.talk.voice
	v.Headset = v.On && s.headset
	v.Paused = v.Paused && !s.asksStill() // whoever pauses must hear that the time runs out
	return v
}

// voiceScreen shows how the screens are spoken, or that a headset is missing. The keys that go slower or softer stay where
// there is no more to go, so that no focus is lost at the last step.
func (s State) voiceScreen() []Box {
	body := []Box{s.control(RoleBack, "back", GoBack{}, locale.BackPlain), s.words(RoleTitle, locale.VoiceTitle)}
	v := s.talk.voice
	if !v.On {
		return append(body, s.words(RoleLead, locale.VoicePlug))
	}
	pause := locale.VoicePause
	if v.Paused {
		pause = locale.VoiceContinue
	}
	return append(body,
		Box{Role: RoleSetting, Children: []Box{
			s.words(RoleStrong, locale.VoiceRate, locale.Count("n", v.Percent())),
			s.control(RoleButton, "slower", ChangeRate{Steps: -1}, locale.VoiceSlower),
			s.control(RoleButton, "faster", ChangeRate{Steps: 1}, locale.VoiceFaster),
		}},
		Box{Role: RoleSetting, Children: []Box{
			s.words(RoleStrong, locale.VoiceLevel, locale.Word("n", strconv.Itoa(v.Level-LeastLevel+1)),
				locale.Word("all", strconv.Itoa(MostLevel-LeastLevel+1))),
			s.control(RoleButton, "softer", ChangeLevel{Steps: -1}, locale.VoiceSofter),
			s.control(RoleButton, "louder", ChangeLevel{Steps: 1}, locale.VoiceLouder),
		}},
		Box{Role: RoleButtons, Children: []Box{
			s.control(RoleButton, "off", StopVoice{}, locale.VoiceOff),
			s.control(RoleButton, "again", HearAgain{}, locale.VoiceAgain),
			s.control(RolePrimary, "pause", PauseVoice{}, pause),
		}})
}
