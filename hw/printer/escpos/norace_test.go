//go:build !race

package escpos_test

const slow = false
