package device_test

import (
	"path/filepath"
	"testing"

	"example.org/totem/internal/papersim"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

func TestAnOfficeInProductionWhoseNoticeLacksSomethingGivesNoTickets(t *testing.T) {
	now, data := atOpening(t), folder(t, "totem")
	cfg := config(t, data, openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t))
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(data, "totem.db"), Office: cfg.Office, Totem: cfg.Totem, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	office := plan(t).Office // as a scheduler that does not look at it may tell it
	office.Controller.PEC = ""
	if err := s.Take(t.Context(), wire.Pulled{Digest: "d", Office: &office}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if screen := startTotem(t, cfg, now).must("out-of-service"); !mentions(screen, "T106") {
		t.Errorf("the screen does not name the fault: %+v", screen.Root)
	}
}
