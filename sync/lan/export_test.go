package lan

import (
	"io"

	"example.org/totem/sync/wire"
)

// ReadNeed reads a question's frame.
func ReadNeed(r io.Reader) (wire.Need, error) { return readFrame[wire.Need](r) }

// ReadPassed reads an answer's frame.
func ReadPassed(r io.Reader) (wire.Passed, error) { return readFrame[wire.Passed](r) }

// WriteNeed writes a question's frame.
func WriteNeed(w io.Writer, n wire.Need) error { return writeFrame(w, n) }

// WritePassed writes an answer's frame.
func WritePassed(w io.Writer, p wire.Passed) error { return writeFrame(w, p) }
