package evdev

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNone is the error of [Find] when no device fits.
var ErrNone = errors.New("no input device fits")

// Find opens the device at path, or, when path is empty, the first of /dev/input that fits. What is found without a path
// may be another device after the next start; a name below /dev/input/by-id or by-path is stable. A device that was named
// is opened whether it fits or not. The error says which devices could not be asked.
func Find(path string, fits func(Info) bool) (Port, error) {
	if path != "" {
		return open(path)
	}
	var problems []error
	for _, path := range paths("/dev/input") {
		port, err := Open(path)
		switch {
		case err != nil:
			problems = append(problems, err)
			continue
		case fits(port.Info()):
			return port, nil
		}
		problems = append(problems, port.Close())
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("%w; of those that cannot be asked: %w", ErrNone, err)
	}
	return nil, ErrNone
}

func open(path string) (Port, error) {
	d, err := Open(path)
	if err != nil {
		return nil, err // and no nil device in an interface that is not nil
	}
	return d, nil
}

// Found is a device of the system.
type Found struct {
	Path   string   // /dev/input/event…
	Stable []string // other names of it, that stay when devices are plugged in another order
	Info   Info
	Err    error // why it could not be asked
}

// All looks at every input device of the system, for a person who has to choose one.
func All() []Found {
	var all []Found
	stable := stableNames("/dev/input")
	for _, path := range paths("/dev/input") {
		found := Found{Path: path, Stable: stable[path]}
		port, err := Open(path)
		if err == nil {
			found.Info, err = port.Info(), port.Close()
		}
		found.Err = err
		all = append(all, found)
	}
	return all
}

// paths returns the event devices in dir, in the order of their numbers.
func paths(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, "event*")) // its only error is a bad pattern
	slices.SortFunc(found, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return found
}

// stableNames returns the links below by-id and by-path of dir, by what they lead to.
func stableNames(dir string) map[string][]string {
	names := map[string][]string{}
	for _, kind := range []string{"by-id", "by-path"} {
		links, _ := filepath.Glob(filepath.Join(dir, kind, "*"))
		for _, link := range links {
			if device, err := filepath.EvalSymlinks(link); err == nil {
				names[device] = append(names[device], link)
			}
		}
	}
	return names
}
