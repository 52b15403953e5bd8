package appliance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

// provision is the provisioning file that counts, and where it came from.
type provision struct {
	file   provisioning.File
	before *provisioning.File // the one that was accepted last; nil: none was
	data   []byte
	name   string // on the card's small partition; "": it is the accepted one
	doubt  error  // why the card could not be asked; nil: it was
}

// token returns what stands for the file's token, and the place that it is for, without telling it; "" for a file without a
// token that was not used.
func (p provision) token() string {
	if !p.file.HasToken() {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%v/%s", p.file.Office, p.file.Totem, p.file.Replace, p.file.Token))
	return hex.EncodeToString(sum[:])
}

// provision reads the file on the card or, where there is none, the one that was accepted before.
func (c Config) provision() (provision, error) {
	p := provision{before: c.accepted()}
	p.name, p.data, p.doubt = c.onCard()
	if p.name != "" {
		var err error
		p.file, err = device.ParseProvisioning(p.name, p.data)
		return p, err
	}
	data, err := c.read(acceptedFile)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			p.doubt = errors.Join(p.doubt, err)
		}
		return p, fault.New(fault.CodeNoFile, p.doubt, "copy totem/provision.toml.example on the card's small partition to totem/provision.toml, at any computer, and fill it in",
			"there is no provisioning file on the card")
	}
	p.data = data
	p.file, err = device.ParseProvisioning("provision.toml", data)
	return p, err
}

// accepted returns the file that was accepted last, nil where there is none that can be read.
func (c Config) accepted() *provisioning.File {
	data, err := c.read(acceptedFile)
	if err != nil {
		return nil
	}
	f, err := provisioning.Parse("provision.toml", data)
	if err != nil {
		return nil
	}
	return &f
}

// onCard returns the provisioning file on the card; "" where there is none. The error says why the card cannot be asked.
func (c Config) onCard() (name string, data []byte, err error) {
	card, err := c.card()
	if err != nil {
		return "", nil, err
	}
	defer card.Close()
	for _, name := range provisioning.Names() {
		data, err := card.ReadFile(name)
		if err == nil {
			return name, data, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", nil, err
		}
	}
	return "", nil, nil
}

// blot writes over the token on the card. Only one that is the file's own is written over.
func (c Config) blot(p provision) error {
	if p.name == "" || !p.file.HasToken() {
		return nil
	}
	card, err := c.card()
	if err != nil {
		return fmt.Errorf("blot out the token: %w", err)
	}
	if err := errors.Join(card.Overwrite(p.name, 0, p.file.Blot(p.data)), card.Close()); err != nil {
		return fmt.Errorf("blot out the token: %w", err)
	}
	return nil
}

// enrolment is how far the enrolment by a token is.
type enrolment struct {
	Token  string `json:"token"`  // as provision.token has it
	Before string `json:"before"` // the public half of the key that was in force when it began; "": none
}

// begun returns the enrolment that was begun, the zero value for none that can be read.
func (c Config) begun() (e enrolment) { return c.enrolment(enrolmentFile) }

// enrolled returns the enrolment that came to its end, the zero value for none.
func (c Config) enrolled() enrolment { return c.enrolment(enrolledFile) }

func (c Config) enrolment(name string) (e enrolment) {
	data, err := c.read(name)
	if err != nil || json.Unmarshal(data, &e) != nil {
		return enrolment{}
	}
	return e
}

func (c Config) note(name string, what any) error {
	data, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return c.write(name, append(data, '\n'), "")
}
