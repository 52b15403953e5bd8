package cluster_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"example.org/totem/internal/cluster"
)

func TestALineHoldsWhatIsCutUntilItIsHealedAndBreaksWhatIsSevered(t *testing.T) {
	t.Parallel()
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for conn, err := echo.Accept(); err == nil; conn, err = echo.Accept() {
			_, _ = io.Copy(conn, conn)
			_ = conn.Close()
		}
	}()
	line, err := cluster.NewLine(echo.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(line.Close(), echo.Close()); err != nil {
			t.Error(err)
		}
		<-ended
	})
	conn, err := net.Dial("tcp", line.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	hears := func(patience time.Duration) error {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		_, err := conn.Read(make([]byte, 1))
		return err
	}
	for _, way := range []cluster.Way{0, cluster.In, cluster.Out, cluster.Both} {
		line.Cut(way)
		if _, err := conn.Write([]byte("a")); err != nil {
			t.Fatal(err)
		}
		if way != 0 {
			if err := hears(50 * time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("cut in ways %d: %v", way, err)
			}
			line.Cut(0)
		}
		if err := hears(10 * time.Second); err != nil {
			t.Fatalf("after ways %d: %v", way, err)
		}
	}
	line.Aim("")
	line.Sever()
	if err := hears(10 * time.Second); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("severed: %v", err)
	}
	again, err := net.Dial("tcp", line.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := io.ReadAll(again); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("to nobody: %v", err)
	}
}
