package stored

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/totem/privacy"
)

// Lock says which purposes each field serves: one line a field, the field, a space, and the purposes with commas.
type Lock map[Field][]privacy.PurposeID

// ReadLock reads a lock; lines that begin with # are for people.
func ReadLock(text []byte) (Lock, error) {
	l := make(Lock)
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, list, _ := strings.Cut(line, " ")
		f := parseField(name)
		if _, twice := l[f]; twice || f.Name == "" {
			return nil, fmt.Errorf("line %d: %q is told twice, or is no field", n, name)
		}
		l[f] = nil
		for _, id := range strings.Split(list, ",") {
			if id != "" {
				l[f] = append(l[f], privacy.PurposeID(id))
			}
		}
	}
	return l, lines.Err()
}

// Fields returns the fields in order.
func (l Lock) Fields() []Field { return sorted(slices.Collect(maps.Keys(l))) }

// Check returns what is not as it must be, one sentence each: a field of the real thing that has no line, a line that has no
// purpose or one that does not exist, a line without a field.
func (l Lock) Check(real []Field) (wrong []string) {
	for _, f := range real {
		if _, there := l[f]; !there {
			wrong = append(wrong, fmt.Sprintf("%s is stored or sent, and privacy/schema.lock does not say for which purpose", f))
		}
	}
	for _, f := range l.Fields() {
		if !slices.Contains(real, f) {
			wrong = append(wrong, fmt.Sprintf("%s is in privacy/schema.lock, and there is no such field any more", f))
		}
		if len(l[f]) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s has no purpose: name one in privacy/schema.lock, or do not store it", f))
		}
		for _, id := range l[f] {
			if _, ok := privacy.Get(id); !ok {
				wrong = append(wrong, fmt.Sprintf("%s has the purpose %q, which does not exist", f, id))
			}
		}
	}
	return wrong
}

// head stands at the top of the file.
const head = `# Which purposes (privacy/purposes.json) each stored or sent field serves: a line a field. A test holds it against the real
# thing. A field that is new gets a line without a purpose by: go test ./internal/stored -update. A person then says which
# purpose it serves. If there is none, it is not to be stored.
`

// Renew returns the text of a lock for the real fields: what is known of them, and no purpose for those that are new.
func (l Lock) Renew(real []Field) []byte {
	var out bytes.Buffer
	out.WriteString(head)
	place := ""
	for _, f := range sorted(slices.Clone(real)) {
		if f.Place != place {
			place = f.Place
			out.WriteByte('\n')
		}
		var ids []string
		for _, id := range l[f] {
			ids = append(ids, string(id))
		}
		fmt.Fprintf(&out, "%s %s\n", f, strings.Join(ids, ","))
	}
	return out.Bytes()
}
