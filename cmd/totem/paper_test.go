package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// paperKey is where a script keeps its printer.
type paperKey struct{}

type paperValue struct{ *papersim.PTY }

// ills are what a script's printer can suffer from.
var ills = map[string]func(*papersim.PTY){
	"mute": func(p *papersim.PTY) { p.Mute(true) }, "cover": func(p *papersim.PTY) { p.OpenCover() }, "jam": func(p *papersim.PTY) { p.JamPaper() },
	"hot": func(p *papersim.PTY) { p.HeatHead(true) }, "echo": func(p *papersim.PTY) { p.Mute(true); p.Echo(true) },
	"empty": func(p *papersim.PTY) { p.EndPaperAfter(0) }, "ending": func(p *papersim.PTY) { p.EndPaperAfter(160) },
	"ruined": func(p *papersim.PTY) { p.Ruin() },
}

// printer [MODEL|at=BAUD|pulled=BYTES|ILL]... connects a simulated printer, and sets PRINTER to its line.
func startPrinter(ts *testscript.TestScript, _ bool, args []string) {
	var cfg papersim.Config
	var line papersim.Line
	var suffers []func(*papersim.PTY)
	for _, how := range args {
		model, known := papersim.ModelOf(how)
		baud, strict := strings.CutPrefix(how, "at=")
		after, pulled := strings.CutPrefix(how, "pulled=")
		ill, sick := ills[how]
		var err error
		switch {
		case how == "near":
			cfg.Model.NearEnd, cfg.PaperDots = 5000, 4000
		case known:
			cfg.Model = model
			cfg.Model.Speed = 0 // at once
		case strict:
			line.Strict = true
			line.Baud, err = strconv.Atoi(baud)
		case pulled:
			line.HangUpAfter, err = strconv.Atoi(after)
		case sick:
			suffers = append(suffers, ill)
		default:
			err = fmt.Errorf("usage: printer [MODEL|at=BAUD|pulled=BYTES|ILL]...")
		}
		ts.Check(err)
	}
	p, err := papersim.OnPTY(cfg, line)
	ts.Check(err)
	ts.Defer(func() { p.Close() })
	for _, ill := range suffers {
		ill(p)
	}
	ts.Value(paperKey{}).(*paperValue).PTY = p
	ts.Setenv("PRINTER", p.Path)
}

// printed N [WORD]... waits for so many slips to come out of the script's printer, counts them, and looks for words in
// what was sent; with ! the words must not be there.
func countSlips(ts *testscript.TestScript, neg bool, args []string) {
	p := ts.Value(paperKey{}).(*paperValue).PTY
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for len(p.Slips()) < want && ctx.Err() == nil { // what nobody confirms is still on its way
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
	if got := len(p.Slips()); got != want {
		ts.Fatalf("%d slips came out, want %d", got, want)
	}
	list := papersim.Listing(p.Received())
	for _, word := range args[1:] {
		if strings.Contains(list, word) == neg {
			ts.Fatalf("whether %q was sent is wrong:\n%s", word, list)
		}
	}
}

// secretKey is where a script keeps what nobody may read.
type secretKey struct{}

type secretValue struct{ words []string }

// tickets FOLDER STATE... leaves a totem's database with one ticket for each state: queued, sending, unknown, printed.
func makeTickets(ts *testscript.TestScript, _ bool, args []string) {
	ctx, zone := context.Background(), time.UTC
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(ts.MkAbs(args[0]), "totem.db"), Office: "valfiorita-anagrafe", Totem: "ingresso"})
	ts.Check(err)
	day := booking.DayOf(time.Now(), zone)
	sheet := booking.Sheet{SheetKey: booking.SheetKey{Office: "valfiorita-anagrafe", Queue: "anagrafe", Day: day}, Revision: booking.Revision{Epoch: 1, Sequence: 1}, Prefix: "A"}
	for i := range args[1:] {
		sheet.Slots = append(sheet.Slots, booking.Slot{Number: booking.NewNumber("A", i+41), Start: day.At(9*60, zone).Add(time.Duration(i) * 5 * time.Minute).UTC(),
			Holder: booking.HeldBy("ingresso"), State: booking.Free})
	}
	ts.Check(s.Take(ctx, wire.Pulled{Keys: map[booking.Day]booking.DayKey{day: {1}}, Sheets: []booking.Sheet{sheet}}))
	for i, state := range args[1:] {
		code, err := booking.NewCode(rand.Reader)
		ts.Check(err)
		slot := sheet.Slots[i]
		secrets := ts.Value(secretKey{}).(*secretValue)
		secrets.words = append(secrets.words, string(slot.Number), string(code), code.Grouped())
		job, err := s.Issue(ctx, store.Order{Key: sheet.SheetKey, Number: slot.Number, Start: slot.Start, Code: code, Slip: ticket.Slip{Lang: locale.Italian, Lines: []ticket.Line{
			{Role: ticket.RoleNumber, Text: string(slot.Number)}, {Role: ticket.RoleQR, Text: string(code)}, {Role: ticket.RoleCode, Text: code.Grouped()}}}})
		ts.Check(err)
		if state != "queued" {
			ts.Check(s.JobSending(ctx, job))
		}
		switch state {
		case "unknown":
			ts.Check(s.JobEnded(ctx, job, paper.Result{Outcome: paper.Unknown}))
		case "printed":
			ts.Check(s.JobEnded(ctx, job, paper.Result{Outcome: paper.Printed, Level: paper.ByFence}))
		}
	}
	ts.Check(s.Close())
}

// secret [FILE]... makes sure that neither the last command's output nor the files hold a number or code of a ticket.
func keepsSecrets(ts *testscript.TestScript, _ bool, files []string) {
	words := ts.Value(secretKey{}).(*secretValue).words
	if len(words) == 0 {
		ts.Fatalf("there are no tickets: nothing could be told")
	}
	for _, file := range append(files, "stdout", "stderr") {
		for _, word := range words {
			if strings.Contains(ts.ReadFile(file), word) {
				ts.Fatalf("%s tells %s", file, word)
			}
		}
	}
}
