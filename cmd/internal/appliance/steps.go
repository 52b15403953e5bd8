package appliance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

// list is what is to be done, in order.
func (e *enroller) list() []*step {
	const soon, later = 3 * time.Second, 30 * time.Second
	return []*step{
		{name: "Data partition", doing: "writing a test file", most: soon, run: e.data},
		{name: "Provisioning file", doing: "reading it", most: later, run: e.provisioning},
		{name: "Network cable", doing: "looking for one that is plugged in", most: soon, watched: true, run: e.cable},
		{name: "Network address", doing: "waiting for an address", most: soon, watched: true, run: e.address},
		{name: "Scheduler", doing: "asking whether it is there", most: later, watched: true, run: e.scheduler},
		{name: "Time", doing: "asking the time service", most: later, run: e.time},
		{name: "Key and enrolment", doing: "making a key and showing the token", most: later, run: e.identity},
		{name: "The office's data", doing: "asking for today's places", most: later, run: e.office},
		{name: "Printer", doing: "asking how it is", most: soon, skipped: 3, run: e.printer},
	}
}

// data writes to the data partition.
func (e *enroller) data(context.Context) (finding, error) {
	unfit := func(err error) error {
		return fault.New(fault.CodeData, fault.Reason(err), "switch the totem off and on once; if it stays so, the card is worn out or was not written whole: write a new one",
			"the data partition %s cannot be written", provisioning.DataDir)
	}
	dir := e.path(provisioning.DataDir)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return finding{}, unfit(err)
	}
	probe, err := os.CreateTemp(dir, ".draft-*")
	if err != nil {
		return finding{}, unfit(err)
	}
	_, err = probe.Write(make([]byte, 4096))
	if err = errors.Join(err, probe.Sync(), probe.Close(), os.Remove(probe.Name())); err != nil {
		return finding{}, unfit(err)
	}
	var room unix.Statfs_t
	if err := unix.Statfs(dir, &room); err != nil {
		return finding{}, unfit(err)
	}
	return finding{detail: fmt.Sprintf("%.1f GB are free", float64(room.Bavail)*float64(room.Bsize)/1e9)}, nil
}

// provisioning reads the file again, and derives again what follows: by now the system knows its panel.
func (e *enroller) provisioning(context.Context) (finding, error) {
	p, err := e.provision()
	if err == nil {
		e.provided = p
		err = e.prepare(p, true)
	}
	if err != nil {
		return finding{}, err
	}
	return finding{detail: "read from " + or(p.name, "what was accepted before")}, nil
}

// wire returns the network interface that the provisioning means, where it names one.
func (e *enroller) wire() string { return e.provided.file.Network.Interface }

// cable looks whether something is at the other end of a cable.
func (e *enroller) cable(context.Context) (finding, error) {
	wires := e.wires()
	if len(wires) == 0 {
		return finding{}, fault.New(fault.CodeCable, nil, "use a board with a wired network interface that is known to fit", "this device has no wired network interface")
	}
	cause := ""
	for _, w := range wires {
		if want := e.wire(); want != "" && want != w.Name && !sameMAC(want, w.MAC) {
			continue
		}
		if e.word("/sys/class/net/"+w.Name+"/carrier") == "1" { // unreadable while the interface is down
			return finding{detail: w.Name + " is connected"}, nil
		}
		cause += w.Name + ": nothing at the other end; "
	}
	return finding{}, fault.New(fault.CodeCable, errors.New(cause[:max(len(cause)-2, 0)]), "plug the cable in at both ends; try another socket or another cable; see that the switch has power",
		"no network cable is plugged in, or its other end is off")
}

// address looks whether the network has given an address.
func (e *enroller) address(context.Context) (finding, error) {
	e.addresses = nil
	names := []string{"totem-vlan"}
	for _, w := range e.wires() {
		names = append(names, w.Name)
	}
	for _, name := range names {
		all, err := e.Addresses(name)
		if err != nil {
			continue
		}
		for _, a := range all {
			if a.IsGlobalUnicast() {
				e.addresses = append(e.addresses, a)
			}
		}
	}
	if len(e.addresses) > 0 {
		return finding{detail: fmt.Sprint(e.addresses[0])}, nil
	}
	if n := e.provided.file.Network; n.Static() {
		return finding{}, fault.New(fault.CodeAddress, nil, "see that no other device has that address; switch the totem off and on", "the address of the provisioning file is not in force yet")
	}
	return finding{}, fault.New(fault.CodeAddress, nil, "see that the network has a DHCP server and lets this device in, or write a fixed address into the provisioning file",
		"no DHCP server has given this totem an address")
}

// scheduler looks whether anybody listens where the scheduler should be.
func (e *enroller) scheduler(ctx context.Context) (finding, error) {
	cfg, err := e.config()
	if err != nil {
		return finding{}, err
	}
	where, err := device.Reach(ctx, cfg)
	if err != nil {
		return finding{}, err
	}
	return finding{detail: where + " answers"}, nil
}

// timePatience is how long a time service is waited for, in seconds.
const timePatience = 20

// time waits a little for a time service. Without one the scheduler is believed as soon as it answers.
func (e *enroller) time(ctx context.Context) (finding, error) {
	for range timePatience {
		if e.Synchronised() {
			return finding{detail: "a time service keeps the clock"}, nil
		}
		if !e.wait(ctx.Done(), time.Second) {
			return finding{}, ctx.Err()
		}
	}
	return finding{detail: "no time service answers; the scheduler's time will do", noted: true}, nil
}

func or(word, otherwise string) string {
	if word == "" {
		return otherwise
	}
	return word
}
