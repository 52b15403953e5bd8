package provisioning_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

var update = flag.Bool("update", false, "write the golden files anew")

// landscape is a panel of 21.5 inches as it is built.
var landscape = provisioning.PanelFacts{Width: 1920, Height: 1080, WidthMM: 476, HeightMM: 268}

func TestEachRecipeOfTheNetworkDerivesTheseFiles(t *testing.T) {
	for name, c := range map[string]struct {
		more  string
		facts provisioning.Facts
	}{
		"dhcp":          {more: ""},
		"dhcp-own-dns":  {more: "[network]\ninterface = \"52-54-00-12-34-AB\"\ndns = [\"10.20.0.2\", \"fd00::2\"]\nntp = \"ntp.comune.example, 10.20.0.3\"\n"},
		"static":        {more: network + "dns = \"10.20.0.2\"\nntp = \"10.20.0.3\"\ninterface = \"enp1s0\"\n"},
		"static-both":   {more: "[network]\nmethod = \"static\"\naddress = [\"10.20.0.31/24\", \"fd00:20::31/64\"]\ngateway = [\"10.20.0.1\", \"fe80::1\"]\n"},
		"vlan":          {more: "[network]\nvlan = 120\ninterface = \"enp1s0\"\nntp = \"none\"\n"},
		"vlan-static":   {more: network + "vlan = 7\n"},
		"proxy":         {more: "[proxy]\naddress = \"proxy.comune.example:3128\"\nuser = \"totem\"\npassword = 'a \"quoted\" \\ one'\n"},
		"proxy-address": {more: "[proxy]\naddress = \"10.20.0.9:8080\"\n"},
		"turned":        {more: "[panel]\nrotation = 90\ntouch = \"evdev\"\nbottom_mm = 900\n", facts: provisioning.Facts{Panel: landscape}},
		"turned-left":   {more: "[panel]\nrotation = 270\nwidth = 1080\nheight = 1920\n"},
		"upside-down":   {more: "[panel]\nrotation = 180\n", facts: provisioning.Facts{Panel: provisioning.PanelFacts{Width: 1920, Height: 1080, WidthMM: 160, HeightMM: 160}}},
		"everything": {more: "[printer]\nprofile = \"epson-tm-t20\"\n[keypad]\npath = \"/dev/input/by-id/keys\"\n[scanner]\npath = \"/dev/input/by-id/eye\"\n[sound]\nheadset = \"plughw:1,0\"\n[peers]\nlisten = \":7411\"\n",
			facts: provisioning.Facts{Printer: provisioning.PrinterFacts{Path: "/dev/serial/by-id/usb-EPSON", Profile: "generic-80", Baud: 38400, Flow: "none"}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := parse(t, strings.Replace(least, "\ntoken", "\nupdates = \"https://10.20.0.7:8443\"\ntoken", 1)+c.more)
			files, err := f.Derive(c.facts)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, path := range slices.Sorted(maps.Keys(files)) {
				fmt.Fprintf(&got, "==== %s\n%s", path, files[path])
			}
			golden := filepath.Join("testdata", "derived", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoDerivedFileHoldsTheTokenAndOnlyOneThePassword(t *testing.T) {
	files, err := parse(t, least+"[proxy]\naddress = \"p:1\"\nuser = \"u\"\npassword = \"Zugspitze-2962\"\n").Derive(provisioning.Facts{})
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range files {
		if strings.Contains(string(data), token) || strings.Contains(string(data), "Zugspitze") != (path == provisioning.TotemPath) {
			t.Errorf("%s:\n%s", path, data)
		}
	}
}

func TestWhatIsWrittenOfAPrinterStandsWhateverIsFound(t *testing.T) {
	found := provisioning.PrinterFacts{Path: "/dev/found", Profile: "custom-k80", Baud: 9600, Flow: "xonxoff"}
	for name, c := range map[string]struct {
		more string
		find provisioning.PrinterFacts
		want map[string]any
	}{
		"nothing said, one found":  {"", found, map[string]any{"path": "/dev/found", "profile": "custom-k80", "baud": int64(9600), "flow": "xonxoff"}},
		"nothing said, none found": {"", provisioning.PrinterFacts{}, map[string]any{"path": "/dev/usb/lp0"}},
		"a path":                   {"[printer]\npath = \"/dev/mine\"\n", found, map[string]any{"path": "/dev/mine"}},
		"a speed":                  {"[printer]\npath = \"find\"\nbaud = 115200\n", found, map[string]any{"path": "/dev/found", "profile": "custom-k80", "baud": int64(115200), "flow": "xonxoff"}},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := parse(t, least+c.more).Derive(provisioning.Facts{Printer: c.find})
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := toml.Unmarshal(files[provisioning.TotemPath], &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got["printer"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatTheMachineDoesNotHaveIsToldByWhatItHas(t *testing.T) {
	two := []provisioning.Wire{{Name: "enp1s0", MAC: "52:54:00:00:00:01"}, {Name: "enp2s0"}}
	for name, c := range map[string]struct {
		network string
		wired   []provisioning.Wire
		want    string
	}{
		"a name that is there":           {`interface = "enp2s0"`, two, ""},
		"a MAC address that is there":    {`interface = "52-54-00-00-00-01"`, two, ""},
		"a name that is not":             {`interface = "eth0"`, two, "this device has no network interface eth0; it has enp1s0 (52:54:00:00:00:01), enp2s0"},
		"a MAC address that is not":      {`interface = "52:54:00:00:00:02"`, two[:1], "this device has no network interface 52:54:00:00:00:02; it has enp1s0"},
		"nothing is known":               {`interface = "eth0"`, nil, ""},
		"a VLAN on one of two":           {"vlan = 3", two, "network.vlan belongs to one network interface, and this device has enp1s0"},
		"a VLAN on the only one":         {"vlan = 3", two[:1], ""},
		"a VLAN on a named one of two":   {"vlan = 3\ninterface = \"enp1s0\"", two, ""},
		"any of two, without a VLAN too": {"", two, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, least+"[network]\n"+c.network+"\n").Derive(provisioning.Facts{Wired: c.wired})
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want) || fault.Of(err).Code != fault.CodeUnfit || fault.Of(err).Remedy == ""):
				t.Errorf("got %v", err)
			}
		})
	}
}
