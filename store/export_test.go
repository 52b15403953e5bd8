package store

import "io"

// CheckLog is checkLog, for tests that go through more logs than a store can be opened with.
func CheckLog(r io.Reader) error { return checkLog(r) }
