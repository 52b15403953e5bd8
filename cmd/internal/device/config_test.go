package device_test

import (
	"errors"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
)

const configPage = "../../../docs/totem-toml.md"

// example returns the file that the page about totem.toml shows, and the page.
func example(t testing.TB) (file, page string) {
	t.Helper()
	data, err := os.ReadFile(configPage)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```toml\n(.*?)```").FindSubmatch(data)
	if found == nil {
		t.Fatal("the page has no example")
	}
	return string(found[1]), string(data)
}

func TestTheExampleOfThePageIsAGoodConfiguration(t *testing.T) {
	file, _ := example(t)
	got, err := device.ParseConfig("totem.toml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	want := device.Config{
		Office: "valfiorita", Totem: "ingresso", Scheduler: "tls://10.20.0.5:4222", Data: "/data/totem", Identity: "/data/totem/identity",
		Proxy:   device.Proxy{Address: "proxy.comune.example:3128", User: "totem", Password: "..."},
		Printer: device.Printer{Path: "/dev/serial/by-id/usb-EPSON_TM-T20-if00", Profile: "epson-tm-t20", Baud: 38400, Flow: "none", RollM: 80, Collect: 60},
		Panel: device.Panel{Width: 1080, Height: 1920, WidthMM: 268, BottomMM: 760, Touch: "evdev",
			TouchPath: "/dev/input/by-path/platform-feb60000.i2c-event", Matrix: "1 0 0 0 1 0", TouchGuard: 500, Fullscreen: true},
		Keypad:  device.Keypad{Path: "/dev/input/by-path/platform-xhci-hcd.0-usb-0:1.2:1.0-event-kbd", Guard: 100},
		Scanner: device.Scanner{Path: "/dev/serial/by-path/platform-xhci-hcd.0-usb-0:1.3:1.0", Baud: 9600, Prefix: "]Q1"},
		Sound: device.Sound{Headset: "plughw:CARD=Device,DEV=0", Speaker: "plughw:CARD=Device,DEV=1", Sensed: true, HeadsetDB: 105, SpeakerDB: 85,
			Click: true},
		Peers: device.Peers{Listen: ":7411", Address: "10.31.4.11:7411"},
		Board: device.Board{Door: "pinctrl-bcm2711:17", DoorAt: "high", Lamp: "pinctrl-bcm2711:27", LampAt: "high", PaperNear: "pinctrl-bcm2711:22", NearAt: "high",
			PaperOut: "pinctrl-bcm2711:23", OutAt: "high", Backlight: "auto", Hours: "office", Margin: 30, Day: 100, Hot: 80},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// fieldsOf returns the names of a configuration's fields, "printer.baud".
func fieldsOf(t reflect.Type, prefix string) []string {
	var names []string
	for f := range t.Fields() {
		name := prefix + f.Tag.Get("toml")
		if f.Type.Kind() == reflect.Struct {
			names = append(names, fieldsOf(f.Type, name+".")...)
		} else {
			names = append(names, name)
		}
	}
	return names
}

func TestThePageShowsEveryFieldInItsExampleAndInItsTable(t *testing.T) {
	file, page := example(t)
	_, table, _ := strings.Cut(page, "|---|")
	for _, name := range fieldsOf(reflect.TypeFor[device.Config](), "") {
		last := name[strings.LastIndex(name, ".")+1:]
		if !regexp.MustCompile(`(?m)^` + last + ` = `).MatchString(file) {
			t.Errorf("%s is not in the example", name)
		}
		if !strings.Contains(table, "`"+name+"`") {
			t.Errorf("%s is not in the table", name)
		}
	}
}

func TestWhatIsLeftOutHasTheDefaultThatThePagePromises(t *testing.T) {
	const needed = "office = \"valfiorita\"\ntotem = \"ingresso\"\nscheduler = \"nats://10.20.0.5:4222\"\ndata = \"/data\"\nprinter.path = \"/dev/x\"\n"
	for name, c := range map[string]struct {
		more string
		want device.Panel
	}{
		"nothing said":          {"", device.Panel{Width: 1080, Height: 1920, WidthMM: 268, BottomMM: 760, Touch: "window"}},
		"wider than it is high": {"panel = { width = 1920, height = 1080 }", device.Panel{Width: 1920, Height: 1080, WidthMM: 476, BottomMM: 860, Touch: "window"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := device.ParseConfig("totem.toml", []byte(needed+c.more))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Panel); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(device.Printer{Path: "/dev/x", Profile: "generic-80", Baud: 19200, Flow: "none", Collect: 60}, got.Printer); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// good is a configuration that the cases below spoil line by line.
const good = `office = "valfiorita"
totem = "ingresso"
scheduler = "nats://10.20.0.5:4222"
data = "/data"

[printer]
path = "/dev/x"

[panel]
fullscreen = true
`

func TestEveryMistakeIsToldWithItsLineAndARemedy(t *testing.T) {
	spoil := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(good) }
	for name, c := range map[string]struct {
		file string
		want []string // the beginnings of the lines, in order
	}{
		"a misspelt field":             {spoil("fullscreen", "fullscren"), []string{"totem.toml:10: panel.fullscren: there is no such field; remove it"}},
		"a field in the wrong case":    {spoil("data", "Data"), []string{"totem.toml: data: this field is missing; ", "totem.toml:4: Data: there is no such field"}},
		"a misspelt table":             {spoil("[panel]", "[pannel]"), []string{"totem.toml:9: pannel: there is no such field"}},
		"a field of no table":          {spoil("[panel]\n", ""), []string{"totem.toml:9: printer.fullscreen: there is no such field"}},
		"a number for a text":          {spoil(`"ingresso"`, "7"), []string{"totem.toml:2: totem: the value is of the wrong kind; write a text in quotes"}},
		"a text for a number":          {good + `width = "1080"`, []string{"totem.toml:11: panel.width: the value is of the wrong kind; write a whole number"}},
		"a fraction":                   {good + "width_mm = 268.5", []string{"totem.toml:11: panel.width_mm: the value is of the wrong kind; write a whole number"}},
		"a text for a truth":           {spoil("= true", `= "yes"`), []string{"totem.toml:10: panel.fullscreen: the value is of the wrong kind; write true or false"}},
		"a text for a table":           {strings.ReplaceAll(spoil("[printer]", "[panel]", "path = \"/dev/x\"", "", "[panel]\n", ""), "data =", "printer = \"x\"\ndata ="), []string{"totem.toml:4: printer: the value is of the wrong kind; write a table, [printer]"}},
		"a list of tables":             {spoil("[printer]", "[[printer]]"), []string{"totem.toml:6: printer: the value is of the wrong kind"}},
		"within braces":                {spoil("[printer]\npath = \"/dev/x\"", "printer = { path = \"/dev/x\", speed = 3 }"), []string{"totem.toml:6: printer.speed: there is no such field"}},
		"dots for a table":             {spoil("[printer]\npath", "printer.baud = 4711\nprinter.path"), []string{"totem.toml:6: printer.baud: a serial line has no speed 4711; "}},
		"no path":                      {spoil("path = \"/dev/x\"", ""), []string{"totem.toml:6: printer.path: this field is missing; "}},
		"no printer":                   {spoil("[printer]\npath = \"/dev/x\"", ""), []string{"totem.toml: printer.path: this field is missing; "}},
		"half a size":                  {good + "width = 1920", []string{"totem.toml:9: panel.height: 0 pixels are out of range; write width and height both"}},
		"an address of the web":        {spoil("nats:", "https:"), []string{`totem.toml:3: scheduler: "https://10.20.0.5:4222" is no address of a NATS server; `}},
		"an address without a host":    {spoil("10.20.0.5:4222", ""), []string{"totem.toml:3: scheduler: "}},
		"a bad one among addresses":    {spoil("4222", "4222,nats-2"), []string{"totem.toml:3: scheduler: "}},
		"a word that is taken":         {spoil("ingresso", "reserve"), []string{`totem.toml:2: totem: "reserve" is no totem; `}},
		"everything at once, in order": {spoil("valfiorita", "Valfiorita", "nats:", "ftp:", "= true", "= 1", "path", "paht") + "touch = \"glove\"\nwidth_mm = 12\n[printer.more]\n", []string{"totem.toml:1: office: ", "totem.toml:3: scheduler: ", "totem.toml:6: printer.path: ", "totem.toml:7: printer.paht: ", "totem.toml:10: panel.fullscreen: ", "totem.toml:11: panel.touch: ", "totem.toml:12: panel.width_mm: ", "totem.toml:13: printer.more: "}},
		"an unknown profile":           {spoil("path = ", "profile = \"lp\"\nflow = \"dtr\"\npath = "), []string{`totem.toml:7: printer.profile: there is no profile "lp"; write one of `, `totem.toml:8: printer.flow: there is no flow control "dtr"; `}},
		"a proxy of the web":           {good + "[proxy]\naddress = \"http://u:segreto@p:1\"\n", []string{`totem.toml:12: proxy.address: it is no host with a port; write it as "proxy.comune`}},
		"a password of nobody":         {good + "[proxy]\naddress = \"p:1\"\npassword = \"x\"\n", []string{"totem.toml:13: proxy.password: it would be left unread: "}},
		"a port alone":                 {good + "[peers]\nlisten = \"7411\"\n", []string{`totem.toml:12: peers.listen: "7411" is no port to listen at; write it as ":7411"`}},
		"a name to listen at":          {good + "[peers]\nlisten = \"totem:7411\"\n", []string{`totem.toml:12: peers.listen: "totem:7411" is no port`}},
		"the port 0":                   {good + "[peers]\nlisten = \":0\"\n", []string{`totem.toml:12: peers.listen: ":0" is no port`}},
		"a name for an address":        {good + "[peers]\nlisten = \":7411\"\naddress = \"totem:7411\"\n", []string{`totem.toml:13: peers.address: "totem:7411" is no IP address with a port; `}},
		"an address that is not used":  {good + "[peers]\naddress = \"10.0.0.1:7411\"\n", []string{"totem.toml:12: peers.address: it would be left unread: "}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := device.ParseConfig("totem.toml", []byte(c.file))
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != fault.CodeConfig || f.Remedy == "" {
				t.Fatalf("got %#v, want a fault with a remedy, for:\n%s", err, c.file)
			}
			got := strings.Split(f.Err.Error(), "\n")
			if len(got) != len(c.want) {
				t.Fatalf("%d mistakes, want %d:\n%v", len(got), len(c.want), f.Err)
			}
			for i, line := range got {
				if !strings.HasPrefix(line, c.want[i]) {
					t.Errorf("got %q, want it to begin with %q", line, c.want[i])
				}
				if _, remedy, _ := strings.Cut(line, "; "); remedy == "" {
					t.Errorf("%q has no remedy", line)
				}
			}
		})
	}
}

func TestAFileThatIsNotTOMLIsToldWithItsLine(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"an open quote":      {"office = \"valfiorita\"\ntotem = \"ingresso\n", "totem.toml:2: "},
		"no value":           {"office =\n", "totem.toml:1: "},
		"a name twice":       {"office = \"a1\"\n\noffice = \"a2\"\n", "totem.toml:3: "},
		"a table twice":      {"[printer]\n[panel]\n[printer]\n", "totem.toml:3: "},
		"twice in braces":    {"office = \"a1\"\nprinter = { baud = 1, baud = 2 }\n", "totem.toml:2: "},
		"bytes of no letter": {"office = \"\xff\"\n", "totem.toml:1: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := device.ParseConfig("totem.toml", []byte(c.file))
			f := fault.Of(err)
			if f.Code != fault.CodeConfig || f.Remedy == "" || !strings.Contains(f.Error(), c.want) || strings.Contains(f.Error(), "\n") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAConfigurationThatCannotBeReadIsNamed(t *testing.T) {
	_, err := device.ReadConfig("nowhere/totem.toml")
	if f := fault.Of(err); f.Code != fault.CodeConfig || f.Error() != "the configuration nowhere/totem.toml cannot be read: no such file or directory" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestCheckTellsWhatIsWrongWithAConfigurationThatIsNoFile(t *testing.T) {
	if err := (device.Config{Office: "valfiorita", Totem: "ingresso", Scheduler: "tls://a,nats://b:1", Data: "d", Printer: device.Printer{Path: "p"}}).Complete().Check(); err != nil {
		t.Error(err)
	}
	err := device.Config{Proxy: device.Proxy{User: "a:b", Password: "\n"}, Panel: device.Panel{Touch: "gt911", TouchGuard: -1, Matrix: "0 0"}, Keypad: device.Keypad{Keys: "next", Guard: -1},
		Scanner: device.Scanner{Prefix: "too long for it"}, Sound: device.Sound{Sensed: true, Speaker: "plughw:0,0"},
		Peers: device.Peers{Listen: "7411", Address: "totem.local:7411"},
		Board: device.Board{Door: "a b", Lamp: ":4", PaperNear: "chip:x", PaperOut: "a b", Backlight: "/etc", Margin: -1, Night: 101}}.Check()
	free := []string{"proxy.address", "panel.fullscreen", "identity", "printer.roll_m", "panel.touch", "panel.touch_path", "panel.touch_irq", "keypad.path",
		"scanner.path", "sound.headset", "sound.click"}
	for _, field := range fieldsOf(reflect.TypeFor[device.Config](), "") {
		if !slices.Contains(free, field) && (err == nil || !strings.Contains("\n"+err.Error(), "\n"+field+": ")) {
			t.Errorf("%s is not told", field)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("office = 3\n[printer]\n[[panel]]\n"))
	f.Add([]byte("printer = { path = \"x\", baud = 1 }\n\"a.b\".c = 1979-05-27\n"))
	f.Add([]byte("[printer]\nbaud = 9223372036854775807\n[printer.x]\npath=[1,\"a\",{y=1}]"))
	file, _ := example(f)
	f.Add([]byte(file))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := device.ParseConfig("totem.toml", data)
		if err == nil {
			if err := got.Check(); err != nil {
				t.Errorf("accepted, and yet: %v", err)
			}
			return
		}
		var known *fault.Fault
		if !errors.As(err, &known) || known.Code != fault.CodeConfig || known.Remedy == "" {
			t.Errorf("the error is no fault of the configuration: %v", err)
		}
		if got != (device.Config{}) {
			t.Errorf("an error, and yet %+v", got)
		}
	})
}
