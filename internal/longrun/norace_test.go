//go:build !race

package longrun_test

// offices is how many are played where nothing else is said.
const offices = 6
