package appliance

import (
	"errors"
	"fmt"

	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

// Prepare takes the provisioning file, from the card or as it was accepted before, and makes of it everything that the totem's
// programs read; at each boot, before network, display and kiosk. A file with a token that was not used yet leads to [Enrol].
// What is wrong is left as the set-up's state, which the service screen shows; the error is a *fault.Fault.
func Prepare(c Config) error {
	c = c.complete()
	p, err := c.provision()
	if err == nil {
		err = c.prepare(p, false)
	}
	if err != nil {
		return errors.Join(err, c.keep(c.mistakes(err)))
	}
	return nil
}

func (c Config) prepare(p provision, settled bool) error {
	if err := c.succeed(p); err != nil {
		return err
	}
	if err := c.derive(p.file, settled); err != nil {
		return err
	}
	if p.doubt != nil {
		c.Say("the card's small partition was not read: " + p.doubt.Error())
	}
	c.Say(fmt.Sprintf("this device is totem %s of office %s", p.file.Totem, p.file.Office))
	return nil
}

// succeed puts the file in the place of the one that was accepted before, as far as that goes without anybody's help.
func (c Config) succeed(p provision) error {
	if p.name == "" {
		return nil
	}
	token := p.token()
	if token != "" && token == c.enrolled().Token { // the power failed before it was blotted out
		return errors.Join(c.blot(p), c.accept(p))
	}
	step, err := p.file.After(p.before)
	if err != nil {
		return err
	}
	if step == provisioning.Keep {
		return c.accept(p)
	}
	if err := c.remove(enrolledFile); err != nil {
		return c.unwritten(err)
	}
	if token != c.begun().Token {
		if step == provisioning.Anew {
			if err := errors.Join(c.empty(provisioning.DataDir), c.empty(provisioning.IdentityDir), c.remove(printerFile)); err != nil {
				return c.unwritten(err)
			}
			c.Say("key and data of before are erased")
		}
		if err := c.note(enrolmentFile, enrolment{Token: token, Before: c.keyInForce(p.file)}); err != nil {
			return c.unwritten(err)
		}
	}
	return c.accept(p)
}

// accept keeps the file, without its token.
func (c Config) accept(p provision) error {
	if err := c.write(acceptedFile, p.file.Blot(p.data), ""); err != nil {
		return c.unwritten(err)
	}
	return nil
}

// unwritten is the fault of a partition that what was accepted cannot be kept on.
func (c Config) unwritten(err error) error {
	return fault.New(fault.CodeData, fault.Reason(err), "switch the totem off and on once; if it stays so, the card is worn out or was not written whole: write a new one",
		"the totem's own partition %s cannot be written", identDir)
}

// derive makes all files that follow from the provisioning.
func (c Config) derive(f provisioning.File, settled bool) error {
	files, err := f.Derive(c.facts(f, settled))
	if err != nil {
		return err
	}
	for name, content := range files {
		model := ""
		if name == provisioning.TotemPath {
			model = provisioning.IdentityDir // it holds the proxy's password: for the kiosk's user alone
		}
		err = errors.Join(err, c.write(name, content, model))
	}
	err = errors.Join(err, c.note(panelFile, panelState{f.Panel.Rotation}))
	if err != nil {
		return fault.New(fault.CodeSystem, err, "report it with the log around this moment", "what follows from the provisioning file cannot be written")
	}
	return nil
}
