package papersim_test

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/papersim"
)

// ask feeds a stream and returns what the printer answers to it.
func ask(t *testing.T, cfg papersim.Config, spoil func(*papersim.Printer), stream string) []byte {
	t.Helper()
	var answers []byte
	cfg.Reply = func(b []byte) { answers = append(answers, b...) }
	p := papersim.New(cfg)
	if spoil != nil {
		spoil(p)
	}
	p.Feed([]byte(stream))
	return answers
}

func TestThePrinterAnswersAsTheManualsSay(t *testing.T) {
	noPaper := func(p *papersim.Printer) { p.EndPaperAfter(0) }
	cover := (*papersim.Printer).OpenCover
	for name, c := range map[string]struct {
		cfg    papersim.Config
		spoil  func(*papersim.Printer)
		stream string
		want   string
	}{
		"ready":                            {stream: "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", want: "\x12\x12\x12\x12"},
		"cover open":                       {spoil: cover, stream: "\x10\x04\x01\x10\x04\x02", want: "\x1a\x16"},
		"no paper":                         {spoil: noPaper, stream: "\x10\x04\x01\x10\x04\x02\x10\x04\x04", want: "\x1a\x32\x7e"},
		"near the end":                     {cfg: papersim.Config{PaperDots: 100}, stream: "\x10\x04\x04", want: "\x1e"},
		"process id":                       {stream: "x\n\x1d(H\x06\x0000abcd", want: "\x37\x22abcd\x00"},
		"process id when none is known":    {cfg: papersim.Config{NoProcessID: true}, stream: "\x1d(H\x06\x0000abcd"},
		"fence":                            {stream: "\x1dr\x01", want: "\x00"},
		"fence with the cover open":        {spoil: cover, stream: "\x1dr\x01"},
		"mute":                             {cfg: papersim.Config{Mute: true}, stream: "\x10\x04\x01\x1dr\x01"},
		"status within a command is heard": {stream: "\x1b\x10\x04\x01", want: "\x12"},
		"buffers cleared":                  {stream: "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", want: "\x37\x25\x00"},
		"automatic status":                 {stream: "\x1da\xff", want: "\x10\x00\x00\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ask(t, c.cfg, c.spoil, c.stream); string(got) != c.want {
				t.Errorf("got % x, want % x", got, c.want)
			}
		})
	}
}

func TestWhatWaitsInTheBufferComesOutWithANewRollUnlessItIsCleared(t *testing.T) {
	for _, clear := range []string{"", "\x10\x05\x02", "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"} {
		p := papersim.New(papersim.Config{})
		p.EndPaperAfter(10)
		p.Feed([]byte("one\ntwo\n\x1dV\x42\x00"))
		p.Feed([]byte(clear))
		p.LoadPaper()
		want := 1
		if clear != "" {
			want = 0
		}
		if n := len(p.Slips()); n != want {
			t.Errorf("after clearing with % x: %d slips, want %d", clear, n, want)
		}
	}
}

func TestAStreamMayArriveInPieces(t *testing.T) {
	stream := []byte("\x1b@\x1b!\x30QR\n\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x05\x1d(k\x08\x001P0hello\x1d(k\x03\x001Q0\x1dV\x41\x10")
	whole := papersim.New(papersim.Config{})
	whole.Feed(stream)
	pieces := papersim.New(papersim.Config{})
	for _, b := range stream {
		pieces.Feed([]byte{b})
	}
	if a, b := whole.Slips(), pieces.Slips(); len(a) != 1 || len(b) != 1 || !bytes.Equal(a[0].PNG(), b[0].PNG()) {
		t.Error("byte by byte it prints something else")
	}
	if !bytes.Equal(whole.Slips()[0].Bytes, stream) {
		t.Error("the slip's bytes are not the stream")
	}
}

func TestAListingHasOneCommandALine(t *testing.T) {
	got := papersim.Listing([]byte("\x1b@\x1bt\x10caff\xe8\n\x1dV\x42\x18\x7f\x1d("))
	want := "0000 ESC @\n0002 ESC t 10\n0005 text \"caffè\"\n0010 LF\n0011 GS V 42 18\n0015 unknown 7f\n0016 cut short 1d 28\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnUnknownCommandIsNotedWhereItStands(t *testing.T) {
	p := papersim.New(papersim.Config{})
	p.Feed([]byte("ab\x1bz\n"))
	want := []papersim.Note{{Offset: 2, What: "unknown 1b 7a"}}
	if diff := cmp.Diff(want, p.Notes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzPrinter(f *testing.F) {
	f.Add([]byte("\x1b@hello\n\x1dv0\x00\x01\x00\x01\x00\xff\x1dVB\x00"))
	f.Add([]byte("\x1b*\x21\x01\x00abc\x1d(k\x03\x001Q0\x1d(L\x02\x0002\x1b$\xff\xff\x1b\\\x00\x80x\n"))
	f.Add([]byte("\x1bL\x1bW\x10\x00\x10\x00\x40\x00\x40\x00\x1bT\x03\x1d$\x30\x00ab\n\x1dk\x02123\x00\x1b\x0c\x18\x0c\x1dV\x00"))
	f.Add([]byte("\x1b&\x03AB\x01abc\x00\x1d*\x01\x0112345678\x12*\x01\x01x\x1de\x03\x0c\x1dR1\x00\x1dP\xff\x01\x1dW\x01\x00w\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		if len(stream) > 200 {
			return // paper is cheap, memory is not
		}
		for _, m := range []papersim.Model{{}, {KPL: true, Presenter: "zebra"}, {Kanji: true, Spills: true, NoQR: true}, {Presenter: "custom", Buffer: 64}} {
			whole := papersim.New(papersim.Config{Model: m, PaperDots: 2000, Reply: func([]byte) {}})
			whole.Feed(stream)
			whole.Slips()
			m.Listing(stream)
		}
		agree(t, stream)
	})
}

// agree checks that the listing and the interpreter see the same commands, and that the interpreter does so however
// the stream is cut into pieces.
func agree(t *testing.T, stream []byte) {
	pieces, whole := papersim.New(papersim.Config{PaperDots: 9000}), papersim.New(papersim.Config{PaperDots: 9000})
	whole.Feed(stream)
	for _, b := range stream {
		pieces.Feed([]byte{b})
	}
	if !slices.Equal(whole.Notes(), pieces.Notes()) {
		t.Fatalf("notes %v, byte by byte %v", whole.Notes(), pieces.Notes())
	}
	if whole.State().PaperEnd {
		return
	}
	at := make(map[int]bool)
	for line := range strings.Lines(papersim.Listing(stream)) {
		n, _, _ := strings.Cut(line, " ")
		offset, err := strconv.Atoi(n)
		if err != nil {
			t.Fatalf("a listing's line without its place: %q", line)
		}
		at[offset] = true
	}
	for _, n := range whole.Notes() {
		if !at[n.Offset] {
			t.Fatalf("noted at %d (%s), which is no command of\n%s", n.Offset, n.What, papersim.Listing(stream))
		}
	}
	end := 0
	for _, s := range whole.Slips() {
		if end += len(s.Bytes); end < len(stream) && !at[end] {
			t.Fatalf("cut at %d, which is no end of a command of\n%s", end, papersim.Listing(stream))
		}
	}
}
