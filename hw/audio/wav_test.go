package audio_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"example.org/totem/hw/audio"
)

// header returns the head of a WAV stream as espeak-ng writes it, without samples.
func header(rate uint32) []byte {
	h := []byte("RIFF\x24\xf0\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	h = binary.LittleEndian.AppendUint32(h, rate)
	h = binary.LittleEndian.AppendUint32(h, 2*rate)
	return append(h, "\x02\x00\x10\x00data\x00\xf0\xff\x7f"...)
}

func TestAHeaderIsReadToTheFirstSample(t *testing.T) {
	good := header(audio.SampleRate)
	list := append(append(bytes.Clone(good[:36]), "LIST\x03\x00\x00\x00abc\x00"...), good[36:]...) // an odd chunk before the samples
	for _, h := range [][]byte{good, list} {
		r := bytes.NewReader(append(bytes.Clone(h), 7, 0))
		if err := audio.ReadHeader(r); err != nil {
			t.Error(err)
		}
		if first, _ := r.ReadByte(); first != 7 {
			t.Errorf("the first sample is %d", first)
		}
	}
	for n := range good {
		if err := audio.ReadHeader(bytes.NewReader(good[:n])); err == nil {
			t.Errorf("%d bytes of a header were taken", n)
		}
	}
}

func TestOtherSoundIsRefused(t *testing.T) {
	change := func(at int, to byte) []byte {
		h := header(audio.SampleRate)
		h[at] = to
		return h
	}
	for name, h := range map[string][]byte{
		"another rate": header(16000), "two channels": change(22, 2), "8 bits": change(34, 8), "not PCM": change(20, 3), "not RIFF": change(0, 'X'),
		"not WAVE": change(8, 'X'), "no form": change(12, 'x'), "a huge chunk": change(18, 1), "a short form": change(16, 4),
	} {
		if err := audio.ReadHeader(bytes.NewReader(h)); err == nil || strings.Contains(err.Error(), "\x00") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzHeader(f *testing.F) {
	f.Add(header(audio.SampleRate))
	f.Add(header(16000))
	f.Add([]byte("RIFF0000WAVELIST\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		if err := audio.ReadHeader(r); err == nil && (len(b)-r.Len() < 44 || !bytes.Equal(b[:4], []byte("RIFF"))) {
			t.Errorf("%q was taken as a header", b)
		}
	})
}
