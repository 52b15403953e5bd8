package appliance_test

import (
	"strings"
	"testing"
	"time"

	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/internal/fault"
)

const (
	pin    = "sha256/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="
	secret = "7Q2ZK-M9D4T-0XW8B-5RNYA-C3HVGE"
	good   = "office = \"valfiorita-anagrafe\"\ntotem = \"ingresso\"\nscheduler = \"tls://10.20.0.5:4222\"\npins = [\"" + pin + "\"]\ntoken = \"" + secret + "\"\n\n[panel]\nrotation = 90\n"
)

func TestANewCardIsTakenAndItsTokenIsKeptNowhere(t *testing.T) {
	m := newMachine(t)
	m.card(good)
	cfg := m.config(nil)
	cfg.After = func(time.Duration) <-chan time.Time {
		t.Error("it waits")
		return time.After(0)
	}
	if err := appliance.Prepare(cfg); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"run/totem/totem.toml": "valfiorita-anagrafe", "run/totem/xorg.conf": "Rotate", "run/totem/firewall.nft": "10.20.0.5",
		"run/systemd/network/10-totem.network": "DHCP", "run/totem/panel.json": "90", "ident/provision.toml": "used---"} {
		if !strings.Contains(m.read(name), want) {
			t.Errorf("%s does not say %q:\n%s", name, want, m.read(name))
		}
	}
	for _, name := range []string{"ident/provision.toml", "ident/enrolment.json", "run/totem/totem.toml"} {
		if strings.Contains(m.read(name), secret) {
			t.Errorf("%s holds the token", name)
		}
	}
	if !strings.Contains(string(m.onCard()), secret) {
		t.Error("the token is gone from the card before it was used")
	}
}

func TestWithoutACardWhatWasAcceptedCounts(t *testing.T) {
	m := newMachine(t)
	m.card(good)
	if err := appliance.Prepare(m.config(nil)); err != nil {
		t.Fatal(err)
	}
	for what, again := range map[string]func(){
		"another file system": func() { m.file("dev/disk/by-partlabel/totem-esp", "not FAT") },
		"no provisioning":     func() { m.card("") },
	} {
		again()
		m.file("run/totem/totem.toml", "")
		if err := appliance.Prepare(m.config(nil)); err != nil || !strings.Contains(m.read("run/totem/totem.toml"), "ingresso") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestEveryMistakeIsShownWithItsLineAndNothingIsLaidOut(t *testing.T) {
	m := newMachine(t)
	m.card(strings.NewReplacer("ingresso", "Ingresso 1", "rotation = 90", "rotation = 45").Replace(good))
	err := appliance.Prepare(m.config(nil))
	if f := fault.Of(err); f.Code != fault.CodeProvisioning {
		t.Fatal(err)
	}
	s, err := appliance.LastState(m.config(nil))
	if err != nil || s.Ready || len(s.Page.Trouble) != 2 || s.Page.Title != "The provisioning file has 2 mistakes." {
		t.Fatalf("%+v, %v", s, err)
	}
	for i, where := range []string{"line 2 · totem", "line 8 · panel.rotation"} {
		if got := s.Page.Trouble[i]; got.Where != where || got.Remedy == "" || got.Code != string(fault.CodeProvisioning) {
			t.Errorf("mistake %d is %+v", i, got)
		}
	}
	if m.read("run/totem/totem.toml") != "" || m.read("ident/provision.toml") != "" {
		t.Error("a file with mistakes was taken")
	}
	w := &wall{}
	if err := appliance.Service(t.Context(), m.config(w), appliance.Complaint{Unit: "totem-prepare.service"}, time.Second); err != nil {
		t.Fatal(err)
	}
	if len(w.pages) != 1 || w.pages[0].Title != s.Page.Title {
		t.Errorf("the service screen is %+v", w.pages)
	}
}

func TestWhatIsMissingOrForeignIsSaid(t *testing.T) {
	for what, c := range map[string]struct {
		before, card string
		want         fault.Code
	}{
		"nothing on the card":  {"", "", fault.CodeNoFile},
		"a used token":         {"", strings.Replace(good, secret, "used"+strings.Repeat("-", len(secret)-4), 1), fault.CodeSpent},
		"another totem's card": {good, strings.Replace(good, "ingresso", "cortile", 1), fault.CodeOtherPlace},
	} {
		m := newMachine(t)
		if c.before != "" {
			m.card(c.before)
			if err := appliance.Prepare(m.config(nil)); err != nil {
				t.Fatal(err)
			}
		}
		m.card(c.card)
		err := appliance.Prepare(m.config(nil))
		s, _ := appliance.LastState(m.config(nil))
		if fault.Of(err).Code != c.want || len(s.Page.Trouble) != 1 || s.Page.Trouble[0].Remedy == "" {
			t.Errorf("%s: %v, %+v", what, err, s)
		}
	}
}

func TestACardThatReplacesErasesWhatWasThereOnce(t *testing.T) {
	m := newMachine(t)
	m.card(good)
	if err := appliance.Prepare(m.config(nil)); err != nil {
		t.Fatal(err)
	}
	m.file("ident/enrolled", `{"token":"old","before":""}`)
	m.file("data/totem/totem.db", "tickets")
	m.file("ident/identity/key", "key")
	other := strings.Replace(strings.Replace(good, "ingresso", "cortile", 1), "token", "replace = true\ntoken", 1)
	m.card(other)
	if err := appliance.Prepare(m.config(nil)); err != nil {
		t.Fatal(err)
	}
	if m.read("data/totem/totem.db")+m.read("ident/identity/key")+m.read("ident/enrolled") != "" {
		t.Error("something of the place before is left")
	}
	m.file("ident/identity/key", "of the new place")
	if err := appliance.Prepare(m.config(nil)); err != nil {
		t.Fatal(err)
	}
	if m.read("ident/identity/key") == "" {
		t.Error("a second start with the same card erased the new place's key")
	}
}

func TestACardWhoseTokenWasUsedAlreadyIsBlottedAndNotEnrolledAgain(t *testing.T) {
	m := newMachine(t)
	m.card(good)
	if err := appliance.Prepare(m.config(nil)); err != nil {
		t.Fatal(err)
	}
	m.file("ident/enrolled", m.read("ident/enrolment.json"))
	if err := appliance.Prepare(m.config(nil)); err != nil {
		t.Fatal(err)
	}
	if m.read("ident/enrolled") == "" || strings.Contains(string(m.onCard()), secret) {
		t.Errorf("enrolled %q, on the card:\n%s", m.read("ident/enrolled"), m.onCard())
	}
}
