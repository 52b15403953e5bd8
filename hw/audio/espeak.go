package audio

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/totem/locale"
)

// espeak runs espeak-ng (its manual page: espeak-ng(1)).
type espeak struct{ command string }

const (
	defaultEspeak = "espeak-ng"
	// slow is how long espeak-ng may think before the next sound; mostly it needs a fiftieth of a second.
	slow = 5 * time.Second
	// block is how many samples are handed on at once, 20 ms.
	block = 2 * chunk
)

// speak gives the sound of text, which is clean, to take, in pieces that take may keep. It ends with ctx, with the text, or with
// the first error, which says nothing of the text.
func (e espeak) speak(ctx context.Context, text string, v voice, p pace, take func([]float64) error) error {
	out, child, err := e.start(ctx, text, "-v", v.name, "-s", strconv.Itoa(p.speed), "-g", strconv.Itoa(p.gap), "-a", amplitude, "-b", "1", "--stdin", "--stdout")
	if err != nil {
		return err
	}
	defer out.Close()
	defer func() { <-child.done }()
	defer child.kill()
	patient := &patientReader{out}
	sound := bufio.NewReaderSize(patient, 16<<10)
	if err := readHeader(sound); errors.Is(err, io.EOF) {
		return errors.Join(err, e.fate(child))
	} else if err != nil {
		return err
	}
	if err := samples(sound, v.level, take); err != nil {
		return err
	}
	return e.fate(child)
}

// start starts espeak-ng and writes text to it.
func (e espeak) start(ctx context.Context, text string, args ...string) (out *os.File, child *process, err error) {
	in, write, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("open a pipe to espeak-ng: %w", err)
	}
	defer write.Close()
	out, from, err := os.Pipe()
	if err != nil {
		_ = in.Close()
		return nil, nil, fmt.Errorf("open a pipe from espeak-ng: %w", err)
	}
	cmd := exec.Command(e.command, args...)
	cmd.Env, cmd.Stdin, cmd.Stdout = plainEnv(), in, from
	child, err = startProcess(ctx, cmd)
	_, _ = in.Close(), from.Close() // the child has its own
	if err == nil {
		if err = write.SetWriteDeadline(time.Now().Add(slow)); err == nil {
			_, err = io.WriteString(write, text)
		}
		if err != nil {
			child.kill()
			<-child.done
			err = fmt.Errorf("write to espeak-ng: %w", err)
		}
	}
	if err != nil {
		_ = out.Close()
		return nil, nil, err
	}
	return out, child, nil
}

// fate waits for the end of a child that has closed its output, and returns how it ended.
func (e espeak) fate(child *process) error {
	select {
	case <-child.done:
		return child.err
	case <-time.After(slow):
		return errors.New("run espeak-ng: it does not end")
	}
}

// samples reads samples until their end and makes them as loud as the others' voices.
func samples(sound io.Reader, level float64, take func([]float64) error) error {
	trim := math.Pow(10, (spoken-level)/20)
	bytes := make([]byte, 2*block)
	for {
		n, err := io.ReadFull(sound, bytes)
		if n >= 2 {
			piece := make([]float64, n/2)
			for i := range piece {
				piece[i] = trim * float64(int16(binary.LittleEndian.Uint16(bytes[2*i:])))
			}
			if err := take(piece); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return fmt.Errorf("read from espeak-ng: %w", err)
		}
	}
}

// patientReader reads from a pipe that must give something within slow.
type patientReader struct{ pipe *os.File }

func (r *patientReader) Read(p []byte) (int, error) {
	if err := r.pipe.SetReadDeadline(time.Now().Add(slow)); err != nil {
		return 0, err
	}
	return r.pipe.Read(p)
}

// lacking returns the languages of the catalogue that espeak-ng has no voice for. It fails if espeak-ng does not work.
func (e espeak) lacking(ctx context.Context) ([]locale.Lang, error) {
	out, child, err := e.start(ctx, "", "--voices")
	if err != nil {
		return nil, err
	}
	defer out.Close()
	defer func() { <-child.done }()
	defer child.kill()
	list, err := io.ReadAll(io.LimitReader(&patientReader{out}, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read the voices of espeak-ng: %w", err)
	}
	if err := e.fate(child); err != nil {
		return nil, err
	}
	return unvoiced(string(list)), nil
}

// unvoiced returns the languages whose voice is not in list, the output of espeak-ng --voices: a head, then lines of
// priority, language and more.
func unvoiced(list string) []locale.Lang {
	there := map[string]bool{}
	for line := range strings.Lines(list) {
		if fields := strings.Fields(line); len(fields) > 1 {
			there[fields[1]] = true
		}
	}
	return slices.DeleteFunc(locale.Languages(), func(l locale.Lang) bool { return there[voices()[l].name] })
}
