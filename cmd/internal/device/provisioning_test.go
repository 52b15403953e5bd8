package device_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"pgregory.net/rapid"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

// placed is a provisioning file without what it hands on.
const placed = `office = "valfiorita"
totem = "ingresso"
scheduler = ["tls://10.20.0.5:4222", "tls://scheduler.comune.example"]
pins = "sha256/a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
token = "7Q2ZK-M9D4T-0XW8B-5RNYA-C3HVGE"
`

// asWritten returns what totem.toml's page shows from [proxy] on, without what the provisioning file refuses.
func asWritten(t testing.TB) string {
	t.Helper()
	file, _ := example(t)
	_, tables, found := strings.Cut(file, "[proxy]")
	if !found {
		t.Fatal("the page's example has no [proxy]")
	}
	return "[proxy]" + regexp.MustCompile(`(?m)^fullscreen = .*\n`).ReplaceAllString(tables, "")
}

func TestEveryDerivedConfigurationIsOne(t *testing.T) {
	landscape := provisioning.PanelFacts{Width: 1920, Height: 1080, WidthMM: 476, HeightMM: 268}
	for name, c := range map[string]struct {
		more  string
		facts provisioning.Facts
		want  func(*device.Config) // changes what the least file comes to
	}{
		"the least there can be": {"", provisioning.Facts{}, func(*device.Config) {}},
		"a portrait panel":       {"[panel]\nrotation = 90\n", provisioning.Facts{Panel: landscape}, func(*device.Config) {}},
		"a landscape panel": {"", provisioning.Facts{Panel: landscape}, func(c *device.Config) {
			c.Panel.Width, c.Panel.Height, c.Panel.WidthMM, c.Panel.BottomMM = 1920, 1080, 476, 860
		}},
		"a turned touch panel": {"[panel]\nrotation = 270\ntouch = \"evdev\"\n", provisioning.Facts{Panel: landscape}, func(c *device.Config) {
			c.Panel.Touch, c.Panel.Matrix = "evdev", "0 -1 1 1 0 0"
		}},
		"a touch panel that is not turned": {"[panel]\ntouch = \"evdev\"\n", provisioning.Facts{}, func(c *device.Config) { c.Panel.Touch = "evdev" }},
		"a proxy with a password of all kinds": {"[proxy]\naddress = \"proxy.comune.example:3128\"\nuser = \"totem\"\npassword = 'a \"b\" \\ c'\n", provisioning.Facts{}, func(c *device.Config) {
			c.Proxy = device.Proxy{Address: "proxy.comune.example:3128", User: "totem", Password: `a "b" \ c`}
		}},
		"a printer that was found": {"[printer]\nbaud = 9600\n", provisioning.Facts{Printer: provisioning.PrinterFacts{Path: "/dev/p", Profile: "epson-tm-t20", Baud: 38400, Flow: "xonxoff"}}, func(c *device.Config) {
			c.Printer = device.Printer{Path: "/dev/p", Profile: "epson-tm-t20", Baud: 9600, Flow: "xonxoff"}
		}},
		"all that totem.toml has": {asWritten(t), provisioning.Facts{}, func(c *device.Config) {
			file, _ := example(t)
			all, err := device.ParseConfig("totem.toml", []byte(file))
			if err != nil {
				t.Fatal(err)
			}
			all.Office, all.Totem, all.Scheduler, all.Data, all.Identity = c.Office, c.Totem, c.Scheduler, c.Data, c.Identity
			*c = all
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := device.ParseProvisioning("provision.toml", []byte(placed+c.more))
			if err != nil {
				t.Fatal(err)
			}
			files, err := f.Derive(c.facts)
			if err != nil {
				t.Fatal(err)
			}
			got, err := device.ParseConfig("totem.toml", files[provisioning.TotemPath])
			if err != nil {
				t.Fatalf("%v\n%s", err, files[provisioning.TotemPath])
			}
			want := device.Config{Office: "valfiorita", Totem: "ingresso", Scheduler: "tls://10.20.0.5:4222,tls://scheduler.comune.example",
				Data: "/data/totem", Identity: "/ident/identity", Printer: device.Printer{Path: "/dev/usb/lp0"}, Panel: device.Panel{Fullscreen: true}}
			c.want(&want)
			if diff := cmp.Diff(want.Complete(), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsHandedOnIsCheckedAtItsOwnLine(t *testing.T) {
	file := placed + "[proxy]\naddress = \"p:1\"\npassword = \"Zugspitze-2962\"\n[printer]\nprofile = \"lp\"\nspeed = 3\n[panel]\nwidth = 100\nheight = 100\ntouch = \"glove\"\n[peers]\nlisten = \"7411\"\n[board]\nx = 1\n"
	_, err := device.ParseProvisioning("provision.toml", []byte(file))
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.CodeProvisioning {
		t.Fatalf("got %v", err)
	}
	want := []string{
		"provision.toml:8: proxy.password: it would be left unread: proxy.user is not set; ",
		"provision.toml:10: printer.profile: there is no profile \"lp\"; ",
		"provision.toml:11: printer.speed: there is no such field; ",
		"provision.toml:13: panel.width: 100 pixels are out of range; ",
		"provision.toml:14: panel.height: 100 pixels are out of range; ",
		"provision.toml:15: panel.touch: there is no kind of touch \"glove\"",
		"provision.toml:17: peers.listen: \"7411\" is no port to listen at; ",
		"provision.toml:19: board.x: there is no such field; ",
	}
	got := strings.Split(f.Err.Error(), "\n")
	if len(got) != len(want) || strings.Contains(err.Error(), "Zugspitze") {
		t.Fatalf("%d mistakes, want %d:\n%v", len(got), len(want), f.Err)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got %q, want it to begin with %q", got[i], want[i])
		}
	}
}

func FuzzDerived(f *testing.F) {
	f.Add([]byte(placed))
	f.Add([]byte(placed + asWritten(f)))
	f.Add([]byte(placed + "[panel]\nwidth = \"native\"\nrotation = 90\ntouch = \"gt911\"\ntouch_bus = \"/dev/i2c-1\"\n[printer]\npath = \"find\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := device.ParseProvisioning("provision.toml", data)
		if err != nil {
			return
		}
		for _, facts := range []provisioning.Facts{{}, {Panel: provisioning.PanelFacts{Width: 1920, Height: 1080, WidthMM: 476, HeightMM: 268}}} {
			files, err := file.Derive(facts)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := device.ParseConfig("totem.toml", files[provisioning.TotemPath]); err != nil {
				t.Errorf("%v\n%s\nof\n%s", err, files[provisioning.TotemPath], data)
			}
		}
	})
}

func TestWhateverIsAcceptedIsDerivedAsItWasMeant(t *testing.T) {
	words := rapid.StringMatching(`[ -~àèìß€😀]{1,20}`)
	rapid.Check(t, func(t *rapid.T) {
		user := rapid.StringMatching(`[ -9;-~ü]{1,10}`).Draw(t, "user")
		password, path, prefix := words.Draw(t, "password"), words.Draw(t, "path"), rapid.StringMatching(`[ -~]{0,8}`).Draw(t, "prefix")
		rotation := rapid.SampledFrom([]int{0, 90, 180, 270}).Draw(t, "rotation")
		width, height := rapid.IntRange(480, 7680).Draw(t, "width"), rapid.IntRange(480, 7680).Draw(t, "height")
		listed, err := toml.Marshal(map[string]any{
			"proxy":   map[string]any{"address": "proxy.example:3128", "user": user, "password": password},
			"printer": map[string]any{"path": path, "baud": 9600},
			"scanner": map[string]any{"prefix": prefix},
			"panel":   map[string]any{"rotation": rotation, "touch": rapid.SampledFrom([]string{"window", "evdev"}).Draw(t, "touch"), "width": width, "height": height},
		})
		if err != nil {
			t.Fatal(err)
		}
		f, err := device.ParseProvisioning("provision.toml", []byte(placed+string(listed)))
		if err != nil {
			t.Fatalf("%v\n%s", err, listed)
		}
		files, err := f.Derive(provisioning.Facts{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := device.ParseConfig("totem.toml", files[provisioning.TotemPath])
		if err != nil {
			t.Fatalf("%v\n%s", err, files[provisioning.TotemPath])
		}
		if path == "find" {
			path = "/dev/usb/lp0"
		}
		if got.Proxy.User != user || got.Proxy.Password != password || got.Printer.Path != path || got.Scanner.Prefix != prefix || got.Panel.Width != width || got.Panel.Height != height {
			t.Fatalf("got %+v of\n%s", got, listed)
		}
	})
}
