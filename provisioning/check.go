package provisioning

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/form"
)

// mistakes returns what is wrong with the fields that the provisioning file itself knows.
func (f File) mistakes() form.Mistakes {
	var m form.Mistakes
	m.AddIf(booking.CheckID(string(f.Office)) != nil, "office", isNo("office", string(f.Office)), `write the id of the office file, 2 to 32 of a-z, 0-9 and "-"`)
	m.AddIf(booking.CheckTotemID(string(f.Totem)) != nil, "totem", isNo("totem", string(f.Totem)),
		`write its name in the office file, 2 to 32 of a-z, 0-9 and "-", not "pool" or "reserve"`)
	f.checkScheduler(&m)
	f.checkToken(&m)
	if f.Updates != "" {
		_, _, ok := server(f.Updates, "https", "443")
		m.AddIf(!ok, "updates", strconv.Quote(f.Updates)+" is no address of an update server", `write it as "https://updates.comune.example", with :port after it if it is not 443, or leave it out`)
	}
	_, full := f.Panel.Rest["fullscreen"]
	m.AddIf(full, "panel.fullscreen", "on a device of its own the picture always fills the screen", "remove this field")
	m.AddIf(!slices.Contains([]int{0, 90, 180, 270}, f.Panel.Rotation), "panel.rotation", fmt.Sprintf("%d degrees cannot be", f.Panel.Rotation),
		"write how far the picture is to be turned clockwise: 0, 90, 180 or 270")
	if _, _, ok := f.Proxy.server(); f.Proxy.Address != "" {
		m.AddIf(!ok, "proxy.address", "it is no host with a port", // it may hold a password, and is not repeated
			`write it as "proxy.comune.example:3128", without http:// before it and without user and password in it`)
	}
	f.Network.check(&m)
	f.checkRoutes(&m)
	return m
}

func isNo(what, value string) string {
	if value == "" {
		return form.Missing
	}
	return fmt.Sprintf("%q is no %s", value, what)
}

func (f File) checkScheduler(m *form.Mistakes) {
	const remedy = `write it as "tls://10.20.0.5:4222"; several in brackets with commas between them`
	m.AddIf(len(f.Scheduler) == 0, "scheduler", form.Missing, remedy)
	for _, one := range f.Scheduler {
		_, _, ok := natsServer(one)
		m.AddIf(!ok, "scheduler", address(one)+" is no address of a NATS server", remedy)
	}
	m.AddIf(len(f.Pins) == 0, "pins", form.Missing, `write the pin that scheduler enrol printed beside the token, "sha256/…"`)
	for _, pin := range f.Pins {
		text, ok := strings.CutPrefix(pin, "sha256/")
		sum, err := base64.StdEncoding.Strict().DecodeString(text)
		m.AddIf(len(sum) == 32 && [32]byte(sum) == [32]byte{}, "pins", "it is the example's", "copy the one that scheduler enrol printed")
		m.AddIf(!ok || err != nil || len(sum) != 32, "pins", strconv.Quote(pin)+" is no pin", "copy it as scheduler enrol printed it, with sha256/ before it and = at its end")
	}
}

// address returns s as it may be told: whoever wrote a password into it does not see it again.
func address(s string) string {
	if strings.Contains(s, "@") {
		return "what stands here"
	}
	return strconv.Quote(s)
}

// The form of a token: see scheduler enrol.
const (
	tokenLength   = 26
	tokenAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

func (f File) checkToken(m *form.Mistakes) {
	m.AddIf(f.Replace && f.Token == "", "replace", "a device that takes another place needs a token for it", "have one made by scheduler enrol, and write it as token")
	if !f.HasToken() {
		return
	}
	m.AddIf(strings.Trim(f.Token, "0-") == "", "token", "it is the example's", "copy the one that scheduler enrol printed")
	m.AddIf(!isToken(f.Token), "token", "it is not one that scheduler enrol printed: that has 26 letters and digits, in groups with - between them",
		"copy it as scheduler enrol printed it")
}

// isToken reports whether s is a token, however a person typed it.
func isToken(s string) bool {
	bare := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	return len(bare) == tokenLength && strings.Trim(bare, tokenAlphabet) == ""
}

// natsServer returns the host and port of a scheduler's address.
func natsServer(s string) (host, port string, ok bool) {
	if strings.HasPrefix(s, "nats://") {
		return server(s, "nats", "4222")
	}
	return server(s, "tls", "4222")
}

// server returns the host and port of a URL that has nothing else.
func server(s, scheme, usual string) (host, port string, ok bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != scheme || u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return "", "", false
	}
	host, port = u.Hostname(), u.Port()
	if port == "" {
		port = usual
	}
	return host, port, isHost(host) && isPort(port)
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && s[0] != '0' // what begins so is read by some as octal
}

var hostName = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$`)

// isHost reports whether s is an IP address without a zone, or a name (RFC 1123, 2.1).
func isHost(s string) bool {
	if at, err := netip.ParseAddr(s); err == nil {
		return usable(at)
	}
	return len(s) <= 253 && hostName.MatchString(s) && !onlyNumbers.MatchString(s)
}

// onlyNumbers are the last words of what was meant to be an address: no name ends so.
var onlyNumbers = regexp.MustCompile(`(^|\.)[0-9]+\.?$`)

// usable reports whether at is an address that a host may have.
func usable(at netip.Addr) bool {
	return at.Zone() == "" && !at.IsUnspecified() && !at.IsMulticast() && at != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}
