//go:build race

package escpos_test

// slow says that the race detector looks on: then not every byte is tried.
const slow = true
