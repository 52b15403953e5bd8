package xvfb_test

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"

	"example.org/totem/internal/xvfb"
)

func TestADisplayTakesConnectionsUntilItIsStopped(t *testing.T) {
	display, stop, err := xvfb.Start(context.Background(), 320, 240)
	if errors.Is(err, xvfb.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	socket := "/tmp/.X11-unix/X" + display[1:]
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatalf("display %s: %v", display, err)
	}
	conn.Close()
	stop()
	stop()
	if conn, err := net.Dial("unix", socket); err == nil {
		conn.Close()
		t.Error("it still takes connections")
	}
}
