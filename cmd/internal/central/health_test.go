package central_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/sync/wire"
)

// kept returns what the scheduler has of a totem's health.
func (d *drill) kept() ledger.Health {
	d.t.Helper()
	h, err := d.c.Ledger().Health(context.Background(), "rm001", "t1")
	if err != nil {
		d.t.Fatal(err)
	}
	return h
}

// becomes restarts the totem's program with a printer that is so, and waits until the scheduler knows.
func (u *unit) becomes(s paper.Status) {
	u.d.t.Helper()
	u.offline()
	h := wire.Health{Printer: s, Since: u.d.now.Now(), Profile: "generic-80", Unsure: 1, Clock: wire.ClockSynced, Program: "drill",
		Paper: wire.PaperLeft{Known: true, LeftMM: 42_000, Slips: 280}}
	told := h
	u.health = func() wire.Health { return told }
	u.online()
	h.Incarnation, h.Since = u.store.Incarnation(), h.Since.UTC().Truncate(time.Minute)
	eventually(u.d.t, "the scheduler knows that the printer is "+s.String(), func() bool {
		h.N = u.d.kept().Told.N
		return u.d.kept().Told == h
	})
}

// round has the scheduler look after all it looks after.
func (d *drill) round() {
	d.t.Helper()
	d.check(d.c.Service().Tend(context.Background()))
}

func TestHowATotemIsReachesTheSchedulerOverItsOwnCredentialsAndDisturbsNothing(t *testing.T) {
	ctx := context.Background()
	d := newDrill(t)
	d.serve(t.TempDir(), "", true)
	u := d.unit("t1")
	u.becomes(0)
	u.inStep()
	if h := d.kept(); h.Heard != d.now.Now().UTC().Truncate(time.Minute) || !h.Unready.IsZero() {
		t.Errorf("kept %+v", h)
	}
	u.becomes(paper.PaperEnd | paper.CoverOpen)
	for range 3 {
		u.issue(d.today())
	}
	u.inStep()
	d.now.set(d.now.Now().Add(6 * time.Minute))
	d.round()
	if n := d.log.count("scheduler.totem-trouble"); n != 1 || !strings.Contains(d.log.text.String(), "trouble=printer printer=cover-open+paper-end") {
		t.Errorf("told of trouble %d times:\n%s", n, &d.log.text)
	}
	before := d.kept()
	backup := d.backup()
	d.serve(d.data, "", false)
	if h := d.kept(); h != before {
		t.Errorf("after a restart %+v, before it %+v", h, before)
	}
	u.becomes(paper.NearEnd)
	d.round()
	if n := d.log.count("scheduler.totem-well"); n != 1 {
		t.Errorf("told %d times that it is well:\n%s", n, &d.log.text)
	}
	u.inStep()
	d.allSold("in the end")

	if strings.Contains(string(backup), "generic-80") || strings.Contains(string(backup), "cover-open") {
		t.Error("the health is in the backup")
	}
	u.offline()
	d.restore(backup, "")
	if h := d.kept(); h.Revision != 0 {
		t.Errorf("restored: %+v", h)
	}
	u.becomes(paper.Silent) // numbers go on, and the store is not in step until it has merged
	u.inStep()
	if _, err := d.c.Service().Fence(ctx, "rm001", "t1"); err != nil {
		t.Fatal(err)
	}
	if h := d.kept(); h.Revision != 0 {
		t.Errorf("fenced: %+v", h)
	}
}

// What a totem tells of itself is in the server's files, and nothing of a citizen comes there with it.
func TestTheFilesOfTheWardHoldNoTicket(t *testing.T) {
	d := newDrill(t)
	data := t.TempDir()
	d.serve(data, "", true)
	u := d.unit("t1")
	u.becomes(0)
	u.inStep()
	number := u.issue(d.today())
	u.inStep()
	u.becomes(paper.Jam)
	code := d.sold[number].String()
	u.offline()
	d.stop()
	found := false
	streams, err := filepath.Glob(filepath.Join(data, "nats", "jetstream", "*", "streams", "HEALTH"))
	if err != nil || len(streams) != 1 {
		t.Fatalf("%v, %v", streams, err)
	}
	d.check(filepath.WalkDir(streams[0], func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		found = found || strings.Contains(string(data), "generic-80")
		for _, secret := range []string{string(number), code} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s holds %s", path, secret)
			}
		}
		return err
	}))
	if !found {
		t.Error("the files hold nothing: nothing was looked at")
	}
}
