package device

import (
	"errors"
	"fmt"
	"reflect"

	"example.org/totem/form"
	"example.org/totem/internal/fault"
)

// mistakes are what is wrong with a configuration.
type mistakes = form.Mistakes

// ParseConfig reads and checks a configuration; name is the file's name for messages. Every mistake is told, each with
// its line where it stands on one; a file that is not TOML shows its first one alone.
func ParseConfig(name string, data []byte) (Config, error) {
	c, found, lines, err := readConfig(data)
	var bad *form.Syntax
	switch {
	case errors.As(err, &bad):
		return Config{}, syntaxFault(name, bad)
	case len(found) == 0:
		return c, nil
	}
	found.Place(name, lines)
	return Config{}, fault.New(fault.CodeConfig, found.Err(), "correct what is named; docs/totem-toml.md describes every field",
		"the configuration %s has %s", name, found.Count())
}

// readConfig reads a configuration as far as it is understood. The error is a *form.Syntax.
func readConfig(data []byte) (Config, mistakes, form.Lines, error) {
	document, lines, err := form.Read(data)
	if err != nil {
		return Config{}, nil, lines, err
	}
	var c Config
	var found mistakes
	found.Fill("", reflect.ValueOf(&c).Elem(), document)
	c = c.Complete()
	for _, m := range c.mistakes() {
		if !found.In(m.Field) { // a value of the wrong kind has been told; what stands in its place is no mistake
			found = append(found, m)
		}
	}
	return c, found, lines, nil
}

func syntaxFault(name string, bad *form.Syntax) error {
	if bad.Line == 0 {
		return fault.New(fault.CodeConfig, bad, "mend the file", "the configuration %s is not TOML", name)
	}
	return fault.New(fault.CodeConfig, fmt.Errorf("%s:%d: %w", name, bad.Line, bad),
		"look for a missing quote or bracket on that line or just before it, or for a name given twice", "the configuration is not TOML")
}
