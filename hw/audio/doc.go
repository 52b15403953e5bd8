// Package audio makes the totem heard. A Voice has texts spoken by espeak-ng, which runs as a process beside, and plays what
// comes out of it, and a few soft cues, into a headset or from a speaker.
//
// What is private goes into the headset and nowhere else: whatever is called in which order, no line marked Private reaches the
// speaker's player, and when the headset is pulled out nothing goes on at the speaker.
//
// A text is written to the standard input of espeak-ng and stands in no argument, no environment and no file; espeak-ng may
// leave no core. The sound goes from pipe to pipe and is forgotten once it was heard.
package audio
