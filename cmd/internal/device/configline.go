package device

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"syscall"

	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/internal/fault"
)

// WriteMatrix writes a calibration into the configuration at path: it changes the value of panel.touch_matrix, or adds the line
// where there is none, and keeps every other byte. The file is replaced as a whole, or not at all. An error is a *fault.Fault.
func WriteMatrix(path, matrix string) error {
	err := func() error {
		file, err := filepath.EvalSymlinks(path)
		if err != nil {
			return err
		}
		before, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		after, err := withMatrix(before, matrix)
		if err != nil {
			return err
		}
		return replace(file, after)
	}()
	if err != nil {
		return fault.New(fault.CodeConfig, fault.Reason(err), "write this line into the table [panel] by hand: "+tomlLine(matrix),
			"the calibration cannot be written to %s", path)
	}
	return nil
}

var errOtherwise = errors.New("no line of the file can be changed without changing its meaning")

// withMatrix returns a configuration with another matrix. It must mean the same as before in everything else.
func withMatrix(before []byte, matrix string) ([]byte, error) {
	want, err := ParseConfig("totem.toml", before)
	if err != nil {
		return nil, err
	}
	from, to, line := matrixPlace(before)
	text := `"` + matrix + `"`
	if line {
		text = tomlLine(matrix) + newline(before)
		if from > 0 && before[from-1] != '\n' {
			text = newline(before) + text
		}
	}
	if from < 0 {
		return nil, errOtherwise
	}
	after := bytes.Join([][]byte{before[:from], []byte(text), before[to:]}, nil)
	got, err := ParseConfig("totem.toml", after)
	want.Panel.Matrix = matrix
	if err != nil || !reflect.DeepEqual(got, want) {
		return nil, errOtherwise
	}
	return after, nil
}

func newline(data []byte) string {
	if bytes.Contains(data, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// matrixPlace finds the value of panel.touch_matrix, from one byte to before another. Where there is none, line is true, and
// from is where a line of its own belongs: after the header of the table. Without such a header, from is -1.
func matrixPlace(data []byte) (from, to int, line bool) {
	var p unstable.Parser
	p.Reset(data)
	table, header := "", -1
	for p.NextExpression() {
		e := p.Expression()
		var name []byte
		last := 0
		for it := e.Key(); it.Next(); {
			if len(name) > 0 {
				name = append(name, '.')
			}
			name = append(name, it.Node().Data...)
			last = int(it.Node().Raw.Offset)
		}
		switch {
		case e.Kind == unstable.Table && string(name) == "panel":
			table, header = "panel.", last
		case e.Kind == unstable.Table || e.Kind == unstable.ArrayTable:
			table = string(name) + "."
		case e.Kind == unstable.KeyValue && table+string(name) == "panel.touch_matrix":
			raw := e.Value().Raw
			return int(raw.Offset), int(raw.Offset + raw.Length), false
		}
	}
	if header < 0 {
		return -1, -1, true
	}
	end := bytes.IndexByte(data[header:], '\n')
	if end < 0 {
		return len(data), len(data), true
	}
	return header + end + 1, header + end + 1, true
}

// replace writes a file beside another and has it take that one's place, with its rights and its owner.
func replace(path string, data []byte) error {
	old, err := os.Stat(path)
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, "."+filepath.Base(path)+"-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(old.Mode().Perm()))
	if owner, ok := old.Sys().(*syscall.Stat_t); ok {
		err = errors.Join(err, f.Chown(int(owner.Uid), int(owner.Gid)))
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(folder)
}
