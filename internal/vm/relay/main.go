// Binary relay joins its standard input and output to a TCP address. QEMU starts one for each connection of the guest to the one
// address that it may reach; see internal/vm.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: relay ADDRESS")
		os.Exit(2)
	}
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		os.Exit(1) // which the guest sees as a connection that ends at once
	}
	go func() {
		io.Copy(conn, os.Stdin)
		conn.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(os.Stdout, conn)
}
