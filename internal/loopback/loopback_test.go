package loopback_test

import (
	"net"
	"testing"

	"example.org/totem/internal/loopback"
)

func TestWhatIsFreeCanBeListenedOnAgainAndAgainAndIsNeverGivenAwayByTheKernel(t *testing.T) {
	address, err := loopback.Free()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if port := l.Addr().(*net.TCPAddr).Port; port < 1024 || port >= 32768 {
			t.Errorf("port %d is privileged, or may be given to anybody", port)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
