package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A header of WAV, as espeak-ng writes it before its samples (Microsoft's Multimedia Programming Interface, 1991). All numbers are
// little-endian. The sizes of a stream are not known in advance and not looked at.
//
//	0  "RIFF", 4 bytes of size, "WAVE"
//	   then chunks: 4 bytes of name, 4 bytes of size, the content, and one byte more if the size is odd
//	   "fmt ", 16 or more:  0  2  1, PCM
//	                        2  2  channels, 1
//	                        4  4  samples a second
//	                        8  6  bytes a second, bytes a sample of all channels
//	                       14  2  bits a sample, 16
//	   "data": the samples follow
const (
	riffSize     = 12
	chunkSize    = 8
	formatSize   = 16
	longestChunk = 1 << 10 // of those before the samples
	mostChunks   = 8
)

// readHeader reads r up to the first sample. It fails where they are not of the one form that is played here.
func readHeader(r io.Reader) error {
	var riff [riffSize]byte
	if _, err := io.ReadFull(r, riff[:]); err != nil {
		return fmt.Errorf("read the header of WAV: %w", err)
	}
	if string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return errors.New("read the header of WAV: something else came")
	}
	formed := false
	for range mostChunks {
		var head [chunkSize]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return fmt.Errorf("read a chunk of WAV: %w", err)
		}
		name, size := string(head[:4]), binary.LittleEndian.Uint32(head[4:])
		if name == "data" {
			if !formed {
				return errors.New("read the header of WAV: samples of no known form")
			}
			return nil
		}
		if size > longestChunk {
			return fmt.Errorf("read a chunk of WAV: %d bytes are too many", size)
		}
		content := make([]byte, size+size%2)
		if _, err := io.ReadFull(r, content); err != nil {
			return fmt.Errorf("read a chunk of WAV: %w", err)
		}
		if name == "fmt " {
			if err := checkFormat(content); err != nil {
				return err
			}
			formed = true
		}
	}
	return errors.New("read the header of WAV: no samples")
}

func checkFormat(b []byte) error {
	if len(b) < formatSize {
		return fmt.Errorf("read the form of WAV: %d bytes are too few", len(b))
	}
	number := binary.LittleEndian.Uint16
	kind, channels, rate, bits := number(b), number(b[2:]), binary.LittleEndian.Uint32(b[4:]), number(b[14:])
	if kind != 1 || channels != 1 || rate != SampleRate || bits != 16 {
		return fmt.Errorf("read the form of WAV: kind %d, %d channels, %d samples a second of %d bits, not PCM, 1, %d, 16",
			kind, channels, rate, bits, SampleRate)
	}
	return nil
}
