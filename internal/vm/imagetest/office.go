package imagetest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

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
	zone     = regexp.MustCompile(`(?m)^zone\s*=.*$`)
)

// morning is the hour that it is in the office when the test begins: a day has enough left for every case, whenever it is run.
const morning = 8

// writeOffice writes an office file as it is shipped to path, but for an office that never closes, has one desk for everything,
// has three totems, and lies where it is morning now. It returns the plan that a scheduler makes of it.
func writeOffice(shipped, path string, now time.Time) (agenda.Plan, error) {
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
	text = zone.ReplaceAllLiteralString(text, fmt.Sprintf("zone = %q", zoneOfMorning(now)))
	if !strings.Contains(text, open) || !strings.Contains(text, spareTotem) {
		return agenda.Plan{}, fmt.Errorf("%s is not written as it was", shipped)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return agenda.Plan{}, err
	}
	return agenda.ReadFile(path)
}

// zoneOfMorning names a time zone without summer time in which it is morning; its sign is POSIX's, the other way round.
func zoneOfMorning(now time.Time) string {
	ahead := morning - now.UTC().Hour()
	if ahead < -12 {
		ahead += 24
	}
	return fmt.Sprintf("Etc/GMT%+d", -ahead)
}
