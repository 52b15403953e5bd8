//go:build race

package longrun_test

// offices is how many are played where nothing else is said: the race detector makes everything slow.
const offices = 1
