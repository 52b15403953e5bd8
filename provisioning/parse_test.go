package provisioning_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/form"
	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

const token = "7Q2ZK-M9D4T-0XW8B-5RNYA-C3HVGE"

var pin = "sha256/" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))

// least is the shortest file there can be; the cases below spoil it or add to it.
var least = `office = "valfiorita"
totem = "ingresso"
scheduler = "tls://10.20.0.5:4222"
pins = "` + pin + `"
token = "` + token + `"
`

const network = "[network]\nmethod = \"static\"\naddress = \"10.20.0.31/24\"\ngateway = \"10.20.0.1\"\n"

func parse(t testing.TB, text string) provisioning.File {
	t.Helper()
	f, err := provisioning.Parse("provision.toml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return f
}

// refused returns the lines of a refusal.
func refused(t *testing.T, text string, checkers ...provisioning.Checker) []string {
	t.Helper()
	f, err := provisioning.Parse("provision.toml", []byte(text), checkers...)
	var known *fault.Fault
	if !errors.As(err, &known) || known.Code != fault.CodeProvisioning || known.Remedy == "" {
		t.Fatalf("got %v, want a fault with a remedy, for:\n%s", err, text)
	}
	if diff := cmp.Diff(provisioning.File{}, f); diff != "" {
		t.Errorf("an error, and yet %s", diff)
	}
	return strings.Split(known.Err.Error(), "\n")
}

func TestWhatIsLeftOutIsTheMostCommonCase(t *testing.T) {
	f := parse(t, least)
	if f.Network.Method != provisioning.MethodDHCP || !f.Find() || !f.HasToken() || f.Spent() || f.Replace {
		t.Errorf("got %+v", f)
	}
	if diff := cmp.Diff(provisioning.List{"tls://10.20.0.5:4222"}, f.Scheduler); diff != "" {
		t.Error(diff)
	}
}

func TestAFileFromAnyEditorIsUnderstood(t *testing.T) {
	want := parse(t, least)
	for name, text := range map[string]string{
		"line ends of Windows":   strings.ReplaceAll(least, "\n", "\r\n"),
		"a byte order mark":      "\xef\xbb\xbf" + least,
		"both":                   "\xef\xbb\xbf" + strings.ReplaceAll(least, "\n", "\r\n"),
		"no line end at the end": strings.TrimSuffix(least, "\n"),
		"a list for one":         strings.Replace(least, `"tls://10.20.0.5:4222"`, `["tls://10.20.0.5:4222"]`, 1),
		"native":                 least + "[panel]\nwidth = \"native\"\nheight = \"native\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := parse(t, text)
			got.Panel.Rest = want.Panel.Rest
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryMistakeIsToldWithItsLineAndARemedy(t *testing.T) {
	spoil := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(least) }
	for name, c := range map[string]struct {
		file string
		want []string // the beginnings of the lines, in order
	}{
		"nothing":                         {" \r\n", []string{"provision.toml: it is empty; "}},
		"zeroes, after a power cut":       {strings.Repeat("\x00", 512), []string{"provision.toml: it is empty; "}},
		"far too long":                    {least + strings.Repeat("#\n", 40_000), []string{"provision.toml: it has 80"}},
		"a word processor's document":     {"PK\x03\x04…", []string{"provision.toml: it is a word processor's document; save it as plain text"}},
		"rich text":                       {"{\\rtf1", []string{"provision.toml: it is a word processor's document; "}},
		"UTF-16":                          {"\xff\xfeo\x00f\x00", []string{"provision.toml: it is saved as UTF-16, "}},
		"a byte that no text has":         {"office = \"a\x00b\"", []string{"provision.toml: there are bytes in it that no text has; "}},
		"an old form of text":             {least + "# citt\xe0\n", []string{"provision.toml:6: a letter is saved in an old form of text"}},
		"quotes of a word processor":      {spoil(`"ingresso"`, "“ingresso”"), []string{"provision.toml:2: there is a “ of a word processor; write straight quotes"}},
		"such quotes on two lines":        {spoil(`"ingresso"`, "„ingresso“", `"valfiorita"`, "‘valfiorita’"), []string{"provision.toml:1: there is a ‘", "provision.toml:2: there is a „"}},
		"a space of a word processor":     {spoil("totem = ", "totem\u00a0= "), []string{"provision.toml:2: there is a space of a word processor"}},
		"a missing quote":                 {spoil(`ingresso"`, "ingresso"), []string{"provision.toml:2: this is not TOML: "}},
		"a name twice":                    {least + "totem = \"altro\"\n", []string{"provision.toml:6: this is not TOML: "}},
		"line ends of an old Macintosh":   {strings.ReplaceAll(least, "\n", "\r"), []string{"provision.toml:1: this is not TOML: "}},
		"a misspelt field":                {spoil("scheduler", "sheduler"), []string{"provision.toml: scheduler: this field is missing", `provision.toml:3: sheduler: there is no such field; remove it or correct its spelling; perhaps "scheduler" is meant`}},
		"a misspelt field of the network": {least + "[network]\nadress = \"10.0.0.1/8\"\n", []string{`provision.toml:7: network.adress: there is no such field; remove it or correct its spelling; perhaps "address" is meant`}},
		"a misspelt table":                {least + "[netwrk]\nvlan = 3\n", []string{`provision.toml:6: netwrk: there is no such field; remove it or correct its spelling; perhaps "network" is meant`}},
		"totem.toml's own fields":         {least + "data = \"/data\"\n", []string{"provision.toml:6: data: there is no such field; "}},
		"no names":                        {spoil(`"valfiorita"`, `""`, "totem = \"ingresso\"\n", ""), []string{"provision.toml: totem: this field is missing; ", "provision.toml:1: office: this field is missing; "}},
		"a word that is taken":            {spoil("ingresso", "reserve"), []string{`provision.toml:2: totem: "reserve" is no totem; `}},
		"an address of the web":           {spoil("tls:", "https:"), []string{`provision.toml:3: scheduler: "https://10.20.0.5:4222" is no address of a NATS server; write it as "tls://`}},
		"one bad one of several":          {spoil(`"tls://10.20.0.5:4222"`, `["tls://10.20.0.5", "10.20.0.6:4222"]`), []string{`provision.toml:3: scheduler: "10.20.0.6:4222" is no address`}},
		"half an address":                 {spoil("10.20.0.5", "10.20.0"), []string{`provision.toml:3: scheduler: `}},
		"a pin without its end":           {spoil("=\"\ntoken", "\"\ntoken"), []string{"provision.toml:4: pins: \"sha256/"}},
		"the example's pin and token":     {spoil(pin, "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", token, "00000-00000-00000-00000-000000"), []string{"provision.toml:4: pins: it is the example's; ", "provision.toml:5: token: it is the example's; "}},
		"a token that lacks a letter":     {spoil("7Q2ZK", "7Q2Z"), []string{"provision.toml:5: token: it is not one that scheduler enrol printed: "}},
		"a number for a token":            {spoil(`"`+token+`"`, "12"), []string{"provision.toml:5: token: the value is of the wrong kind; write a text in quotes"}},
		"a replacement without a token":   {spoil("token = \""+token+"\"", "replace = true"), []string{"provision.toml:5: replace: a device that takes another place needs a token for it; "}},
		"updates from nowhere":            {least + "updates = \"updates.example\"\n", []string{`provision.toml:6: updates: "updates.example" is no address of an update server; `}},
		"a list of numbers":               {spoil(`"tls://10.20.0.5:4222"`, "[1, 2]"), []string{"provision.toml:3: scheduler: the value is of the wrong kind; write a text in quotes, or several"}},
		"a rotation that cannot be":       {least + "[panel]\nrotation = 45\n", []string{"provision.toml:7: panel.rotation: 45 degrees cannot be; "}},
		"a rotation in words":             {least + "[panel]\nrotation = \"left\"\n", []string{"provision.toml:7: panel.rotation: the value is of the wrong kind; write a whole number"}},
		"a panel that fills no screen":    {least + "[panel]\nfullscreen = false\n", []string{"provision.toml:7: panel.fullscreen: on a device of its own the picture always fills the screen; "}},
		"a width in words":                {least + "[panel]\nwidth = \"wide\"\n", []string{`provision.toml:7: panel.width: the value is of the wrong kind; write a whole number without quotes, or "native"`}},
		"a fraction that is handed on":    {least + "[printer]\nbaud = 9600.5\n", []string{"provision.toml:7: printer.baud: the value is of the wrong kind; write a text in quotes, a whole number"}},
		"a text for a table":              {strings.Replace(least, "token", "sound = \"loud\"\ntoken", 1), []string{"provision.toml:5: sound: the value is of the wrong kind; write a table"}},
		"everything at once, in order":    {spoil("valfiorita", "Valfiorita", "tls:", "ftp:", "7Q2ZK", "") + "[network]\nvlan = 5000\n[panel]\nrotation = 1\n", []string{"provision.toml:1: office: ", "provision.toml:3: scheduler: ", "provision.toml:5: token: ", "provision.toml:7: network.vlan: ", "provision.toml:9: panel.rotation: "}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, refused(t, c.file), c.want) })
	}
}

func expect(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d mistakes, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i, line := range got {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("got %q, want it to begin with %q", line, want[i])
		}
		if _, remedy, _ := strings.Cut(line, "; "); remedy == "" {
			t.Errorf("%q has no remedy", line)
		}
	}
}

func TestAMistakeOfTheNetworkIsToldAtTheDesk(t *testing.T) {
	named := strings.Replace(least, "10.20.0.5", "scheduler.comune.example", 1)
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"a method that is none":             {least + "[network]\nmethod = \"auto\"\n", []string{`provision.toml:7: network.method: there is no method "auto"; `}},
		"an address that DHCP gives":        {least + "[network]\naddress = \"10.20.0.31/24\"\n", []string{"provision.toml:7: network.address: it would be left unread: network.method is dhcp; "}},
		"static without an address":         {least + "[network]\nmethod = \"static\"\n", []string{"provision.toml:6: network.address: this field is missing; "}},
		"an address without a prefix":       {least + strings.Replace(network, "/24", "", 1), []string{`provision.toml:8: network.address: "10.20.0.31" is no address with the length`}},
		"the whole network":                 {least + strings.Replace(network, ".31/", ".0/", 1), []string{"provision.toml:8: network.address: 10.20.0.0/24 is the address of the whole network; "}},
		"everybody":                         {least + strings.Replace(network, ".31/", ".255/", 1), []string{"provision.toml:8: network.address: 10.20.0.255/24 is the address of the whole network; "}},
		"this device itself":                {least + strings.Replace(network, "10.20.0.31", "127.0.0.1", 1), []string{"provision.toml:8: network.address: 127.0.0.1/24 is no address that a device may have; ", "provision.toml:9: network.gateway: 10.20.0.1 is not in the network"}},
		"a gateway elsewhere":               {least + strings.Replace(network, "10.20.0.1\"", "10.21.0.1\"", 1), []string{"provision.toml:9: network.gateway: 10.21.0.1 is not in the network of network.address; "}},
		"the device as its gateway":         {least + strings.Replace(network, "10.20.0.1\"", "10.20.0.31\"", 1), []string{"provision.toml:9: network.gateway: 10.20.0.31 is this device's own address; "}},
		"two gateways":                      {least + strings.Replace(network, `"10.20.0.1"`, `["10.20.0.1", "10.20.0.2"]`, 1), []string{"provision.toml:9: network.gateway: there are two gateways of one kind; "}},
		"no way to the scheduler":           {strings.Replace(least, "10.20.0.5", "10.30.0.5", 1) + "[network]\nmethod = \"static\"\naddress = \"10.20.0.31/24\"\n", []string{"provision.toml:6: network.gateway: no way leads to the scheduler, 10.30.0.5, "}},
		"nobody resolves the name":          {named + network, []string{"provision.toml:6: network.dns: nobody resolves the name scheduler.comune.example of the scheduler; "}},
		"nobody resolves the proxy's name":  {named + network + "[proxy]\naddress = \"proxy.example:3128\"\n", []string{"provision.toml:6: network.dns: nobody resolves the name proxy.example of the proxy; "}},
		"a name for a name server":          {least + "[network]\ndns = \"dns.example\"\n", []string{`provision.toml:7: network.dns: "dns.example" is no address of a name server; `}},
		"a time server that is none":        {least + "[network]\nntp = [\"ntp.example\", \"none\", \"a b\"]\n", []string{`provision.toml:7: network.ntp: "a b" is no name or address`}},
		"a VLAN that is none":               {least + "[network]\nvlan = 4095\n", []string{"provision.toml:7: network.vlan: there is no VLAN 4095; "}},
		"an interface that could be a line": {least + "[network]\ninterface = \"eth0\\n[Network]\"\n", []string{"provision.toml:7: network.interface: "}},
		"a wireless interface":              {least + "[network]\ninterface = \"wlan0\"\n", []string{"provision.toml:7: network.interface: a totem is on a wire; "}},
		"a proxy without a port":            {least + "[proxy]\naddress = \"proxy.example\"\n", []string{"provision.toml:7: proxy.address: it is no host with a port; "}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, refused(t, c.file), c.want) })
	}
}

func TestNoSecretIsInAnError(t *testing.T) {
	const password = "Zugspitze-2962"
	secret := strings.ToLower(token)
	for name, file := range map[string]string{
		"a bad name beside them":   strings.Replace(least, "valfiorita", "V", 1) + "[proxy]\naddress = \"p:1\"\nuser = \"u\"\npassword = \"" + password + "\"\n",
		"the token as the office":  strings.Replace(least, "valfiorita", token, 1),
		"only as the office":       strings.NewReplacer("valfiorita", token, "token = \""+token+"\"\n", "").Replace(least),
		"the token as a field":     least + "[" + token + "]\nx = 1\n",
		"the token as a scheduler": strings.Replace(least, "tls://10.20.0.5:4222", token, 1),
		"a password in the proxy":  least + "[proxy]\naddress = \"http://u:" + password + "@proxy.example:3128\"\n",
		"one in the scheduler":     strings.Replace(least, "tls://", "tls://u:"+password+"@", 1),
		"the password as a name":   least + "[proxy]\naddress = \"p:1\"\npassword = \"" + password + "\"\n[printer]\nprofile = \"" + password + "\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			said := strings.Join(refused(t, file, profileless), "\n")
			if strings.Contains(strings.ToLower(said), secret) || strings.Contains(said, password) {
				t.Errorf("it is told: %s", said)
			}
		})
	}
}

// profileless is a checker that repeats what it does not like.
func profileless(totem []byte) form.Mistakes {
	var m form.Mistakes
	_, after, found := strings.Cut(string(totem), "profile = ")
	after, _, _ = strings.Cut(after, "\n")
	m.AddIf(found, "printer.profile", "there is no profile "+after, "write another")
	m.AddIf(true, "panel.rotatoin", form.Unknown, "remove it or correct its spelling")
	return m
}

func TestWhatACheckerFindsStandsAtItsLine(t *testing.T) {
	expect(t, refused(t, least+"[printer]\nprofile = \"lp\"\n[panel]\nrotatoin = 90\n", profileless), []string{
		`provision.toml:7: printer.profile: there is no profile "lp"`,
		`provision.toml:9: panel.rotatoin: there is no such field; remove it or correct its spelling; perhaps "rotation" is meant`,
	})
}
