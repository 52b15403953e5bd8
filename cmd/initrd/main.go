// Binary initrd is the init of a totem's initrd: see cmd/internal/initrd. It is built without cgo and lies there as /init.
package main

import "example.org/totem/cmd/internal/initrd"

func main() {
	if err := initrd.Start(initrd.Linux{}); err != nil {
		panic(err) // which the kernel answers by starting again, as its command line has it
	}
}
