//go:build !race

package grants_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/natslink"
)

// rest lets everybody come to rest, and returns who does not.
func (r *riot) rest(ctx context.Context) (wrong []string) {
	for _, d := range r.devices {
		if err := d.rest(); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", d.order.Name, err))
		}
	}
	for _, d := range r.devices {
		if err := r.restOf(ctx, d); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", d.order.Name, err))
		}
	}
	for _, d := range r.devices {
		if err := r.awaitFolded(ctx, d.order.Name); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", d.order.Name, err))
		}
	}
	for i, p := range r.workers {
		if err := p.rest(); err != nil {
			wrong = append(wrong, fmt.Sprintf("scheduler %d: %v", i, err))
		}
	}
	for i, p := range r.workers {
		if err := p.end(ctx); err != nil {
			wrong = append(wrong, fmt.Sprintf("scheduler %d: %v", i, err))
		}
	}
	return wrong
}

// restOf waits until a totem has ended and has nothing to tell. What it was asked for while it ended, its next life tells.
func (r *riot) restOf(ctx context.Context, d *device) error {
	for {
		if err := d.end(ctx); err != nil {
			return err
		}
		s, err := store.Open(ctx, store.Config{Path: d.order.path(), Office: office, Totem: d.order.Name, Now: d.order.World.now, Boot: d.order.Boot})
		if err != nil {
			return err
		}
		_, _, waits, err := s.Next(ctx)
		if err = errors.Join(err, s.Close()); err != nil || !waits {
			return err
		}
		r.boot(d)
		if err := d.rest(); err != nil {
			return err
		}
	}
}

// awaitFolded waits until the ledger has every fact of a totem.
func (r *riot) awaitFolded(ctx context.Context, name booking.TotemID) error {
	nc, err := dial(r.cluster.URLs())
	if err != nil {
		return err
	}
	defer nc.Close()
	for {
		once, cancel := context.WithTimeout(ctx, 3*time.Second)
		folded, err := natslink.Folded(once, nc, office, name)
		cancel()
		if folded {
			return nil
		}
		if !pause(ctx, 50*time.Millisecond) {
			return fmt.Errorf("its facts are not in the ledger: %v", err)
		}
	}
}

// judge returns what is wrong when everybody is at rest.
func (r *riot) judge(ctx context.Context) (wrong []string) {
	slots := make(map[place]booking.Slot)
	for _, q := range r.world.plan().Queues {
		sheet, err := r.books.Sheet(ctx, r.world.sheetKey(q.ID))
		r.must(err)
		for _, s := range sheet.Slots {
			slots[place{q.ID, s.Number}] = s
		}
	}
	first := make(map[place]told)
	for _, t := range r.told() {
		if before, twice := first[t.place]; twice && before.Code != t.Code {
			wrong = append(wrong, fmt.Sprintf("%s of %s is sold twice: by %s and by %s", t.Number, t.Queue, before.By, t.By))
			continue
		}
		first[t.place] = t
		if s := slots[t.place]; !s.State.HasTicket() || s.Ticket.Code != t.Code {
			wrong = append(wrong, fmt.Sprintf("%s of %s, which %s has told to a citizen, is not in the ledger: it is %s there, held by %s", t.Number, t.Queue, t.By, s.State, s.Holder))
		}
	}
	holders := make(map[place]booking.TotemID)
	for _, d := range r.devices {
		wrong = append(wrong, r.judgeDisk(ctx, d.order, slots, holders)...)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(wrong, r.wrong...)
}

// judgeDisk looks what a totem that is at rest holds.
func (r *riot) judgeDisk(ctx context.Context, o totem, slots map[place]booking.Slot, holders map[place]booking.TotemID) (wrong []string) {
	s, err := store.Open(ctx, store.Config{Path: o.path(), Office: office, Totem: o.Name, Now: o.World.now})
	r.must(err)
	defer s.Close()
	if f, _, waits, err := s.Next(ctx); waits || err != nil {
		wrong = append(wrong, fmt.Sprintf("%s has something to tell: %s, %v", o.Name, f.Kind, err))
	}
	sheets, _, err := s.Mine(ctx)
	r.must(err)
	for _, sheet := range sheets {
		if sheet.Day != today() {
			continue
		}
		for _, slot := range sheet.Slots {
			at := place{sheet.Queue, slot.Number}
			if slot.Holder != booking.HeldBy(o.Name) || slot.State != booking.Free {
				continue
			}
			if other, twice := holders[at]; twice {
				wrong = append(wrong, fmt.Sprintf("%s of %s can be sold by %s and %s", at.Number, at.Queue, other, o.Name))
			}
			holders[at] = o.Name
			if is := slots[at]; is.Holder != slot.Holder || is.State != booking.Free {
				wrong = append(wrong, fmt.Sprintf("%s of %s can be sold by %s, and is %s in the ledger, held by %s", at.Number, at.Queue, o.Name, is.State, is.Holder))
			}
		}
	}
	return wrong
}

// told returns what citizens were told.
func (r *riot) told() (all []told) {
	paths, err := filepath.Glob(filepath.Join(r.dir, "*.told"))
	r.must(err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		r.must(err)
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			var t told
			if err := json.Unmarshal(lines.Bytes(), &t); err == nil { // a line that was cut off was told to nobody
				all = append(all, t)
			}
		}
	}
	return all
}
