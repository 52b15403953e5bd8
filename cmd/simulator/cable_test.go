package main

import (
	"bufio"
	"fmt"
	"net"
	"testing"
)

// echo is a server that says every line back, and its address as that of a NATS server.
func echo(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					fmt.Fprintln(conn, lines.Text())
				}
			}()
		}
	}()
	return "tls://" + listener.Addr().String()
}

// speak says a word over a connection and reports whether it came back.
func speak(conn net.Conn, word string) bool {
	if _, err := fmt.Fprintln(conn, word); err != nil {
		return false
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && answer == word+"\n"
}

func TestAPulledCableCutsWhatIsConnectedAndLetsNobodyThrough(t *testing.T) {
	c, err := layCable(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", c.URL()[len("tls://"):])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	before := dial()
	if !speak(before, "before") {
		t.Fatal("nothing passes")
	}
	c.Pull()
	if speak(before, "cut") || speak(dial(), "pulled") || !c.Pulled() {
		t.Error("something passes a pulled cable")
	}
	c.Plug()
	if !speak(dial(), "after") {
		t.Error("nothing passes a cable that was put back")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if conn, err := net.Dial("tcp", c.URL()[len("tls://"):]); err == nil {
		conn.Close()
		t.Error("a closed cable takes connections")
	}
}
