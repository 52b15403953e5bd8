package appliance

import (
	"context"
	"errors"
	"time"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
	"example.org/totem/store"
	"example.org/totem/sync/identity"
)

// identity has the scheduler enrol this device's key, unless that came about before the power failed, and blots the token out:
// from here on it is worth nothing to anybody.
func (e *enroller) identity(ctx context.Context) (finding, error) {
	cfg, err := e.config()
	if err != nil {
		return finding{}, err
	}
	if err := e.enrolKey(ctx, cfg); err != nil {
		return finding{}, err
	}
	folder := identity.Open(cfg.Identity, cfg.Office, cfg.Totem)
	expires, err := folder.Expires()
	switch {
	case err != nil && fault.Of(err).Code == fault.CodeUnprovisioned:
		f := e.provided.file
		return finding{}, fault.New(fault.CodeSpent, nil, "have a new token made by: scheduler enrol "+string(f.Office)+" "+string(f.Totem)+"; write it into totem/provision.toml on the card",
			"this device has no key that the scheduler knows, and the provisioning file has no token that was not used")
	case err != nil:
		return finding{}, err
	}
	if err := errors.Join(e.giveAll(provisioning.IdentityDir), e.blot(e.provided)); err != nil {
		return finding{}, e.unwritten(err)
	}
	return finding{detail: "known to the scheduler; credentials until " + expires.Format(time.DateOnly)}, nil
}

// enrolKey enrols a key where there is a token for it that was not used.
func (e *enroller) enrolKey(ctx context.Context, cfg device.Config) error {
	token := e.provided.token()
	if token == "" {
		return nil
	}
	folder := identity.Open(cfg.Identity, cfg.Office, cfg.Totem)
	begun, force := e.begun(), folder.Key()
	if begun.Token != token {
		begun = enrolment{Token: token, Before: force}
		if err := e.note(enrolmentFile, begun); err != nil {
			return e.unwritten(err)
		}
	}
	if force != "" && force != begun.Before {
		return nil // the power failed between the scheduler's answer and this line
	}
	damaged := fault.Of(folder.Check()).Code == fault.CodeIdentity
	done, err := device.Provision(ctx, cfg, device.Enrolment{Token: e.provided.file.Token, Pins: e.provided.file.Pins,
		NewKey: force != "" || damaged, Random: e.Random, Say: e.Say})
	if err != nil {
		return toCard(err)
	}
	e.Say("the key " + done.Key + " is in force")
	return nil
}

// toCard says of a token that is refused where the new one belongs.
func toCard(err error) error {
	f := fault.Of(err)
	if f.Code != fault.CodeLinkKey {
		return err
	}
	return fault.New(f.Code, f.Err, f.Remedy+"; then switch the totem off and write the new token into totem/provision.toml on the card", "%s", f.Sentence)
}

// officePatience is how long the office's data are waited for.
const officePatience = 60 * time.Second

// office pulls the office and today's sheets, by a totem without a glass.
func (e *enroller) office(ctx context.Context) (finding, error) {
	cfg, err := e.config()
	if err != nil {
		return finding{}, err
	}
	if name, ok := e.known(ctx, cfg); ok {
		return finding{detail: name}, nil
	}
	waiting, cancel := context.WithTimeout(ctx, officePatience)
	defer cancel()
	ear := &ear{enough: cancel}
	parts := e.Device
	parts.Glass, parts.Random, parts.Log = blind{}, e.Random, ear.logger()
	d, err := device.Open(ctx, cfg, parts)
	if err == nil {
		err = errors.Join(d.Run(waiting), d.Close())
	}
	if given := e.giveAll(provisioning.DataDir); err == nil && given != nil {
		err = e.unwritten(given)
	}
	if err != nil {
		return finding{}, err
	}
	if name, ok := e.known(ctx, cfg); ok {
		return finding{detail: name}, nil
	}
	if refused := ear.fault(); refused != nil {
		return finding{}, refused
	}
	return finding{}, fault.New(fault.CodeLinkSilent, nil, "see that the scheduler runs, and serves the file of office "+string(cfg.Office),
		"the scheduler has sent nothing of office %s within a minute", cfg.Office)
}

// known returns the name of the office that the totem's database knows.
func (e *enroller) known(ctx context.Context, cfg device.Config) (name string, ok bool) {
	s, err := store.Open(ctx, store.Config{Path: e.path(provisioning.DataDir + "/totem.db"), Office: cfg.Office, Totem: cfg.Totem})
	if err != nil {
		return "", false
	}
	office, ok, err := s.Office(ctx)
	if err = errors.Join(err, s.Close()); err != nil || !ok {
		return "", false
	}
	return office.Name.In("en", "it"), true
}

// printer finds the printer, where it is to be found, and asks it how it is.
func (e *enroller) printer(ctx context.Context) (finding, error) {
	cfg, err := e.config()
	if err != nil {
		return finding{}, err
	}
	if e.provided.file.Find() && !e.there(printerFile) {
		_, best := device.FindPrinters(ctx, cfg, nil, nil, e.Say)
		if best == nil {
			return finding{}, fault.New(fault.CodePrinterMute, nil, "connect the printer and switch it on; a model that never answers needs its path and profile in the provisioning file",
				"no printer answers on any serial line or USB port")
		}
		found := provisioning.PrinterFacts{Path: best.Path, Profile: best.Profile, Baud: best.Baud, Flow: best.Flow}
		if err := errors.Join(e.note(printerFile, found), e.derive(e.provided.file, true)); err != nil {
			return finding{}, e.unwritten(err)
		}
		return finding{detail: "found at " + best.Path}, nil
	}
	for _, part := range device.Examine(ctx, cfg) {
		switch {
		case part.Name != "printer":
		case part.State == device.Faulty:
			return finding{}, fault.New(part.Code, nil, part.Remedy, "the printer at %s: %s", cfg.Printer.Path, part.Cause)
		default:
			return finding{detail: part.Cause, noted: part.State == device.Attention}, nil
		}
	}
	return finding{detail: "none is provisioned", noted: true}, nil
}
