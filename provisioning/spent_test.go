package provisioning_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

func TestABlottedFileIsTheSameFileWithoutItsToken(t *testing.T) {
	for name, text := range map[string]string{
		"quotes":              least,
		"single quotes":       strings.Replace(least, `"`+token+`"`, `'`+token+`'`, 1),
		"three quotes":        strings.Replace(least, `"`+token+`"`, `"""`+token+`"""`, 1),
		"a quoted name":       strings.Replace(least, "token =", `"token" =`, 1),
		"Windows, with a BOM": "\xef\xbb\xbf" + strings.ReplaceAll(least, "\n", "\r\n"),
		"a remark behind it":  strings.Replace(least, `"`+token+`"`, `"`+token+`"   # until Friday`, 1),
		"in the first line":   "token = \"" + token + "\"\n" + strings.Replace(least, `token = "`+token+`"`, "", 1),
		"tables behind it":    least + network,
		"small letters":       strings.ToLower(least[:0]) + strings.Replace(least, token, strings.ToLower(token), 1),
	} {
		t.Run(name, func(t *testing.T) {
			f := parse(t, text)
			blotted := f.Blot([]byte(text))
			if len(blotted) != len(text) || strings.Contains(strings.ToUpper(string(blotted)), token) {
				t.Fatalf("got %q", blotted)
			}
			was := text[strings.Index(strings.ToUpper(text), token):][:len(token)]
			if want := strings.Replace(text, was, "used"+strings.Repeat("-", len(token)-4), 1); string(blotted) != want {
				t.Errorf("got %q, want %q", blotted, want)
			}
			g := parse(t, string(blotted))
			if !g.Spent() || g.HasToken() || f.Spent() {
				t.Error("nobody sees that it is spent")
			}
			g.Token = f.Token
			if diff := cmp.Diff(f, g); diff != "" {
				t.Error(diff)
			}
			if again := g.Blot(blotted); !bytes.Equal(again, blotted) {
				t.Errorf("blotted twice: %q", again)
			}
		})
	}
}

func TestAFileWithoutATokenIsBlottedToItself(t *testing.T) {
	text := strings.Replace(least, "token = \""+token+"\"\n", "", 1) + "[printer]\ntoken = \"not this one\"\n"
	if got := (provisioning.File{}).Blot([]byte(text)); string(got) != text {
		t.Errorf("got %q", got)
	}
}

func TestAnyBytesAreBlottedToAsMany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.ByteRange(0, 255)).Draw(t, "data")
		if got := (provisioning.File{}).Blot(data); len(got) != len(data) {
			t.Fatalf("%d bytes of %d", len(got), len(data))
		}
	})
}

func TestWhatANewFileBesideAnAcceptedOneMeans(t *testing.T) {
	of := func(text string, pairs ...string) provisioning.File {
		return parse(t, strings.NewReplacer(pairs...).Replace(text))
	}
	spent := provisioning.File{}.Blot([]byte(least))
	fresh, used := of(least), of(string(spent))
	elsewhere := of(least, "ingresso", "cortile")
	for name, c := range map[string]struct {
		now    provisioning.File
		before *provisioning.File
		step   provisioning.Step
		code   fault.Code
	}{
		"the first":                              {fresh, nil, provisioning.Enrol, ""},
		"the first, used elsewhere":              {used, nil, provisioning.Keep, fault.CodeSpent},
		"the first, without a token":             {of(least, "token =", "# token ="), nil, provisioning.Keep, fault.CodeSpent},
		"the same, spent":                        {used, &used, provisioning.Keep, ""},
		"other settings":                         {parse(t, string(spent)+network), &used, provisioning.Keep, ""},
		"a new token":                            {fresh, &used, provisioning.Enrol, ""},
		"another totem's":                        {elsewhere, &used, provisioning.Keep, fault.CodeOtherPlace},
		"another office's":                       {of(least, "valfiorita", "montescuro"), &used, provisioning.Keep, fault.CodeOtherPlace},
		"another totem's, spent":                 {of(string(spent), "ingresso", "cortile"), &used, provisioning.Keep, fault.CodeOtherPlace},
		"another totem's, to replace":            {of(least, "ingresso", "cortile", "token", "replace = true\ntoken"), &used, provisioning.Anew, ""},
		"another totem's, to replace, spent":     {of(string(spent), "ingresso", "cortile", "token", "replace = true\ntoken"), &used, provisioning.Keep, fault.CodeOtherPlace},
		"the same, begun anew":                   {of(least, "token", "replace = true\ntoken"), &used, provisioning.Anew, ""},
		"the same, begun anew, and spent by now": {of(string(spent), "token", "replace = true\ntoken"), &used, provisioning.Keep, ""},
	} {
		t.Run(name, func(t *testing.T) {
			step, err := c.now.After(c.before)
			var f *fault.Fault
			if step != c.step || c.code == "" && err != nil || c.code != "" && (!errors.As(err, &f) || f.Code != c.code || f.Remedy == "") {
				t.Errorf("got %v, %v", step, err)
			}
		})
	}
}

func TestTheExampleNeedsOnlyItsPinAndItsToken(t *testing.T) {
	data, err := os.ReadFile("../images/esp/provision.toml.example")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, refused(t, string(data)), []string{"provision.toml:17: pins: it is the example's; ", "provision.toml:18: token: it is the example's; "})
	filled := strings.NewReplacer("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", pin, "00000-00000-00000-00000-000000", token).Replace(string(data))
	parse(t, filled)
	var all []string // with every remark that is a setting taken in
	for line := range strings.Lines(filled) {
		if setting, ok := strings.CutPrefix(line, "# "); ok && (strings.Contains(setting, " = ") || strings.HasPrefix(setting, "[")) {
			line = setting
		}
		all = append(all, line)
	}
	if f := parse(t, strings.Join(all, "")); f.Network.VLAN != 120 || f.Proxy.User == "" || f.Find() {
		t.Errorf("got %+v", f)
	}
}
