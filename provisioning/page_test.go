package provisioning_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"example.org/totem/provisioning"
)

// names returns the fields of a file by their paths.
func names(t reflect.Type, prefix string) (all []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("toml")
		switch {
		case name == "":
		case f.Type.Kind() == reflect.Struct:
			all = append(all, names(f.Type, prefix+name+".")...)
		default:
			all = append(all, prefix+name)
		}
	}
	return all
}

func TestThePageShowsEveryFieldInItsExampleAndInItsTable(t *testing.T) {
	data, err := os.ReadFile("../docs/provisioning.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	found := regexp.MustCompile("(?s)```toml\n(.*?)```").FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the page has no example")
	}
	f := parse(t, strings.Replace(found[1], "sha256/…", pin, 1))
	if f.Token != token || f.Panel.Rotation != 90 || f.Network.VLAN != 120 || f.Proxy.User == "" || !f.Find() || f.Panel.Rest["touch"] != "evdev" {
		t.Errorf("the example is read as %+v", f)
	}
	_, table, _ := strings.Cut(page, "|---|")
	for _, name := range names(reflect.TypeFor[provisioning.File](), "") {
		last := name[strings.LastIndex(name, ".")+1:]
		if !regexp.MustCompile(`(?m)^(` + last + ` = |\[` + last + `\])`).MatchString(found[1]) {
			t.Errorf("%s is not in the example", name)
		}
		if !strings.Contains(table, "`"+name+"`") {
			t.Errorf("%s is not in the table", name)
		}
	}
}

func TestAFileSaysInPlainWordsWhatItMeans(t *testing.T) {
	f := parse(t, strings.Replace(least, "10.20.0.5", "scheduler.comune.example", 1)+network+"dns = [\"10.20.0.2\"]\nntp = \"none\"\n[printer]\nprofile = \"epson-tm-t20\"\n[panel]\nwidth = 1080\nheight = 1920\nrotation = 270\n[peers]\nlisten = \":7411\"\n[board]\nlamp = \"GPIO4\"\n")
	want := map[string]string{
		"place":     "totem ingresso of office valfiorita",
		"scheduler": "tls://scheduler.comune.example:4222, known by one pin",
		"token":     "used once, at the next start, and blotted out then",
		"network":   "any wired interface; address 10.20.0.31/24, gateway 10.20.0.1",
		"names":     "asked of 10.20.0.2",
		"time":      "no time service: by the battery and the scheduler's signed time",
		"proxy":     "none",
		"printer":   "looked for; profile epson-tm-t20",
		"panel":     "1080 by 1920 pixels, the picture turned clockwise by 270 degrees",
		"let out":   "TCP to port 4222 of any address for the scheduler; TCP to port 7411 for the office's other totems; DHCP, and questions for names and the time; nothing else",
		"let in":    "TCP to port 7411 for the office's other totems; nothing else",
		"board":     "as written: lamp",
	}
	for _, one := range f.Tell() {
		if one.Means != want[one.Part] {
			t.Errorf("%s: got %q, want %q", one.Part, one.Means, want[one.Part])
		}
		delete(want, one.Part)
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
}
