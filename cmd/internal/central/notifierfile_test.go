package central_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
)

const wholeNotifier = `[smtp]
server = "mail.example:587"
from = "Anagrafe <a@b.example>"
user = "u"
password_file = "password"

[webhook]
url = "https://gateway.example/messages"
token_file = "token"
channels = ["sms"]
`

// writeNotifier writes a notifier file with its secrets beside it.
func writeNotifier(t *testing.T, text string) (path string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "notifier.toml")
	for name, content := range map[string]string{"notifier.toml": text, "password": "hidden\n", "token": "hidden\r\nmore", "empty": "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "open"), []byte("hidden"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestANotifierFileBecomesNotifiers(t *testing.T) {
	notifiers, err := central.ReadNotifiers(writeNotifier(t, wholeNotifier))
	if err != nil || len(notifiers) != 2 || notifiers[0].Channels()[0] != privacy.Mail || notifiers[1].Channels()[0] != privacy.SMS {
		t.Errorf("%v, %v", notifiers, err)
	}
}

func TestTheExampleOfTheDocumentationIsANotifierFile(t *testing.T) {
	page, err := os.ReadFile("../../../docs/notifier-file.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```toml\n")
	example, _, _ = strings.Cut(example, "```")
	path := writeNotifier(t, example)
	for _, name := range []string{"smtp-password", "gateway-token"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte("hidden"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if notifiers, err := central.ReadNotifiers(path); err != nil || len(notifiers) != 2 {
		t.Errorf("%v, %v", notifiers, err)
	}
}

func TestWhatIsWrongWithANotifierFileIsToldWithItsLineAndNeverWithASecret(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"no such field":      {"user = ", "usr = ", "notifier.toml:4: smtp.usr: there is no such field"},
		"no such table":      {"[webhook]", "[sms]", "sms"},
		"the wrong kind":     {`channels = ["sms"]`, `channels = "sms"`, "notifier.toml:10: "},
		"a number":           {`"mail.example:587"`, "587", "notifier.toml:2: a value is of another kind than its field takes"},
		"a table of tables":  {"[webhook]", "[[webhook]]", "a value is of another kind than its field takes"},
		"a channel repeated": {`["sms"]`, `["sms", "sms"]`, `webhook: the channel "sms" is there twice`},
		"not TOML":           {"[webhook]", "[webhook", "notifier.toml:7"},
		"a password alone":   {`user = "u"`, "", "user and password_file belong together"},
		"no server":          {`server = "mail.example:587"`, "", "notifier.toml:1: smtp.server: this field is missing"},
		"a server alone":     {`mail.example:587`, "mail.example", "smtp: the server is not named as host:port"},
		"no such file":       {`"password"`, `"none"`, "notifier.toml:5: smtp.password_file: the file cannot be read"},
		"an empty secret":    {`"password"`, `"empty"`, "notifier.toml:5: smtp.password_file: the first line of the file is empty"},
		"an open secret":     {`"token"`, `"open"`, "notifier.toml:9: webhook.token_file: others than its owner may use the file: its mode is 0644; chmod 600"},
		"a channel twice":    {`["sms"]`, `["sms", "email"]`, `notifier.toml:10: webhook.channels: "email" is served by another table already`},
		"no certificate":     {`channels`, "ca_file = \"token\"\nchannels", "notifier.toml:10: webhook.ca_file: there is no certificate in the file"},
		"a gateway in clear": {"https://", "http://", "notifier.toml:7: webhook: contacts are sent by https only"},
	} {
		_, err := central.ReadNotifiers(writeNotifier(t, strings.Replace(wholeNotifier, c.old, c.new, 1)))
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Code != fault.CodeNotifier || !strings.Contains(fault.Reason(err).Error(), c.want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	for name, text := range map[string]string{"nothing": "", "too much": strings.Repeat("#\n", 64<<10)} {
		if _, err := central.ReadNotifiers(writeNotifier(t, text)); code(t, err) != fault.CodeNotifier {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := central.Open(context.Background(), central.Config{OfficeFiles: []string{officeFile}, DataDir: t.TempDir(), Init: true, NotifierFile: "none.toml"})
	if code(t, err) != fault.CodeNotifier {
		t.Errorf("%v", err)
	}
}
