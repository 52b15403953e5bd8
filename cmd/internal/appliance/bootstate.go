package appliance

import (
	"errors"
	"os"
	"strings"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
	"example.org/totem/hw/esp"
	"example.org/totem/internal/fault"
)

// BootConfig says where the boot state is kept.
type BootConfig struct {
	ESP         string // the small partition, a device or a file; "" is esp.Device
	CommandLine string // file of the kernel's command line, which says what runs; "" is /proc/cmdline
}

// BootReport is what a totem knows of its root slots.
type BootReport struct {
	Running    string     `json:"running"`   // slot of this boot; "none" where the boot loader did not say
	Committed  string     `json:"committed"` // what has proved good
	Trial      string     `json:"trial"`     // "none" without one
	Tries      int        `json:"tries"`     // starts of the trial so far
	Next       string     `json:"next"`      // what is started next
	Bad        []string   `json:"bad"`
	Failed     []string   `json:"failed"` // in which the kiosk failed again and again
	Generation uint64     `json:"generation"`
	Copies     []BootCopy `json:"copies"`
}

// BootCopy is one of the files that hold the state.
type BootCopy struct {
	Name   string `json:"name"`
	Whole  bool   `json:"whole"`
	Counts bool   `json:"counts"` // the state is read from it
	Error  string `json:"error,omitempty"`
}

// Running returns the slot of this boot, as the boot loader says on the kernel's command line. Its error carries a fault.
func (c BootConfig) Running() (bootstate.Slot, error) {
	path := c.CommandLine
	if path == "" {
		path = "/proc/cmdline"
	}
	line, err := os.ReadFile(path)
	for word := range strings.FieldsSeq(string(line)) {
		if name, ok := strings.CutPrefix(word, "totem.slot="); ok && err == nil {
			return bootstate.ParseSlot(name)
		}
	}
	return bootstate.None, fault.New(fault.CodeSystem, err, "run this on a totem that was started from its card",
		"the kernel's command line does not say which root slot this is")
}

// Boot is the boot state of a card that is locked, so that nobody changes it meanwhile. The caller closes it.
type Boot struct {
	card    *esp.Partition
	env     bootenv.Env
	running bootstate.Slot
}

// OpenBoot reads the boot state. It waits for whoever has it open. Its error carries a fault.
func OpenBoot(c BootConfig) (*Boot, error) {
	path := c.ESP
	if path == "" {
		path = esp.Device
	}
	card, err := esp.Open(path)
	if err != nil {
		return nil, bootFault(err)
	}
	b := &Boot{card: card}
	if err = card.Lock(); err == nil {
		b.env, err = bootenv.Read(card)
	}
	if err != nil {
		return nil, bootFault(errors.Join(err, card.Close()))
	}
	b.running, _ = c.Running() // whoever needs it asks for it
	return b, nil
}

// Close lets go of the card.
func (b *Boot) Close() error { return b.card.Close() }

// State returns what the card says.
func (b *Boot) State() bootstate.State { return b.env.State }

// Change makes next the card's state. It writes nothing if nothing is new and both copies are whole.
func (b *Boot) Change(next bootstate.State) error {
	if _, err := b.env.Change(b.card, next); err != nil {
		return bootFault(err)
	}
	env, err := bootenv.Read(b.card)
	if err != nil {
		return bootFault(err)
	}
	b.env = env
	return nil
}

// SetBad marks a slot bad. It refuses the one that a running trial returns to.
func (b *Boot) SetBad(slot bootstate.Slot) error {
	next, err := b.env.State.SetBad(slot, b.running)
	if err != nil {
		return fault.New(fault.CodeBootTrial, err, "wait until the kiosk has run for two minutes, which commits the trial, and try again",
			"slot %s must not be marked bad now", slot)
	}
	return b.Change(next)
}

// SetGood marks a slot good; the running one is committed if it is on trial.
func (b *Boot) SetGood(slot bootstate.Slot) error {
	return b.Change(b.env.State.SetGood(slot, b.running))
}

// SetPrimary has a slot started next.
func (b *Boot) SetPrimary(slot bootstate.Slot) error { return b.Change(b.env.State.SetPrimary(slot)) }

// SetFailed notes that the kiosk fails again and again in the running slot. It returns nil if the totem is to be started
// again, because another slot will be taken; else a fault that says why it stays.
func (b *Boot) SetFailed() error {
	next, restart := b.env.State.SetFailed(b.running)
	if err := b.Change(next); err != nil {
		return err // to start again would lead to the same slot
	}
	if !restart {
		return fault.New(fault.CodeBootSlots, nil, "look for the cause in the kiosk's log; an update or a new card brings another program",
			"the kiosk fails again and again in slot %s, and slot %s is no better", b.running, b.running.Other())
	}
	return nil
}

// Report returns what is known.
func (b *Boot) Report() BootReport {
	s := b.env.State
	r := BootReport{
		Running: b.running.String(), Committed: s.Committed.String(), Trial: s.Trial.String(), Tries: s.Tries, Next: s.Next().String(),
		Bad: s.Bad.Names(), Failed: s.Failed.Names(), Generation: s.Gen,
	}
	for i, name := range bootenv.Names() {
		one := BootCopy{Name: name, Whole: b.env.Whole(i), Counts: b.env.Whole(i) && b.env.Which == i}
		if !one.Whole {
			one.Error = b.env.Copies[i].Error()
		}
		r.Copies = append(r.Copies, one)
	}
	return r
}

func bootFault(err error) error {
	return fault.New(fault.CodeBootState, err, "try again; if it stays so, the card is worn out or was not written whole: write a new one",
		"the boot state on the card cannot be used")
}
