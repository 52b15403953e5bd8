package device

import (
	"testing"
	"time"

	"example.org/totem/booking"
)

func TestWhatIsRememberedIsReadBack(t *testing.T) {
	day, _ := booking.ParseDay("2026-11-24")
	m := memory{Boot: "one", vouch: vouch{ByKernel, noon, time.Second, time.Hour, noon.Add(time.Second)}, Seen: noon, Zone: "Europe/Rome", Day: day}
	dir := t.TempDir()
	if err := remember(dir, clockFile, memory{Boot: "before"}); err != nil {
		t.Fatal(err)
	}
	if err := remember(dir, clockFile, m); err != nil {
		t.Fatal(err)
	}
	if got := remembered(dir, clockFile); got != m {
		t.Errorf("read back %+v, wrote %+v", got, m)
	}
	if got := remembered(dir, vouchFile); got != (memory{}) {
		t.Errorf("nothing was written, and %+v is read", got)
	}
	if err := remember(dir+"/none", clockFile, m); err == nil {
		t.Error("written into a folder that is not there")
	}
}

func FuzzAMemoryIsReadOrIsNone(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(memory{Boot: "one", vouch: vouch{ByPerson, noon, typed, time.Hour, noon}, Zone: "Europe/Rome"}.encode())
	f.Add([]byte(`{"boot": "one", "by": "somebody", "time": "9999-12-31T23:59:59Z", "most": -1, "at": -9223372036854775808, "day": "x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := decodeMemory(data)
		if again := decodeMemory(m.encode()); !again.Time.Equal(m.Time) || again.Boot != m.Boot || again.At != m.At || again.Day != m.Day {
			t.Errorf("%+v becomes %+v", m, again)
		}
		b := newBoard()
		c := b.clock(noon, m)
		c.vouched(m)
		c.standing()
	})
}
