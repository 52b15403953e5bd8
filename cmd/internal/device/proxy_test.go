package device_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/proxysim"
)

func TestADeviceBehindAProxyIsProvisionedAndExaminedThroughIt(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, t.TempDir(), "127.0.0.1:0", now)
	proxy, err := proxysim.Start(proxysim.Manner{To: strings.TrimPrefix(c.URL(), "tls://"), Allowed: "Basic dG90ZW06c2VncmV0bw=="}) // totem:segreto
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	cfg := config(t, folder(t, "data"), "/dev/none", "tls://scheduler.comune.invalid:4222") // a name that only the proxy knows
	cfg.Proxy = device.Proxy{Address: proxy.Address(), User: "totem", Password: "segreto"}
	provisioned(t, c, cfg)
	awaits(t, "the scheduler answers through the proxy", func() bool {
		p := partOf(t, cfg, "scheduler")
		return p.State != device.Faulty && strings.Contains(p.Cause, "answers")
	})

	for len(proxy.Asked()) > 0 {
		<-proxy.Asked()
	}
	running := startTotem(t, cfg, now)
	if asked := <-proxy.Asked(); asked != "CONNECT scheduler.comune.invalid:4222" {
		t.Errorf("the running totem asked the proxy for %q", asked)
	}
	if err := running.stop(); err != nil {
		t.Error(err)
	}

	for name, change := range map[string]struct {
		manner proxysim.Manner
		state  string
		code   fault.Code
		want   string
	}{
		"it asks for another password": {proxysim.Manner{Allowed: "other"}, device.Faulty, fault.CodeProxyRefused, "does not accept the user and the password"},
		"it refuses":                   {proxysim.Manner{Answer: "HTTP/1.1 403 x\r\n\r\n"}, device.Faulty, fault.CodeProxyRefused, "refuses to lead to scheduler.comune.invalid:4222"},
		"it does not reach it":         {proxysim.Manner{To: "127.0.0.1:1"}, device.Attention, fault.CodeLinkSilent, "is there and does not reach scheduler.comune.invalid:4222"},
		"it is none":                   {proxysim.Manner{Answer: "hello\r\n"}, device.Attention, fault.CodeProxySilent, "is no HTTP proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			proxy.Become(change.manner)
			p := partOf(t, cfg, "scheduler")
			if p.State != change.state || p.Code != change.code || !strings.Contains(p.Cause, change.want) || !strings.Contains(p.Cause, proxy.Address()) || p.Remedy == "" {
				t.Errorf("got %+v", p)
			}
			token, err := c.Token(waiting(t), cfg.Office, cfg.Totem, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := device.Provision(waiting(t), cfg, device.Enrolment{Token: token, Pins: c.Pins(), Random: rand.Reader}); fault.Of(err).Code != change.code {
				t.Errorf("provisioned: %v", err)
			}
		})
	}
}

// partOf returns how the doctor finds a part.
func partOf(t *testing.T, cfg device.Config, name string) device.Part {
	t.Helper()
	for _, p := range device.Examine(waiting(t), cfg) {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is no part %s", name)
	return device.Part{}
}
