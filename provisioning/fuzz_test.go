package provisioning_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte(least + network + "dns = [\"10.20.0.2\"]\nvlan = 3\n[panel]\nrotation = 90\n"))
	f.Add([]byte("\xef\xbb\xbf" + strings.ReplaceAll(least, "\n", "\r\n") + "[proxy]\r\naddress = \"p:1\"\r\n"))
	f.Add([]byte("office = 3\n[printer]\n[[panel]]\n[network.x]\nntp = [1,\"a\",{y=1}]"))
	f.Add([]byte("panel = { width = \"native\", rotation = 90 }\nprinter = { path = \"find\", x = { y = 1 } }\n"))
	f.Add([]byte("token = \"\"\"\n" + token + "\"\"\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := provisioning.Parse("provision.toml", data)
		if len(got.Blot(data)) != len(data) {
			t.Fatal("blotting changed the length")
		}
		if err != nil {
			var known *fault.Fault
			if !errors.As(err, &known) || known.Code != fault.CodeProvisioning || known.Remedy == "" || strings.Contains(err.Error(), token) {
				t.Errorf("got %v", err)
			}
			return
		}
		if _, err := got.Derive(provisioning.Facts{}); err != nil {
			t.Errorf("accepted, and yet: %v", err)
		}
		again, err := provisioning.Parse("provision.toml", got.Blot(data))
		if err != nil || again.HasToken() {
			t.Fatalf("blotted, it is another file: %v", err)
		}
		again.Token = got.Token
		if diff := cmp.Diff(got, again); diff != "" {
			t.Error(diff)
		}
	})
}
