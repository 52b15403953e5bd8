package imagetest

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"example.org/totem/scheduler/agenda"
)

// The totems of the office, one for each disk that goes its own way: a copy of a totem's card that had already worked would stop.
const (
	mainTotem  = "ingresso" // of all cases that do not follow
	powerTotem = "atrio"    // whose power is cut
	spareTotem = "cortile"  // who is provisioned wrongly, late, or at the wrong time
)

const officeID = "valfiorita-anagrafe"

var (
	hours    = regexp.MustCompile(`(?ms)^\[hours\]\n.*?^\]\n`)
	counters = regexp.MustCompile(`(?m)^counters\s*=\s*(?:\[\n(?:.*\n)*?\]|.*)$`)
	totems   = regexp.MustCompile(`(?m)^totems\s*=.*$`)
)

// writeOffice writes an office file as it is shipped to path, but for an office that never closes, has one desk for everything,
// and has three totems. It returns the plan that a scheduler makes of it.
func writeOffice(shipped, path string) (agenda.Plan, error) {
	b, err := os.ReadFile(shipped)
	if err != nil {
		return agenda.Plan{}, err
	}
	open := "[hours]\n"
	for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		open += day + " = [\"0:00-24:00\"]\n"
	}
	text := hours.ReplaceAllLiteralString(string(b), open)
	text = counters.ReplaceAllLiteralString(text, "counters = 1")
	text = totems.ReplaceAllLiteralString(text, fmt.Sprintf("totems = [%q, %q, %q]", mainTotem, powerTotem, spareTotem))
	if !strings.Contains(text, open) || !strings.Contains(text, spareTotem) {
		return agenda.Plan{}, fmt.Errorf("%s is not written as it was", shipped)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return agenda.Plan{}, err
	}
	return agenda.ReadFile(path)
}
