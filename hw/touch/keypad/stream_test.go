package keypad_test

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/keypad"
)

// pieces gives a stream cut where it is told to.
type pieces struct {
	rest []byte
	cuts []int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := min(len(b), len(p.rest))
	if len(p.cuts) > 0 {
		n, p.cuts = min(n, p.cuts[0]), p.cuts[1:]
	}
	n = copy(b, p.rest[:n])
	p.rest = p.rest[n:]
	return n, nil
}

func (p *pieces) Close() error { return nil }

// hear runs a keypad over a stream until it ends, and returns what was told while it was there.
func hear(t testing.TB, keys keypad.Keys, stream []byte, cuts []int, guard time.Duration) []string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var words []string
	here := true
	pad, err := keypad.New(keypad.Config{
		Paths: []string{"pad"}, Guard: guard, Keys: keys,
		Open: func(string) (evdev.Port, error) {
			return evdev.Describe(&pieces{stream, cuts}, evdev.Info{}, evdev.Wide), nil
		},
		Pressed: func(k keypad.Key) { words = append(words, k.String()) },
		Plugged: func(in bool) {
			if here {
				words = append(words, map[bool]string{true: "plug in", false: "plug out"}[in])
			}
		},
		Changed: func(there bool) {
			if here = there; !there {
				cancel()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	pad.Run(ctx)
	return words
}

// events draws a stream of events, most of them of keys that mean something.
func events(usual keypad.Keys) *rapid.Generator[[]evdev.Event] {
	inputs := []evdev.Input{{Type: evdev.TypeSyn, Code: evdev.SynReport}, {Type: evdev.TypeSyn, Code: evdev.SynDropped}, {Type: evdev.TypeKey, Code: 30}}
	for in := range usual {
		inputs = append(inputs, in)
	}
	slices.SortFunc(inputs, func(a, b evdev.Input) int { return int(a.Type)<<16 + int(a.Code) - int(b.Type)<<16 - int(b.Code) })
	return rapid.Custom(func(t *rapid.T) []evdev.Event {
		var all []evdev.Event
		at := time.Duration(0)
		few := rapid.SliceOfNDistinct(rapid.SampledFrom(inputs), 1, 6, rapid.ID).Draw(t, "few")
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			in := rapid.SampledFrom(few).Draw(t, "input")
			all = append(all, evdev.Event{At: at, Type: in.Type, Code: in.Code, Value: int32(rapid.IntRange(0, 2).Draw(t, "value"))})
			at += time.Duration(rapid.IntRange(0, 200).Draw(t, "wait")) * ms
		}
		return all
	})
}

func stream(all []evdev.Event) []byte {
	var b []byte
	for _, e := range all {
		b = evdev.Wide.Append(b, e)
	}
	return b
}

func TestAStreamSaysTheSameHoweverItIsCut(t *testing.T) {
	usual := keypad.Usual()
	generator := events(usual)
	rapid.Check(t, func(rt *rapid.T) {
		bytes := stream(generator.Draw(rt, "events"))
		whole := hear(t, usual, bytes, nil, 0)
		cut := hear(t, usual, bytes, rapid.SliceOf(rapid.IntRange(1, 60)).Draw(rt, "cuts"), 0)
		if !slices.Equal(whole, cut) {
			rt.Errorf("whole %q, cut %q", whole, cut)
		}
	})
}

func TestAKeyIsToldAtMostAsOftenAsItWentDownAndNeverTwiceInARowWithinTheGuard(t *testing.T) {
	usual := keypad.Usual()
	generator := events(usual)
	rapid.Check(t, func(rt *rapid.T) {
		all := generator.Draw(rt, "events")
		guard := time.Duration(rapid.IntRange(1, 600).Draw(rt, "guard")) * ms
		told := slices.DeleteFunc(hear(t, usual, stream(all), nil, guard), func(w string) bool { return w == "plug in" || w == "plug out" })
		// Whatever is told fits, in its order, into the strikes; and one key alone is told no oftener than the guard allows.
		i := 0
		for _, e := range all {
			key := usual[evdev.Input{Type: e.Type, Code: e.Code}]
			if i < len(told) && e.Type == evdev.TypeKey && e.Value == 1 && key.String() == told[i] {
				i++
			}
		}
		if i != len(told) {
			rt.Fatalf("told %q, which nobody struck", told)
		}
		if one := slices.Compact(slices.Clone(told)); len(one) == 1 && len(all) > 0 {
			// Keys of one meaning may take turns, each with its own guard.
			codes := 0
			for _, key := range usual {
				if key.String() == one[0] {
					codes++
				}
			}
			if span := all[len(all)-1].At; codes == 1 && len(told) > int(span/guard)+1 {
				rt.Errorf("told %d times in %s with a guard of %s", len(told), span, guard)
			}
		}
	})
}

func FuzzAnyBytesOfAKeypadAreHeard(f *testing.F) {
	usual := keypad.Usual()
	f.Add([]byte{}, uint8(7))
	f.Add(stream([]evdev.Event{{Type: evdev.TypeKey, Code: 28, Value: 1}, {Type: evdev.TypeSyn}, {At: 50 * ms, Type: evdev.TypeKey, Code: 28}}), uint8(1))
	f.Add(stream([]evdev.Event{{Type: evdev.TypeSyn, Code: 3}, {Type: evdev.TypeKey, Code: 28, Value: 1}, {Type: evdev.TypeSyn}}), uint8(13))
	f.Add(stream([]evdev.Event{{Type: evdev.TypeSwitch, Code: 2, Value: -1}, {At: -5, Type: evdev.TypeKey, Code: 103, Value: 1}}), uint8(24))
	f.Fuzz(func(t *testing.T, stream []byte, cut uint8) {
		cuts := slices.Repeat([]int{int(cut) + 1}, len(stream)/(int(cut)+1))
		told := hear(t, usual, stream, cuts, 0)
		strikes := map[string]int{"plug in": 1 << 20, "plug out": 1 << 20}
		for events := evdev.NewDecoder(&pieces{rest: stream}, evdev.Wide); ; {
			e, err := events.Next()
			if err != nil {
				break
			}
			if e.Type == evdev.TypeKey && e.Value == 1 {
				strikes[usual[evdev.Input{Type: e.Type, Code: e.Code}].String()]++
			}
		}
		for _, word := range told {
			if strikes[word]--; strikes[word] < 0 || word == "none" {
				t.Errorf("%q was told and not struck", word)
			}
		}
	})
}
