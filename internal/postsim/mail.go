package postsim

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"io"
	"mime"
	"net"
	"net/mail"
	"net/textproto"
	"strings"

	"example.org/totem/privacy"
)

// takeMail serves whoever calls, until the listener is closed.
func (p *Post) takeMail() {
	for {
		line, err := p.mail.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() {
			p.note(line, true)
			defer p.note(line, false)
			defer line.Close()
			if p.cfg.TLS != nil && p.cfg.Implicit {
				p.serve(tls.Server(line, p.cfg.TLS), true)
				return
			}
			p.serve(line, false)
		})
	}
}

// note keeps which lines are open.
func (p *Post) note(line net.Conn, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open {
		p.lines[line] = true
	} else {
		delete(p.lines, line)
	}
	if open && !p.isOpen() {
		_ = line.Close()
	}
}

// session is a talk with one client.
type session struct {
	*textproto.Conn
	post   *Post
	conn   net.Conn
	secret bool // over TLS
	known  bool // the user was
	to     string
}

// serve talks SMTP (RFC 5321) as far as a client of ours does. After STARTTLS it goes on over TLS.
func (p *Post) serve(conn net.Conn, secret bool) {
	s := &session{Conn: textproto.NewConn(conn), post: p, conn: conn, secret: secret, known: p.cfg.User == ""}
	if s.say("220 postsim") != nil {
		return
	}
	for {
		line, err := s.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		if strings.ToUpper(verb) == "STARTTLS" && p.cfg.TLS != nil && !s.secret {
			if s.say("220 go ahead") == nil {
				secured := tls.Server(conn, p.cfg.TLS)
				*s = session{Conn: textproto.NewConn(secured), post: p, conn: secured, secret: true, known: s.known}
			}
			continue
		}
		if !s.do(strings.ToUpper(verb), rest) {
			return
		}
	}
}

func (s *session) say(line string) error { return s.PrintfLine("%s", line) }

// do does what a command says, and reports whether the talk goes on.
func (s *session) do(verb, rest string) bool {
	switch verb {
	case "EHLO":
		return s.greet() == nil
	case "AUTH":
		return s.auth(rest)
	case "MAIL":
		if !s.known {
			return s.say("530 who is there?") == nil
		}
		return s.say("250 ok") == nil
	case "RCPT":
		s.to = address(rest)
		return s.say("250 ok") == nil
	case "DATA":
		return s.data()
	case "RSET", "NOOP":
		return s.say("250 ok") == nil
	case "QUIT":
		_ = s.say("221 bye")
		return false
	}
	return s.say("502 not here") == nil
}

func (s *session) greet() error {
	lines := []string{"postsim"}
	if s.post.cfg.TLS != nil && !s.secret {
		lines = append(lines, "STARTTLS")
	}
	switch {
	case s.post.cfg.User != "" && s.post.cfg.NoPlain:
		lines = append(lines, "AUTH LOGIN")
	case s.post.cfg.User != "":
		lines = append(lines, "AUTH PLAIN LOGIN")
	}
	for i, line := range lines {
		mark := "-"
		if i == len(lines)-1 {
			mark = " "
		}
		if err := s.say("250" + mark + line); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) auth(rest string) bool {
	how, first, _ := strings.Cut(rest, " ")
	var user, password string
	switch strings.ToUpper(how) {
	case "PLAIN":
		parts := strings.Split(decoded(first), "\x00")
		if len(parts) == 3 {
			user, password = parts[1], parts[2]
		}
	case "LOGIN":
		for _, ask := range []struct {
			what string
			to   *string
		}{{"Username:", &user}, {"Password:", &password}} {
			if s.say("334 "+base64.StdEncoding.EncodeToString([]byte(ask.what))) != nil {
				return false
			}
			line, err := s.ReadLine()
			if err != nil {
				return false
			}
			*ask.to = decoded(line)
		}
	}
	if s.known = user == s.post.cfg.User && password == s.post.cfg.Password; !s.known {
		return s.say("535 who is there?") == nil
	}
	return s.say("235 welcome") == nil
}

func decoded(s string) string {
	text, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(text)
}

// address returns what stands between < and >.
func address(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}

// data takes a mail, or fails as it is to.
func (s *session) data() bool {
	fault := s.post.brought()
	switch fault {
	case Refuse:
		return s.say("550 no such user <"+s.to+">") == nil
	case Busy:
		return s.say("451 later, <"+s.to+">") == nil
	case Deny:
		return s.say("535 who is there?") == nil
	case Garble:
		return s.say("HTTP/1.1 400 Bad Request") == nil
	case Mute:
		_, _ = s.ReadLine() // until the other side hangs up
		return false
	case Flooded:
		for s.say(strings.Repeat("x", 4<<10)) == nil {
		}
		return false
	}
	if s.say("354 go ahead") != nil {
		return false
	}
	text, err := s.ReadDotBytes()
	if err != nil {
		return false
	}
	m, err := read(text)
	if err != nil || m.To != s.to {
		return s.say("554 that is no mail") == nil
	}
	s.post.take(m)
	return fault != Drop && s.say("250 taken") == nil
}

// read reads a mail as a citizen's program would.
func read(text []byte) (Message, error) {
	letter, err := mail.ReadMessage(bufio.NewReader(bytes.NewReader(text)))
	if err != nil {
		return Message{}, err
	}
	to, err := mail.ParseAddress(letter.Header.Get("To"))
	if err != nil {
		return Message{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
	if err != nil {
		return Message{}, err
	}
	body := letter.Body
	if letter.Header.Get("Content-Transfer-Encoding") == "base64" {
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	words, err := io.ReadAll(body)
	if err != nil {
		return Message{}, err
	}
	key, _, _ := strings.Cut(strings.Trim(letter.Header.Get("Message-ID"), "<>"), "@")
	lines := strings.TrimRight(strings.ReplaceAll(string(words), "\r\n", "\n"), "\n")
	return Message{Channel: privacy.Mail, To: to.Address, Subject: subject, Text: lines, Key: key}, nil
}
