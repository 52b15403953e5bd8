package device_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// served is a totem under Serve.
type served struct {
	*totem
	again chan time.Time
	log   *record
}

// record is a log that may be read while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) count(event string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Count(strings.ReplaceAll(r.text.String(), "\n", " "), "event="+event+" ")
}

func serve(t testing.TB, cfg device.Config) *served {
	t.Helper()
	s := &served{totem: &totem{glass: newGlass(), t: t, ctx: waiting(t)}, again: make(chan time.Time), log: new(record)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	parts := device.Parts{Glass: s.glass, Now: atOpening(t), Random: rand.Reader, LinkSpread: 50 * time.Millisecond, PrinterLimits: calm,
		Log: slog.New(slog.NewTextHandler(s.log, nil))}
	go func() { ended <- device.Serve(ctx, cfg, parts, s.again) }()
	s.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { s.stop() })
	return s
}

// tries lets the totem be opened again, and waits until it takes that up.
func (s *served) tries() {
	s.t.Helper()
	select {
	case s.again <- time.Time{}:
	case <-s.ctx.Done():
		s.t.Fatal("the totem is not opened again")
	}
}

// damaged returns the configuration of a totem whose database was there and has been overwritten in part.
func damaged(t testing.TB) (cfg device.Config, database string) {
	t.Helper()
	cfg = config(t, folder(t, "totem"), "/dev/null", "tls://"+freeAddress(t))
	d, err := device.Open(waiting(t), cfg, device.Parts{Glass: newGlass(), Now: atOpening(t), Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	database = filepath.Join(cfg.Data, "totem.db")
	f, err := os.OpenFile(database, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xA5}, 4096), 4096); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg, database
}

func TestATotemWithADamagedDatabaseSaysSoUntilItHasAnother(t *testing.T) {
	cfg, database := damaged(t)
	s := serve(t, cfg)
	screen := s.must("out-of-service")
	if screen.Lang != locale.Italian || !mentions(screen, string(fault.CodeStoreDamaged)) {
		t.Errorf("the screen, in %s, is %+v", screen.Lang, screen.Root)
	}
	s.tries()
	s.tries() // which it does only when it is done with the time before
	languages := s.touch(s.must("out-of-service"), func(b kiosk.Box) bool { return b.Tap == (kiosk.OpenLanguages{}) }, "languages")
	screen = s.touch(languages, func(b kiosk.Box) bool { return b.Tap == (kiosk.SetLanguage{Lang: locale.English}) }, "out-of-service")
	if screen.Lang != locale.English || !mentions(screen, string(fault.CodeStoreDamaged)) {
		t.Errorf("in English the screen, in %s, is %+v", screen.Lang, screen.Root)
	}
	if n := s.log.count("totem.out-of-service"); n != 1 {
		t.Errorf("the log tells it %d times", n)
	}

	files, err := filepath.Glob(database + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Rename(file, filepath.Join(t.TempDir(), filepath.Base(file))); err != nil {
			t.Fatal(err)
		}
	}
	s.tries()
	if screen, ok := s.await(s.ctx, "closed", "start", "waiting"); !ok {
		t.Errorf("with another database the screen is %q", screen.Name)
	}
	if n := s.log.count("totem.started"); n != 1 {
		t.Errorf("it was started %d times", n)
	}
	if err := s.stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestATotemThatIsStoppedWhileItCannotBeOpenedEndsWithItsFault(t *testing.T) {
	cfg, _ := damaged(t)
	s := serve(t, cfg)
	s.must("out-of-service")
	if got := fault.Of(s.stop()).Code; got != fault.CodeStoreDamaged {
		t.Errorf("it ended with %s", got)
	}
}

func TestAnotherReasonWhyATotemCannotBeOpenedIsToldToo(t *testing.T) {
	cfg := config(t, filepath.Join(t.TempDir(), "totem"), "/dev/null", "tls://"+freeAddress(t))
	s := serve(t, cfg)
	if screen := s.must("out-of-service"); !mentions(screen, string(fault.CodeStoreOpen)) {
		t.Errorf("without its folder the screen is %+v", screen.Root)
	}
	other, _ := damaged(t)
	if err := os.CopyFS(cfg.Data, os.DirFS(other.Data)); err != nil {
		t.Fatal(err)
	}
	s.tries()
	s.tries()
	if screen := s.must("out-of-service"); !mentions(screen, string(fault.CodeStoreDamaged)) {
		t.Errorf("with a damaged database the screen is %+v", screen.Root)
	}
	if n := s.log.count("totem.out-of-service"); n != 2 {
		t.Errorf("the log tells two faults %d times", n)
	}
}

func TestAWrongConfigurationEndsATotemAtOnce(t *testing.T) {
	cfg := config(t, folder(t, "totem"), "/dev/null", "tls://"+freeAddress(t))
	cfg.Totem = "INGRESSO"
	if got := fault.Of(device.Serve(waiting(t), cfg, device.Parts{Glass: newGlass(), Random: rand.Reader}, nil)).Code; got != fault.CodeConfig {
		t.Errorf("it ended with %s", got)
	}
}
