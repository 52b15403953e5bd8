package stored

import (
	"bytes"
	"fmt"

	"example.org/totem/privacy"
)

// risk is what could happen to citizens or to who works at the office, and what the program does about it.
type risk struct{ what, measure, proof string }

func risks() []risk {
	return []risk{
		{"Consent that is not free, because refusing costs something", "today's place never needs a contact; a refusal leads on to the same places, in as many touches", "tests of `kiosk`"},
		{"Consent that was not asked properly", "one screen, one purpose, two equal answers; nothing but a deliberate touch is a yes", "tests of `kiosk` and `ui`"},
		{"A contact is found on a totem that was stolen or thrown away", "what is typed is sealed and sent at once, and never written there", "tests of `store` and `cmd/internal/device`"},
		{"A contact is read on its way", "TLS with pinned keys, and within it sealed to the scheduler's key; every such message has one length", "tests of `sync/sealed` and `sync/wire`"},
		{"A contact is kept longer than it is needed", "one key a record; overwritten and removed when the message went out, at withdrawal, when the day closes", "tests of `scheduler/contacts`"},
		{"The record of a consent leads to its citizen or ticket", "it has a random receipt and no number; the minute of nothing but the citizen's own acts", "tests of `scheduler/consents`"},
		{"A record of a consent is changed or left out afterwards", "each line is signed and holds the digest of the one before", "tests of `scheduler/consents`"},
		{"Tickets of several days are put together to a person", "codes are random; kept as a keyed hash, whose key is destroyed when the day closes", "tests of `booking`, `store`, `scheduler`"},
		{"The health or social need behind a ticket is seen by others", "a sensitive service has the label of its queue on paper, screen and wire", "tests of `ticket`, `kiosk`, `scheduler/agenda`"},
		{"Who works at the office is watched", "no field names a person, a desk or the time of one; every new field has to be given a purpose by a person", "tests of `internal/stored`"},
		{"The log says what citizens did", "a closed list of events; keys of attributes are in schema.lock", "tests of `internal/event`, `internal/stored`"},
		{"Somebody else poses as totem or scheduler", "an identity of its own for each device, enrolled once, revocable; a signed time", "tests of `scheduler/authority`, `sync/natslink`"},
	}
}

// ImpactAssessment returns the frame of an impact assessment (GDPR Art. 35(7)), with what Totem answers itself.
func ImpactAssessment() []byte {
	var out bytes.Buffer
	out.WriteString(generated)
	out.WriteString(`# Impact assessment: a frame

What GDPR Art. 35(7) asks for. Totem's own answers stand here; lines that begin with **Office:** are for the controller, with the
advice of its data protection officer (Art. 35(2)). Whether an assessment is needed at all is the controller's to decide (Art. 35(1), (3)).

## (a) What is done, and what for

Citizens take a place for today at a totem in the entrance, without giving any data. Who wants a reminder, or another day where the
office asks for a contact for it, may give one. The [record of processing](record-of-processing.md) says it purpose by purpose, the [list of
fields](stored-fields.md) field by field.

**Office:** how many citizens a day; which services, and which of them are sensitive; who runs the scheduler; processors and their contracts.

## (b) Necessity and proportion

| purpose | basis | what is taken |
|---|---|---|
`)
	for _, p := range privacy.Purposes() {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", say(p, p.Words.Title), p.Statute(), say(p, p.Words.Data))
	}
	out.WriteString(`
- Nothing is taken for the default path. No document is read, no name is asked, no free text can be typed.
- The notice (Art. 13) is made of the same purposes, in ten languages, before anything is asked.
- Rights can be used at the totem: who has the code of a ticket reads all that is stored of it, gives the place back, or withdraws a consent.
  Who has the receipt of a consent has its record found: ` + "`scheduler consents --receipt`" + `.

**Office:** why a reminder is worth it here; whether ` + "`advance = \"open\"`" + ` would do without contacts; what its processors keep, and for how long.

## (c) and (d) Risks, and what is done about them

| risk | what Totem does | how it is held |
|---|---|---|
`)
	for _, r := range risks() {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", r.what, r.measure, r.proof)
	}
	out.WriteString(`
What is not answered by the program:

- Who stands behind a citizen sees the screen. **Office:** where the totem stands, and what is around it.
- The gateway that carries messages sees contact and text. **Office:** contract, place, and time of keeping.
- Whoever administers the scheduler's machine can read its memory. **Office:** who that is, and how it is noted.
- Disks may keep blocks that were overwritten. **Office:** disk encryption, and how disks are thrown away.

**Office:** how likely and how severe each risk is here; views of citizens or their representatives (Art. 35(9)); the officer's advice;
date of the next review (Art. 35(11)).
`)
	return out.Bytes()
}
