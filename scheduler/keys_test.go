package scheduler_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

func TestADayWithTicketsIsNeverGivenASecondKey(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	_, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	for od := range w.keys.keys { // before any ticket a lost key may be drawn again
		delete(w.keys.keys, od)
	}
	_, err = s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	must(t, fold(1, issued(storeA, 1, monday, slots[0])))
	key := w.keys.keys[officeDay{"rm001", monday}]
	delete(w.keys.keys, officeDay{"rm001", monday})
	_, err = s.DayKey(ctx, "rm001", monday)
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.CodeCentralStore || f.Remedy == "" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the key that is not there: %v", err)
	}
	others, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	if _, told := others.Keys[monday]; told || len(others.Keys) == 0 {
		t.Errorf("without the key of one day, keys of %d days are told", len(others.Keys))
	}
	for _, sheet := range others.Sheets {
		if sheet.Day == monday {
			t.Errorf("the sheet %s is told without its key", sheet.SheetKey)
		}
	}
	if n := len(w.keys.names()); n != 2 {
		t.Errorf("keys: %v", w.keys.names())
	}
	w.keys.keys[officeDay{"rm001", monday}] = key // somebody put it back
	pulled, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	if err != nil || pulled.Keys[monday] != key {
		t.Errorf("with the key: %v", err)
	}
}
