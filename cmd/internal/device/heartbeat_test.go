package device_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
)

// manager is a service manager that is told things.
type manager struct {
	mu    sync.Mutex
	told  []string
	fails int // so many times it cannot be told anything
}

func (m *manager) tell(state string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails > 0 {
		m.fails--
		return errors.New("nobody is there")
	}
	m.told = append(m.told, strings.ReplaceAll(strings.TrimSpace(state), "\n", " "))
	return nil
}

// take returns what was told since the last time.
func (m *manager) take() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	told := strings.Join(m.told, "; ")
	m.told = nil
	return told
}

// pulse is a glass whose loop comes round when a test says so.
type pulse struct {
	*glass
	mu    sync.Mutex
	asked []func()
	hangs chan struct{} // in Show, until it is closed; nil: it does not
}

func (p *pulse) Beat(answer func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, answer)
}

func (p *pulse) Show(s kiosk.Screen) {
	p.mu.Lock()
	hangs := p.hangs
	p.mu.Unlock()
	if hangs != nil {
		<-hangs
	}
	p.glass.Show(s)
}

// round lets the loop come round and returns how many beats it answered.
func (p *pulse) round() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.asked)
	for _, answer := range p.asked {
		answer()
	}
	p.asked = nil
	return n
}

// heartOn starts a heart with a totem that answers through take, and returns what ends it.
func heartOn(t *testing.T, every time.Duration, m *manager) (beats <-chan device.Beat, end func()) {
	t.Helper()
	h := device.NewHeart(device.HeartConfig{Every: every, Tell: m.tell})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { h.Run(ctx) })
	end = sync.OnceFunc(func() { cancel(); running.Wait() })
	t.Cleanup(end)
	return h.Beats(), end
}

func TestAHeartTellsThatATotemIsReadyAliveAndEndsByWhatWasAnsweredAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, glass := new(manager), &pulse{glass: newGlass()}
		beats, end := heartOn(t, 6*time.Second, m)
		hour := func() { time.Sleep(time.Hour); synctest.Wait() }
		hour()
		if told := m.take(); told != "" {
			t.Fatalf("nobody took the first beat, and %q was told", told)
		}
		device.PassBeat(<-beats, glass, "gives tickets")
		hour()
		if told := m.take(); told != "" {
			t.Fatalf("the glass did not come round, and %q was told", told)
		}
		glass.round()
		synctest.Wait()
		if told := m.take(); told != "READY=1 WATCHDOG=1 STATUS=gives tickets" {
			t.Fatalf("told %q", told)
		}
		for range 3 {
			device.PassBeat(<-beats, glass, "gives tickets")
			glass.round()
			synctest.Wait()
			if told := m.take(); told != "WATCHDOG=1" {
				t.Fatalf("told %q", told)
			}
		}
		device.PassBeat(<-beats, glass, "out of service: T201")
		m.fails = 1
		glass.round()
		synctest.Wait()
		device.PassBeat(<-beats, glass, "out of service: T201")
		glass.round()
		synctest.Wait()
		if told := m.take(); told != "WATCHDOG=1 STATUS=out of service: T201" {
			t.Fatalf("after it could not be told once, told %q", told)
		}
		end()
		if told := m.take(); !strings.HasPrefix(told, "STOPPING=1") {
			t.Errorf("at its end told %q", told)
		}
	})
}

func TestBeatsComeAtTheirPaceAndNeverTwoAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(manager)
		beats, _ := heartOn(t, 6*time.Second, m)
		begin := time.Now()
		for n := range 10 {
			b := <-beats
			if at := time.Since(begin); at != time.Duration(n)*6*time.Second {
				t.Fatalf("beat %d came after %v", n, at)
			}
			select {
			case <-beats:
				t.Fatal("another one came before the first was answered")
			case <-time.After(5 * time.Second):
			}
			device.PassBeat(b, newGlass(), "")
		}
	})
}

func TestWithoutAWatchdogThereIsOneBeatAndWithoutAManagerNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(manager)
		beats, end := heartOn(t, 0, m)
		device.PassBeat(<-beats, newGlass(), "gives tickets")
		select {
		case <-beats:
			t.Error("a second beat")
		case <-time.After(time.Hour):
		}
		end()
		if told := m.take(); told != "READY=1 STATUS=gives tickets; STOPPING=1 STATUS=stopping" {
			t.Errorf("told %q", told)
		}
		device.NewHeart(device.HeartConfig{Every: time.Second}).Run(t.Context()) // returns at once
	})
}

// beating runs a totem with a heart on that glass.
func beating(t *testing.T, cfg device.Config, glass *pulse) (m *manager, stop func() error) {
	t.Helper()
	m = new(manager)
	h := device.NewHeart(device.HeartConfig{Every: 20 * time.Millisecond, Tell: m.tell})
	parts := device.Parts{Glass: glass, Now: atOpening(t), Random: rand.Reader, Beats: h.Beats()}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { h.Run(ctx) })
	ended := make(chan error, 1)
	go func() { ended <- device.Serve(ctx, cfg, parts, nil) }()
	stop = sync.OnceValue(func() error { cancel(); running.Wait(); return <-ended })
	t.Cleanup(func() { stop() })
	return m, stop
}

// comes lets the glass come round until something is told.
func comes(t *testing.T, glass *pulse, m *manager, what string) {
	t.Helper()
	ctx := waiting(t)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !strings.Contains(m.take(), what) {
		glass.round()
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("%s is not told", what)
		}
	}
}

// rounds lets the glass come round for ten beats' time, and returns what was told in the second half of it.
func rounds(glass *pulse, m *manager) string {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for n := range 20 {
		<-look.C
		glass.round()
		if n == 10 {
			m.take()
		}
	}
	return m.take()
}

func TestARunningTotemBeatsAndStopsBeatingWhenItsGlassOrItsConversationHangs(t *testing.T) {
	glass := &pulse{glass: newGlass()}
	m, _ := beating(t, config(t, folder(t, "totem"), "/dev/null", "tls://"+freeAddress(t)), glass)
	comes(t, glass, m, "READY=1")
	comes(t, glass, m, "WATCHDOG=1")
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range 10 { // the glass does not come round
		<-look.C
	}
	if told := m.take(); strings.Count(told, "WATCHDOG=1") > 1 {
		t.Errorf("the glass hung, and was told %q", told)
	}
	comes(t, glass, m, "WATCHDOG=1")
	glass.mu.Lock()
	glass.hangs = make(chan struct{}) // and with it the conversation, which shows something on it
	glass.mu.Unlock()
	defer close(glass.hangs)
	awaits(t, "nothing is told any more", func() bool { return rounds(glass, m) == "" })
	if told := rounds(glass, m); told != "" {
		t.Errorf("the conversation hung, and was told %q", told)
	}
}

func TestATotemThatCannotBeOpenedIsReadyAndSaysWhyItIsOutOfService(t *testing.T) {
	cfg, _ := damaged(t)
	glass := &pulse{glass: newGlass()}
	m, stop := beating(t, cfg, glass)
	comes(t, glass, m, "STATUS=out of service: "+string(fault.CodeStoreDamaged))
	comes(t, glass, m, "WATCHDOG=1")
	if err := stop(); fault.Of(err).Code != fault.CodeStoreDamaged {
		t.Error(err)
	}
}
