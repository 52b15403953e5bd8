package escpos_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/paper"
)

// recorded prints a slip on a simulated printer whose paper may end, and returns what was said.
func recorded(t *testing.T, paperDots int) (text []byte, got paper.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		model, _ := papersim.ModelOf("epson-tm-t20")
		w := papersim.NewWire(papersim.Config{Model: model, PaperDots: paperDots}, papersim.Line{Baud: 19200, Lost: escpos.ErrLost})
		var b bytes.Buffer
		p, err := escpos.New(escpos.Config{Profile: profile(t, "epson-tm-t20"), Path: "wire", Baud: 19200, Record: &b,
			Dial: func() (escpos.Line, error) { return w, w.Open() }})
		if err != nil {
			t.Fatal(err)
		}
		got, _ = p.Print(t.Context(), tiny())
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		text = b.Bytes()
	})
	return text, got
}

func TestARecordHappensAgain(t *testing.T) {
	for _, dots := range []int{0, 120} {
		text, first := recorded(t, dots)
		record, err := escpos.ReadRecord(bytes.NewReader(text))
		if err != nil || len(record) < 8 {
			t.Fatalf("%v:\n%s", err, text)
		}
		synctest.Test(t, func(t *testing.T) {
			<-time.After(12345 * time.Millisecond) // another process id
			line := escpos.NewReplay(record)
			p, err := escpos.New(escpos.Config{Profile: profile(t, "epson-tm-t20"), Path: "replay", Baud: 19200,
				Dial: func() (escpos.Line, error) { return line, nil }})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			again, err := p.Print(t.Context(), tiny())
			if err := line.Err(); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
			if again != first {
				t.Errorf("%+v (%v), at first %+v\n%s", again, err, first, text)
			}
		})
	}
}

func TestAReplayTakesNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := escpos.NewReplay(escpos.Record{{At: 0, Kind: '>', Bytes: []byte{1, 2, 3}}})
		if n, err := line.Write(t.Context(), []byte{1, 7}); n != 1 || err == nil || line.Err() == nil {
			t.Errorf("%d, %v, %v", n, err, line.Err())
		}
	})
}

func TestARecordIsReadAsItIsWritten(t *testing.T) {
	record := escpos.Record{
		{At: 0, Kind: '>', Bytes: []byte{0x10, 4, 1}}, {At: 12 * time.Millisecond, Kind: '<', Bytes: []byte{0x12}},
		{At: 61 * time.Second, Kind: '!', Bytes: []byte{0x10, 5, 2}}, {At: 61 * time.Second, Kind: 'x'},
	}
	var lines []string
	for _, c := range record {
		lines = append(lines, c.String())
	}
	lines = slices.Insert(lines, 1, "# a comment", "")
	got, err := escpos.ReadRecord(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(record, got); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"0 > 10", "+0 > 1", "+0 ? 10", "+0 >", "+0 x 10", "+1 > 10\n+0 > 10", "+NaN > 10", "+ > 10"} {
		if got, err := escpos.ReadRecord(strings.NewReader(bad)); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}

func FuzzReadRecord(f *testing.F) {
	f.Add("+0.000 > 10 04 01\n+0.012 < 12\n+1.5 ! 10 05 02\n+1.7 x\n")
	f.Add("# nothing\n")
	f.Fuzz(func(t *testing.T, text string) {
		record, err := escpos.ReadRecord(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		for _, c := range record {
			b.WriteString(c.String() + "\n")
		}
		again, err := escpos.ReadRecord(&b)
		if err != nil || !cmp.Equal(record, again) {
			t.Fatalf("%v, %v\n%v", err, record, again)
		}
	})
}
