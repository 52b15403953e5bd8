package smtp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"time"

	"example.org/totem/scheduler/contacts"
)

// compose writes a mail (RFC 5322) in UTF-8: its header lines, and its text in base64. It says that no person wrote it
// (RFC 3834), so that nobody's absence is answered to it.
func (n *Notifier) compose(m contacts.Message) ([]byte, error) {
	to, err := mail.ParseAddress(m.To)
	if err != nil || to.Address != m.To {
		return nil, errors.New("the address is none") // the cause may quote it
	}
	if strings.ContainsAny(m.Subject+m.Key, "\r\n") {
		return nil, errors.New("a line break in a header")
	}
	_, domain, _ := strings.Cut(n.from.Address, "@")
	var b bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	line("Date", n.cfg.Now().UTC().Format(time.RFC1123Z))
	line("From", n.from.String())
	line("To", (&mail.Address{Address: to.Address}).String())
	line("Subject", mime.BEncoding.Encode("utf-8", m.Subject))
	line("Message-ID", "<"+m.Key+"@"+domain+">")
	line("Auto-Submitted", "auto-generated")
	line("MIME-Version", "1.0")
	line("Content-Type", "text/plain; charset=utf-8")
	line("Content-Transfer-Encoding", "base64")
	b.WriteString("\r\n")
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(m.Text, "\n", "\r\n") + "\r\n"))
	for len(text) > 0 {
		n := min(len(text), 76)
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	return b.Bytes(), nil
}
