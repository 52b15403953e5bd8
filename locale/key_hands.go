package locale

// The voice, and how it is set.
const (
	AccessVoice      Key = "access.voice"
	AccessVoiceShort Key = "access.voice.short"

	VoiceTitle    Key = "voice.title"
	VoicePlug     Key = "voice.plug"    // the headset is missing
	VoicePrivate  Key = "voice.private" // why something is not spoken from the speaker
	VoiceRate     Key = "voice.rate"    // {n} per cent
	VoiceSlower   Key = "voice.slower"
	VoiceFaster   Key = "voice.faster"
	VoiceLevel    Key = "voice.level" // {n} of {all}
	VoiceSofter   Key = "voice.softer"
	VoiceLouder   Key = "voice.louder"
	VoicePause    Key = "voice.pause"
	VoiceContinue Key = "voice.continue"
	VoiceAgain    Key = "voice.again"
	VoiceOff      Key = "voice.off"
)

// The five keys: where the focus is, and how to go on.
const (
	HintKeys   Key = "hint.keys"   // no control has the focus
	HintAt     Key = "hint.at"     // {n} of {all}
	HintChosen Key = "hint.chosen" // {n} of {all}: what it switches is on, or it is the one in use
	HelpKeys   Key = "help.keys"
	HelpVoice  Key = "help.voice"
)

// The touch panel does not do.
const (
	TouchSilentTitle Key = "touch.silent.title"
	TouchSilentKeys  Key = "touch.silent.keys" // there is a keypad
	TouchStuckTitle  Key = "touch.stuck.title"
	TouchStuckLead   Key = "touch.stuck.lead"
)

// The code reader.
const (
	OwnScan    Key = "own.scan"
	ScanUnread Key = "scan.unread" // what was read is no ticket's code
)
