package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"example.org/totem/booking"
)

// summary is summary.json of the tour's folder.
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
	Slip      int               `json:"slip,omitempty"` // ticket-N.png; 0 where there was no paper
	State     string            `json:"state"`
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

// report writes the tour's folder and checks that slips, screens and ledger tell the same story.
func (t *tour) report(ctx context.Context, dir string) error {
	sheets, err := t.settledSheets(ctx)
	if err != nil {
		return err
	}
	var s summary
	for _, one := range t.taken {
		line, err := t.ticketLine(ctx, one, sheets)
		if err != nil {
			return fmt.Errorf("ticket %s: %w", one.Number, err)
		}
		s.Tickets, s.Taps = append(s.Tickets, line), append(s.Taps, one.Taps)
		paper := "no paper, the code was on the screen"
		if one.Slip > 0 {
			if err := t.keepSlip(ctx, dir, one); err != nil {
				return err
			}
			paper = fmt.Sprintf("slip %d, %d bytes on the line, confirmed: %v", one.Slip, len(one.Bytes), line.Confirmed)
		}
		fmt.Fprintf(t.out, "ticket %s at %s, %s, %d taps; %s\n", line.Number, t.w.local(line.Start).Format("15:04"), line.State, one.Taps, paper)
	}
	views := make([]sheetView, len(sheets))
	for i, sheet := range sheets {
		views[i] = viewOf(sheet)
	}
	fmt.Fprintf(t.out, "the scheduler knows every ticket as its citizen does; everything is in %s\n", dir)
	return writeAll(map[string][]byte{
		filepath.Join(dir, "ledger.json"):  indented(map[string]any{"sheets": views}),
		filepath.Join(dir, "summary.json"): indented(s),
		filepath.Join(dir, "spoken.txt"):   t.w.ear.transcript(),
		filepath.Join(dir, "messages.txt"): letters(t.w.post.Messages()),
	})
}

// keepSlip writes the bytes that reached the printer, and the slip as a picture.
func (t *tour) keepSlip(ctx context.Context, dir string, one taken) error {
	slip, err := t.w.slip(ctx, one.Slip)
	if err != nil {
		return fmt.Errorf("wait for slip %d: %w", one.Slip, err)
	}
	name := filepath.Join(dir, fmt.Sprintf("ticket-%d", one.Slip))
	if one.Receipt > 0 {
		receipt, err := t.w.slip(ctx, one.Receipt)
		if err != nil {
			return fmt.Errorf("wait for receipt %d: %w", one.Receipt, err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("receipt-%d.png", one.Receipt)), receipt.PNG(), 0o644); err != nil {
			return err
		}
	}
	return writeAll(map[string][]byte{name + ".bin": one.Bytes, name + ".png": slip.PNG()})
}

// settledSheets waits until the scheduler has folded the tickets, their slips and what became of them, and returns the
// day's sheets.
func (t *tour) settledSheets(ctx context.Context) ([]booking.Sheet, error) {
	const patience = 20 * time.Millisecond
	for {
		sheets, err := t.sheets(ctx)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(t.taken, func(one taken) bool {
			slot, ok := slotOf(sheets, one)
			return !ok || slot.Ticket.Paper == booking.PaperUntold || slot.State != one.State
		}) {
			return sheets, nil
		}
		select {
		case <-time.After(patience):
		case <-ctx.Done():
			return nil, fmt.Errorf("the scheduler has not heard of everything: %w", ctx.Err())
		}
	}
}

// sheets returns those of today, and of the days of other tickets, in order of day.
func (t *tour) sheets(ctx context.Context) (all []booking.Sheet, err error) {
	now := t.w.local(t.w.clock.Now())
	days := []booking.Day{booking.DayOf(now, now.Location())}
	for _, one := range t.taken {
		if !slices.Contains(days, one.Day) && one.Day != (booking.Day{}) {
			days = append(days, one.Day)
		}
	}
	for _, day := range days {
		sheets, err := t.w.central.Sheets(ctx, t.w.office.Office.ID, day)
		if err != nil {
			return nil, err
		}
		all = append(all, sheets...)
	}
	return all, nil
}

func slotOf(sheets []booking.Sheet, one taken) (booking.Slot, bool) {
	for _, s := range sheets {
		if i, ok := s.Find(one.Number); ok && (one.Day == booking.Day{} || one.Day == s.Day) {
			return s.Slots[i], true
		}
	}
	return booking.Slot{}, false
}

var typedCode = regexp.MustCompile(`[0-9]{4} [0-9]{4} [0-9]{4}`)

// ticketLine reads a ticket as a person would and holds it against the ledger.
func (t *tour) ticketLine(ctx context.Context, one taken, sheets []booking.Sheet) (ticketLine, error) {
	code, err := t.codeOf(ctx, one)
	if err != nil {
		return ticketLine{}, err
	}
	slot, ok := slotOf(sheets, one)
	if !ok {
		return ticketLine{}, errors.New("the ledger does not know it")
	}
	key, err := t.w.central.DayKey(ctx, t.w.office.Office.ID, booking.DayOf(slot.Start, t.w.local(slot.Start).Location()))
	if err != nil {
		return ticketLine{}, err
	}
	if code.Hash(key) != slot.Ticket.Code {
		return ticketLine{}, errors.New("its code is not the one that the ledger has")
	}
	return ticketLine{Number: one.Number, Service: one.Service, Start: t.w.local(slot.Start), Code: code, Slip: one.Slip,
		State: slot.State.String(), Confirmed: slot.Ticket.Paper == booking.PaperPrinted}, nil
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
