package natslink_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"example.org/totem/sync/natslink"
)

func TestAnOrderlyStopIsNoFault(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	var log bytes.Buffer
	d := newDesk()
	c, err := natslink.Serve(t.Context(), natslink.ServeConfig{Conn: connect(t, url), Answerer: d, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	l := dial(t, url, totem)
	awaitUp(t, l)
	send(t, l, 1, 0)
	d.until(t, "the fact", func() bool { return len(d.facts[totem]) == 1 })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "scheduler.fault") {
		t.Errorf("logged:\n%s", &log)
	}
}
