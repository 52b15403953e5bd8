package device

import (
	"example.org/totem/form"
	"example.org/totem/provisioning"
)

// ParseProvisioning reads and checks a provisioning file, what it hands on to totem.toml included. name is the file's name for
// messages. The error is as that of [provisioning.Parse].
func ParseProvisioning(name string, data []byte) (provisioning.File, error) {
	return provisioning.Parse(name, data, CheckTotem)
}

// CheckTotem is a [provisioning.Checker]: it reports what is wrong with a totem.toml that was derived.
func CheckTotem(totem []byte) form.Mistakes {
	_, found, _, err := readConfig(totem)
	if err != nil { // what was derived is TOML, whatever it was derived from
		return form.Mistakes{{Wrong: "it cannot be handed on: " + err.Error(), Remedy: "report it with the file, without its token"}}
	}
	return found
}

var _ provisioning.Checker = CheckTotem
