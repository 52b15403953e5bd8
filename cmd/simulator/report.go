package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
)

// summary is out/tour/summary.json.
type summary struct {
	Tickets []ticketLine `json:"tickets"`
	Taps    []int        `json:"taps"` // from the start screen until the slip was there, one a ticket
}

// ticketLine is one ticket of the summary.
type ticketLine struct {
	Number    booking.Number    `json:"number"`
	Service   booking.ServiceID `json:"service"`
	Start     time.Time         `json:"start"`
	Code      booking.Code      `json:"code"`
	Confirmed bool              `json:"confirmed"` // the printer confirmed the slip, and the ledger knows it
}

// sheetView is one sheet of out/tour/ledger.json.
type sheetView struct {
	Office   booking.OfficeID `json:"office"`
	Queue    booking.QueueID  `json:"queue"`
	Day      booking.Day      `json:"day"`
	Revision booking.Revision `json:"revision"`
	Slots    []slotView       `json:"slots"`
}

// slotView is one slot of a sheet.
type slotView struct {
	Number booking.Number `json:"number"`
	Start  time.Time      `json:"start"`
	Holder booking.Holder `json:"holder"`
	State  string         `json:"state"`
	Code   string         `json:"code_hash,omitempty"`
	Paper  string         `json:"paper,omitempty"`
}

// report writes out/tour and checks that slips, screens and ledger tell the same story.
func (w *world) report(ctx context.Context, dir string, all []taken, out io.Writer) error {
	sheets, err := w.settledSheets(ctx, all)
	if err != nil {
		return err
	}
	var s summary
	for i, t := range all {
		slip, err := w.slip(ctx, i+1)
		if err != nil {
			return fmt.Errorf("wait for slip %d: %w", i+1, err)
		}
		line, err := w.ticketLine(ctx, t, slip, sheets)
		if err != nil {
			return fmt.Errorf("slip %d: %w", i+1, err)
		}
		s.Tickets, s.Taps = append(s.Tickets, line), append(s.Taps, t.Taps)
		name := filepath.Join(dir, fmt.Sprintf("ticket-%d", i+1))
		if err := writeAll(map[string][]byte{name + ".bin": t.Bytes, name + ".png": slip.PNG()}); err != nil {
			return err
		}
		fmt.Fprintf(out, "slip %d: %s at %s, %d taps, %d bytes on the line, confirmed: %v\n", i+1, line.Number,
			w.local(line.Start).Format("15:04"), t.Taps, len(t.Bytes), line.Confirmed)
	}
	views := make([]sheetView, len(sheets))
	for i, sheet := range sheets {
		views[i] = viewOf(sheet)
	}
	fmt.Fprintf(out, "the scheduler knows both tickets; everything is in %s\n", dir)
	return writeAll(map[string][]byte{
		filepath.Join(dir, "ledger.json"):  indented(map[string]any{"sheets": views}),
		filepath.Join(dir, "summary.json"): indented(s),
	})
}

// settledSheets waits until the scheduler has folded the tickets and their slips, and returns the day's sheets.
func (w *world) settledSheets(ctx context.Context, all []taken) ([]booking.Sheet, error) {
	const patience = 20 * time.Millisecond
	day := booking.DayOf(w.local(w.clock.Now()), w.local(w.clock.Now()).Location())
	for {
		sheets, err := w.central.Sheets(ctx, w.office.Office.ID, day)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(t taken) bool {
			slot, ok := slotOf(sheets, t.Number)
			return !ok || slot.Ticket.Paper == booking.PaperUntold
		}) {
			return sheets, nil
		}
		select {
		case <-time.After(patience):
		case <-ctx.Done():
			return nil, fmt.Errorf("the scheduler has not heard of every ticket: %w", ctx.Err())
		}
	}
}

func slotOf(sheets []booking.Sheet, n booking.Number) (booking.Slot, bool) {
	for _, s := range sheets {
		if i, ok := s.Find(n); ok {
			return s.Slots[i], true
		}
	}
	return booking.Slot{}, false
}

var typedCode = regexp.MustCompile(`[0-9]{4} [0-9]{4} [0-9]{4}`)

// ticketLine reads a slip as a person would and holds it against the ledger.
func (w *world) ticketLine(ctx context.Context, t taken, slip papersim.Slip, sheets []booking.Sheet) (ticketLine, error) {
	code, err := booking.ParseCode(string(typedCode.Find(slip.Bytes)))
	if err != nil {
		return ticketLine{}, fmt.Errorf("read the typed code: %w", err)
	}
	slot, ok := slotOf(sheets, t.Number)
	if !ok {
		return ticketLine{}, fmt.Errorf("the ledger does not know %s", t.Number)
	}
	key, err := w.central.DayKey(ctx, w.office.Office.ID, booking.DayOf(slot.Start, w.local(slot.Start).Location()))
	if err != nil {
		return ticketLine{}, err
	}
	if code.Hash(key) != slot.Ticket.Code {
		return ticketLine{}, fmt.Errorf("the code on paper is not the one that the ledger has for %s", t.Number)
	}
	return ticketLine{Number: t.Number, Service: t.Service, Start: w.local(slot.Start), Code: code,
		Confirmed: slot.Ticket.Paper == booking.PaperPrinted}, nil
}

func viewOf(s booking.Sheet) sheetView {
	v := sheetView{Office: s.Office, Queue: s.Queue, Day: s.Day, Revision: s.Revision}
	for _, slot := range s.Slots {
		line := slotView{Number: slot.Number, Start: slot.Start, Holder: slot.Holder, State: slot.State.String()}
		if slot.State.HasTicket() {
			line.Code, line.Paper = slot.Ticket.Code.String(), slot.Ticket.Paper.String()
		}
		v.Slots = append(v.Slots, line)
	}
	return v
}

func indented(v any) []byte {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("simulator: internal error: " + err.Error()) // these types always encode
	}
	return append(b, '\n')
}

func writeAll(files map[string][]byte) error {
	for name, data := range files {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
