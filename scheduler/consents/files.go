package consents

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"example.org/totem/booking"
)

const (
	noticePrefix = "notice."
	noticeSuffix = ".txt"
	countsName   = "counts.json"
	temporary    = ".new"
)

// place is an office's day.
type place struct {
	office booking.OfficeID
	day    booking.Day
}

func (p place) acts() string { return p.base() + actsSuffix }
func (p place) ends() string { return p.base() + endsSuffix }
func (p place) base() string { return string(p.office) + "." + p.day.String() }

// placeOf returns whose file has that name; ok is false for a file that is none of theirs.
func placeOf(name string) (p place, ok bool) {
	base, acts := strings.CutSuffix(name, actsSuffix)
	base, ends := strings.CutSuffix(base, endsSuffix)
	office, date, _ := strings.Cut(base, ".")
	day, err := booking.ParseDay(date)
	return place{booking.OfficeID(office), day}, acts != ends && err == nil && booking.CheckID(office) == nil
}

// places returns the days that have files, office by office, in order.
func places(dir string) ([]place, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []place
	for _, e := range entries {
		if p, ok := placeOf(e.Name()); ok && !slices.Contains(all[max(0, len(all)-1):], p) {
			all = append(all, p)
		}
	}
	return all, nil
}

// read reads a file; one that is not there is empty.
func read(dir, name string) ([]byte, error) {
	file, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return file, err
}

// appendSynced writes lines to a file at size, where its whole lines end: what lies behind was never told anybody. The
// file's times are those of its day, whenever it is written.
func appendSynced(dir string, name string, size int64, lines []byte, day booking.Day) error {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if info, bad := f.Stat(); bad != nil || info.Size() < size {
		return errors.Join(bad, fmt.Errorf("%s was cut", path), f.Close())
	}
	if err = f.Truncate(size); err == nil {
		_, err = f.WriteAt(lines, size)
	}
	if err == nil {
		err = os.Chtimes(path, day.Start(time.UTC), day.Start(time.UTC))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if size == 0 {
		return syncDir(dir)
	}
	return nil
}

func noticeName(d digest) string { return noticePrefix + d.String() + noticeSuffix }

// keepNotice writes a notice's text, unless it is there.
func keepNotice(dir string, d digest, text string) error {
	path := filepath.Join(dir, noticeName(d))
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return replace(dir, noticeName(d), []byte(text))
}

// count is what remains of an office's erased records.
type count struct {
	Erased  int         `json:"erased"`  // how many
	Through booking.Day `json:"through"` // the last day of which they were; files of it and before are not counted again
}

func readCounts(dir string) (map[booking.OfficeID]count, error) {
	text, err := read(dir, countsName)
	counts := make(map[booking.OfficeID]count)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &counts, json.RejectUnknownMembers(true))
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", countsName, err)
	}
	return counts, nil
}

func writeCounts(dir string, counts map[booking.OfficeID]count) error {
	text, err := json.Marshal(counts, json.Deterministic(true))
	if err != nil {
		return err
	}
	return replace(dir, countsName, append(text, '\n'))
}

// replace makes a file whole and durable, or leaves what was there.
func replace(dir, name string, data []byte) error {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path+temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+temporary, path)
	}
	if err != nil {
		return err
	}
	return syncDir(dir)
}

// shred overwrites a file, removes it and makes both durable. One that is not there is no error.
func shred(dir, name string) error {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.Write(make([]byte, info.Size()))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
