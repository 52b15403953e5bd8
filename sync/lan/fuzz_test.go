package lan_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"example.org/totem/sync/lan"
	"example.org/totem/sync/wire"
)

func TestALengthThatIsTooGreatIsRefusedBeforeAnythingElseIsRead(t *testing.T) {
	behind := bytes.NewReader(make([]byte, 8*wire.MaxPeerMessage))
	all := behind.Len()
	_, err := lan.ReadNeed(io.MultiReader(bytes.NewReader(binary.BigEndian.AppendUint32(nil, wire.MaxPeerMessage+1)), behind))
	if err == nil || behind.Len() != all {
		t.Errorf("read %d bytes: %v", all-behind.Len(), err)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(frame(spelt(f)))
	f.Add(frame([]byte(`{"version":2,"kind":"passed","body":{"transfers":[]}}`)))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, '{'})
	f.Add(append(frame(spelt(f)), 'x'))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		if n, err := lan.ReadNeed(r); err == nil {
			read := len(data) - r.Len()
			if want := 4 + int(binary.BigEndian.Uint32(data)); read != want || read > 4+wire.MaxPeerMessage {
				t.Errorf("read %d bytes of a frame of %d", read, want)
			}
			var again bytes.Buffer
			if err := lan.WriteNeed(&again, n); err != nil {
				t.Fatalf("what was read cannot be written: %v", err)
			}
			if _, err := lan.ReadNeed(&again); err != nil {
				t.Errorf("what was written cannot be read: %v", err)
			}
		}
		if p, err := lan.ReadPassed(bytes.NewReader(data)); err == nil {
			if err := lan.WritePassed(io.Discard, p); err != nil {
				t.Errorf("what was read cannot be written: %v", err)
			}
		}
	})
}
