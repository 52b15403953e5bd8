package appliance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"example.org/totem/form"
	"example.org/totem/internal/fault"
	"example.org/totem/ui/placard"
)

// State is how far the set-up is, as its last placard has it.
type State struct {
	Ready bool         `json:"ready"` // nothing is left to be done
	Page  placard.Page `json:"page"`
}

// panelFile says how the panel hangs: what is painted before the provisioning can be read again needs it.
const panelFile = "/run/totem/panel.json"

// panelState is what panelFile holds.
type panelState struct {
	Rotation int `json:"rotation"`
}

// keep writes the state down for [LastState] and the service screen.
func (c Config) keep(s State) error { return c.note(stateFile, s) }

// LastState returns what the last placard of the set-up says. The error is a *fault.Fault of CodeSystem where none was made
// since the boot.
func LastState(c Config) (s State, err error) {
	c = c.complete()
	data, err := c.read(stateFile)
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		return State{}, fault.New(fault.CodeSystem, fault.Reason(err), "run it on a totem, as root, after totem setup prepare", "nothing is known of a set-up since this system started")
	}
	return s, nil
}

// mostMistakes is how many mistakes of a file are shown at once: more than a person corrects in one go, and what a panel holds.
const mostMistakes = 8

// setupTitle stands in the band of every placard of the set-up.
const setupTitle = "Setting up this totem"

// mistakes is the placard of a provisioning file that cannot be taken.
func (c Config) mistakes(err error) State {
	page := placard.Page{Office: setupTitle, Title: "The provisioning file cannot be used.",
		Lead: "Switch the totem off, put the card into any computer, correct totem/provision.toml on its small partition, and start the totem with it again.",
		Foot: c.foot(nil)}
	f := fault.Of(err)
	switch f.Code {
	case fault.CodeProvisioning:
		page.Title = f.Sentence
		if i := strings.LastIndex(f.Sentence, " has "); i > 0 {
			page.Title = "The provisioning file" + f.Sentence[i:] + "."
		}
	case fault.CodeNoFile:
		page.Title = "This totem was never set up."
		page.Lead = "Switch it off and put the card into any computer."
	case fault.CodeData, fault.CodeSystem, fault.CodeInternal:
		page.Title, page.Lead = "This totem cannot be set up.", ""
	}
	var left int
	page.Trouble, left = troubles(err)
	if left > 0 {
		page.Lead += fmt.Sprintf(" %d more are shown when these are corrected.", left)
	}
	return State{Page: page}
}

// troubles returns what an error says as a placard has it: each mistake of a file for itself.
func troubles(err error) (all []placard.Trouble, left int) {
	f := fault.Of(err)
	for _, one := range parts(f.Err) {
		var m form.Mistake
		if !errors.As(one, &m) {
			all = nil
			break
		}
		where := m.Field
		if m.Line > 0 {
			where = strings.TrimSuffix(fmt.Sprintf("line %d · %s", m.Line, m.Field), " · ")
		}
		all = append(all, placard.Trouble{Code: string(f.Code), Where: where, Sentence: m.Wrong, Remedy: m.Remedy})
	}
	if len(all) > mostMistakes {
		return all[:mostMistakes], len(all) - mostMistakes
	}
	if len(all) > 0 {
		return all, 0
	}
	t := placard.Trouble{Code: string(f.Code), Sentence: f.Sentence, Remedy: f.Remedy}
	if f.Err != nil {
		t.Cause = strings.ReplaceAll(f.Err.Error(), "\n", "; ")
	}
	return []placard.Trouble{t}, 0
}

// parts returns the errors that were joined to err, or err alone; none for nil.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, parts(one)...)
	}
	return all
}

// foot is what stands along the foot of every placard, as far as it is known.
func (c Config) foot(addresses []netip.Addr) (all []placard.Fact) {
	add := func(name, value string) {
		if value != "" {
			all = append(all, placard.Fact{Name: name, Value: value})
		}
	}
	if f := c.accepted(); f != nil {
		add("office", string(f.Office))
		add("totem", string(f.Totem))
	}
	add("version", c.Version)
	var known []string
	for _, a := range addresses {
		known = append(known, a.String())
	}
	add("address", strings.Join(known, ", "))
	add("root slot", c.rootSlot())
	return all
}

// rootSlot returns the root slot that this boot is of, as the kernel's command line tells; "" where it does not.
func (c Config) rootSlot() string {
	for word := range strings.FieldsSeq(c.word("/proc/cmdline")) {
		if slot, ok := strings.CutPrefix(word, "totem.slot="); ok {
			return slot
		}
	}
	return ""
}

// rotation returns how the panel hangs, as far as anybody knows.
func (c Config) rotation() int {
	var p panelState
	data, err := c.read(panelFile)
	if err == nil && json.Unmarshal(data, &p) == nil {
		return p.Rotation
	}
	if f := c.accepted(); f != nil {
		return f.Panel.Rotation
	}
	return 0
}
