package stored

import (
	"fmt"
	"io/fs"
	"reflect"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// homes are the sources whose struct types, by their json tags, are what is sent or lies in files; of a folder all files
// or the named ones.
func homes() map[string][]string {
	return map[string][]string{
		"sync/wire":           nil,
		"sync/identity":       nil,
		"ledger/jetstream":    {"roster.go", "tally.go", "ward.go", "closing.go", "stream.go", "loss.go", "read.go"},
		"scheduler/archive":   nil,
		"scheduler/authority": {"keep.go", "tls.go"},
		"scheduler/consents":  {"line.go", "files.go"},
		"scheduler/contacts":  nil,
		"scheduler/webhook":   nil,
		"cmd/internal/device": {"clock_memory.go", "health.go", "vouch.go"},

		"cmd/internal/appliance": {"provision.go", "state.go"},
	}
}

// shown are the folders whose tags are of what is shown to a person, asked for by one, or read from elsewhere, and of what
// is listed by its values.
func shown() map[string]string {
	return map[string]string{
		"booking":                "listed below totem.db:office.body",
		"paper":                  "listed below totem.db:roll.body and in the health's messages",
		"ticket":                 "listed below totem.db:print_job.slip",
		"locale":                 "the catalogues of the program",
		"privacy":                "the purposes of the program",
		"kiosk":                  "the tree of a screen, for tests",
		"sync/natslink":          "the server's own answers",
		"ledger/jetstream":       "the server's own answers",
		"scheduler/authority":    "the server's own questions and answers",
		"scheduler/consents":     "what auditors are given of the stored records",
		"cmd/internal/central":   "the servers' own answers",
		"cmd/internal/cli":       "what a command prints",
		"cmd/internal/device":    "what a command prints",
		"cmd/internal/appliance": "what a command prints",
		"provisioning":           "what a command prints",
		"ui/placard":             "what a screen shows a technician",
		"cmd/scheduler":          "what a command prints",
		"cmd/totem":              "what a command prints",
	}
}

// plain are files whose whole content is one thing, and names of files that say something.
func plain() []Field {
	return []Field{
		{"scheduler/vault", "key"}, {"scheduler/vault", "file-name.office"}, {"scheduler/vault", "file-name.day"}, {"scheduler/vault", "given-up"},
		{"scheduler/contacts", "sealing.key"}, {"scheduler/contacts", "record.key"},
		{"scheduler/contacts", "mark.sending"}, {"scheduler/contacts", "mark.why"}, {"scheduler/contacts", "mark.receipt"}, {"scheduler/contacts", "mark.when"}, {"scheduler/contacts", "mark.office"},
		{"sync/wire", "subject.office"}, {"sync/wire", "subject.totem"}, {"sync/wire", "subject.queue"}, {"sync/wire", "subject.day"},
		{"scheduler/consents", "file-name.office"}, {"scheduler/consents", "file-name.day"}, {"scheduler/consents", "notice.text"},
		{"scheduler/data", "serving.address"}, {"scheduler/data", "restoring"}, {"scheduler/data", "elsewhere.server"},
		{"totem/data", "totem.db.lock"},
	}
}

// Found is what the sources say.
type Found struct {
	Fields  []Field  // that are stored, sent or logged
	Flags   []Field  // names of command-line flags
	Unknown []string // what nobody could say of, one sentence each
}

// Sources reads the sources below root.
func Sources(root fs.FS) (found Found, err error) {
	all, err := sources(root)
	if err != nil {
		return found, fmt.Errorf("read the sources: %w", err)
	}
	for _, s := range all {
		found.take(s)
	}
	found.Fields, found.Flags = sorted(found.Fields), sorted(found.Flags)
	return found, nil
}

func (found *Found) take(s source) {
	keys, nameless := logKeys(s)
	found.Unknown = append(found.Unknown, nameless...)
	for _, k := range keys {
		found.Fields = append(found.Fields, Field{"log", k})
	}
	for _, name := range flags(s) {
		found.Flags = append(found.Flags, Field{"flag", name})
	}
	has := members(s.dir, s.parsed)
	if len(has) == 0 {
		return
	}
	files, isHome := homes()[s.dir]
	switch {
	case isHome && (files == nil || slices.Contains(files, s.file)):
		found.Fields = append(found.Fields, has...)
	case shown()[s.dir] == "":
		found.Unknown = append(found.Unknown, fmt.Sprintf("%s/%s: json tags of which internal/stored does not know whether they are stored", s.dir, s.file))
	}
}

// Bodies returns the members of what lies as JSON in columns of the totem's database.
func Bodies() []Field {
	return sorted(slices.Concat(
		Values("totem.db", "office.body", reflect.TypeFor[booking.Office]()),
		Values("totem.db", "roll.body", reflect.TypeFor[paper.Roll]()),
		Values("totem.db", "print_job.slip", reflect.TypeFor[ticket.Slip]()),
		plain(),
	))
}
