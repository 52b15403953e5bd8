package central

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/scheduler/smtp"
	"example.org/totem/scheduler/webhook"
)

// notifierForm is a notifier file as it is written.
type notifierForm struct {
	SMTP    *smtpForm    `toml:"smtp"`
	Webhook *webhookForm `toml:"webhook"`
}

type smtpForm struct {
	Server       string `toml:"server"`
	From         string `toml:"from"`
	User         string `toml:"user"`
	PasswordFile string `toml:"password_file"`
	TLS          string `toml:"tls"`
	CAFile       string `toml:"ca_file"`
}

type webhookForm struct {
	URL       string            `toml:"url"`
	TokenFile string            `toml:"token_file"`
	Channels  []privacy.Channel `toml:"channels"`
	CAFile    string            `toml:"ca_file"`
}

// largestNotifier is more than any notifier file or secret needs, in bytes.
const largestNotifier = 64 << 10

// ReadNotifiers reads a notifier file and the secrets that it names, and reaches nobody. Paths in it are meant from where
// the file is. Every mistake is told; the error is a *fault.Fault.
func ReadNotifiers(path string) ([]contacts.Notifier, error) {
	data, err := readSmall(path)
	if err != nil {
		return nil, fault.New(fault.CodeNotifier, err, "check the path, and that this program may read the file", "the notifier file %s cannot be read", path)
	}
	r := notifierReader{path: path, data: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))}
	notifiers := r.read()
	if len(r.wrong) > 0 {
		return nil, fault.New(fault.CodeNotifier, errors.Join(r.wrong...), "correct what is named; docs/notifier-file.md describes every field",
			"the notifier file %s is wrong", path)
	}
	return notifiers, nil
}

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largestNotifier+1))
	if err == nil && len(data) > largestNotifier {
		err = fmt.Errorf("it is longer than %d KiB", largestNotifier>>10)
	}
	return data, err
}

// notifierReader collects what is wrong with a notifier file.
type notifierReader struct {
	path  string
	data  []byte
	wrong []error
}

// say tells one mistake; line 0 is none.
func (r *notifierReader) say(line int, field, wrong, remedy string) {
	where := r.path
	if line > 0 {
		where = fmt.Sprintf("%s:%d", r.path, line)
	}
	if field != "" {
		wrong = field + ": " + wrong
	}
	r.wrong = append(r.wrong, fmt.Errorf("%s: %s; %s", where, wrong, remedy))
}

func (r *notifierReader) read() (notifiers []contacts.Notifier) {
	var form notifierForm
	if !r.decode(&form) {
		return nil
	}
	if form.SMTP == nil && form.Webhook == nil {
		r.say(0, "", "it names no gateway", "add [smtp] or [webhook]")
	}
	if form.SMTP != nil {
		notifiers = r.add(notifiers, "smtp", func() (contacts.Notifier, error) { return r.smtp(*form.SMTP) })
	}
	if form.Webhook != nil {
		notifiers = r.add(notifiers, "webhook", func() (contacts.Notifier, error) { return r.webhook(*form.Webhook) })
	}
	return notifiers
}

// add adds the notifier of a table, unless something is wrong with the table. Two that serve the same channel are a mistake.
func (r *notifierReader) add(all []contacts.Notifier, table string, build func() (contacts.Notifier, error)) []contacts.Notifier {
	before := len(r.wrong)
	n, err := build()
	if len(r.wrong) > before {
		return all
	}
	if err != nil {
		r.say(r.lineOf(table, ""), table, err.Error(), "see the table in docs/notifier-file.md")
		return all
	}
	for _, other := range all {
		for _, c := range n.Channels() {
			if slices.Contains(other.Channels(), c) {
				r.say(r.lineOf(table, "channels"), table+".channels", fmt.Sprintf("%q is served by another table already", c), "leave one of the two out")
			}
		}
	}
	return append(all, n)
}

// decode reads the form, and reports whether it could.
func (r *notifierReader) decode(form *notifierForm) bool {
	dec := toml.NewDecoder(bytes.NewReader(r.data))
	dec.DisallowUnknownFields()
	err := dec.Decode(form)
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		for i := range unknown.Errors {
			line, _ := unknown.Errors[i].Position()
			r.say(line, strings.Join(unknown.Errors[i].Key(), "."), "there is no such field", "remove it or correct its spelling")
		}
		return false
	}
	if at, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := at.Position()
		r.say(line, strings.Join(at.Key(), "."), reasonOf(err), "write it as the example in docs/notifier-file.md does")
		return false
	}
	if err != nil {
		r.say(0, "", reasonOf(err), "write it as the example in docs/notifier-file.md does")
	}
	return err == nil
}

func (r *notifierReader) smtp(form smtpForm) (contacts.Notifier, error) {
	r.need("smtp", "server", form.Server, `server = "mail.example.org:587"`)
	r.need("smtp", "from", form.From, `from = "Anagrafe <promemoria@example.org>"`)
	if (form.User == "") != (form.PasswordFile == "") {
		r.say(r.lineOf("smtp", "user"), "smtp.user", "user and password_file belong together", "write both or neither")
	}
	return smtp.New(smtp.Config{
		Server: form.Server, From: form.From, User: form.User, TLS: smtp.Security(form.TLS),
		Password: r.secret("smtp", "password_file", form.PasswordFile), Roots: r.roots("smtp", form.CAFile),
	})
}

func (r *notifierReader) webhook(form webhookForm) (contacts.Notifier, error) {
	r.need("webhook", "url", form.URL, `url = "https://gateway.example.org/messages"`)
	return webhook.New(webhook.Config{
		URL: form.URL, Channels: form.Channels,
		Token: r.secret("webhook", "token_file", form.TokenFile), Roots: r.roots("webhook", form.CAFile),
	})
}

func (r *notifierReader) need(table, name, value, example string) {
	if strings.TrimSpace(value) == "" {
		r.say(r.lineOf(table, name), table+"."+name, "this field is missing", "add it, for example "+example)
	}
}

// secret reads the first line of a file that only its owner may read.
func (r *notifierReader) secret(table, name, path string) string {
	if path == "" {
		return ""
	}
	field, line := table+"."+name, r.lineOf(table, name)
	path = r.from(path)
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	if err != nil {
		r.say(line, field, "the file cannot be read: "+reasonOf(err), "check its path and its rights")
		return ""
	}
	if info.Mode().Perm()&0o077 != 0 {
		r.say(line, field, fmt.Sprintf("others than its owner may use the file: its mode is %04o", info.Mode().Perm()), "chmod 600 "+path)
		return ""
	}
	data, err := readSmall(path)
	if err != nil {
		r.say(line, field, "the file cannot be read: "+reasonOf(err), "check its path and its rights")
		return ""
	}
	text, _, _ := strings.Cut(string(data), "\n")
	if text = strings.TrimRight(text, "\r"); text == "" {
		r.say(line, field, "the first line of the file is empty", "write the secret there, and nothing else")
	}
	return text
}

// roots reads certificate authorities; "" is those of the system.
func (r *notifierReader) roots(table, path string) *x509.CertPool {
	if path == "" {
		return nil
	}
	data, err := readSmall(r.from(path))
	pool := x509.NewCertPool()
	switch {
	case err != nil:
		r.say(r.lineOf(table, "ca_file"), table+".ca_file", "the file cannot be read: "+reasonOf(err), "check its path and its rights")
	case !pool.AppendCertsFromPEM(data):
		r.say(r.lineOf(table, "ca_file"), table+".ca_file", "there is no certificate in the file", "name one with certificates in PEM")
	}
	return pool
}

// from returns a path as it is meant from where the notifier file is.
func (r *notifierReader) from(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(r.path), path)
}

func reasonOf(err error) string {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err.Error()
	}
	text := strings.TrimPrefix(err.Error(), "toml: ")
	if strings.HasPrefix(text, "cannot decode TOML") { // what follows names types of this program
		return "a value is of another kind than its field takes"
	}
	return text
}

// lineOf returns the line of a field, or of its table where it is missing, 0 for none.
func (r *notifierReader) lineOf(table, name string) (line int) {
	inside := false
	for i, text := range strings.Split(string(r.data), "\n") {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "[") {
			if inside = strings.HasPrefix(strings.ReplaceAll(text, " ", ""), "["+table+"]"); inside {
				line = i + 1
			}
		}
		if key, _, ok := strings.Cut(text, "="); inside && ok && strings.TrimSpace(key) == name {
			return i + 1
		}
	}
	return line
}
