package lan

import (
	"encoding/binary"
	"fmt"
	"io"

	"example.org/totem/sync/wire"
)

// writeFrame writes a message as one frame, in one piece.
func writeFrame[M wire.Message](w io.Writer, m M) error {
	data, err := wire.Encode(wire.Newest, m)
	if err != nil {
		return err
	}
	if len(data) > wire.MaxPeerMessage {
		return fmt.Errorf("a message of %d bytes, more than %d", len(data), wire.MaxPeerMessage)
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...))
	return err
}

// readFrame reads one frame, and nothing behind it. Memory is taken for what has come, not for what was announced.
func readFrame[M wire.Message](r io.Reader) (M, error) {
	var none M
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return none, fmt.Errorf("read a frame's length: %w", err)
	}
	length := int64(binary.BigEndian.Uint32(head[:]))
	if length < 1 || length > wire.MaxPeerMessage {
		return none, fmt.Errorf("read a frame: a length of %d bytes, want 1 to %d", length, wire.MaxPeerMessage)
	}
	data, err := io.ReadAll(io.LimitReader(r, length))
	if err == nil && int64(len(data)) < length {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return none, fmt.Errorf("read a frame of %d bytes: %w", length, err)
	}
	return wire.Decode[M](data)
}
