package central_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/cmd/internal/central"
)

func TestWhoeverIsRefusedOverAndOverDoesNotFillTheLog(t *testing.T) {
	var log bytes.Buffer
	clock := now()
	words := central.NewServerWords(slog.New(slog.NewTextHandler(&log, nil)), func() time.Time { return clock })
	for range 1000 {
		words.Errorf("10.0.0.7:4711 - cid:5 - publish violation")
	}
	if n := strings.Count(log.String(), "scheduler.client-refused"); n != 30 {
		t.Errorf("%d lines, want 30", n)
	}
	clock = clock.Add(time.Minute)
	words.Errorf("10.0.0.7:4711 - cid:5 - publish violation")
	if !strings.Contains(log.String(), "untold=970") {
		t.Error("nobody is told that there were more")
	}
	words.Errorf("the raft log is damaged")
	if !strings.Contains(log.String(), "scheduler.fault") {
		t.Error("an error of the server itself is not passed on")
	}
}

func TestAClientsWordsAreNotTakenForTheStateOfTheDisk(t *testing.T) {
	c := open(t, central.Config{DataDir: t.TempDir()})
	nc, refused, err := reach(t, c, nats.Name("no space left on device"))
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Publish("x.no space left on device", nil); err == nil {
		_ = nc.Flush() // it may have been cut off
	}
	if nc.IsConnected() {
		tries{t, nc, refused}.publish("critical.write.error")
	}
	select {
	case err := <-c.Failed():
		t.Errorf("the scheduler gives up: %v", err)
	default:
	}
}
