package imagetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	_ "github.com/mattn/go-sqlite3" // for database/sql

	"example.org/totem/bootstate"
	"example.org/totem/hw/esp"
	"example.org/totem/internal/disk"
	"example.org/totem/internal/vm"
	"example.org/totem/provisioning"
	"example.org/totem/store"
)

// tableSectors are those of the partition table's second copy, at the end of the card; the data's partition has what is before them.
const tableSectors = 33

// judge says what must hold of a disk after a power cut.
type judge struct {
	lab      *lab
	log      *vm.Log
	promises []promise
	disk     *os.File // as it is after the cut that is looked at
	path     string
	text     string // of the provisioning file as the technician wrote it
	blotted  string // as it is after the enrolment

	enrolled, databases, kept int
}

// prepare looks at the whole log: nothing is ever written to a slot, and of the boot partition nothing but what may be.
func (j *judge) prepare(ctx context.Context, after string) error {
	end, err := j.lab.edit(after).ReadFAT(ctx, j.lab.offset[disk.ESP], "totem/provision.toml")
	if err != nil {
		return err
	}
	j.blotted = string(end)
	var wrong error
	for i, e := range j.log.Entries {
		for _, slot := range []int{disk.RootA, disk.RootB} {
			if e.Kind != vm.Flush && e.Offset < j.lab.offset[slot]+j.lab.size[slot] && e.Offset+e.Length > j.lab.offset[slot] {
				wrong = errors.Join(wrong, fmt.Errorf("entry %d writes to a root slot, at byte %d of the card", i, e.Offset))
			}
		}
	}
	same, err := sameBytes(j.path, after, j.lab.offset[disk.RootA], 2*j.lab.size[disk.RootA])
	if err == nil && !same {
		err = errors.New("the root slots are not as they were")
	}
	return errors.Join(wrong, err)
}

func sameBytes(a, b string, offset, size int64) (bool, error) {
	var sums [2][sha256.Size]byte
	for i, path := range []string{a, b} {
		f, err := os.Open(path)
		if err != nil {
			return false, err
		}
		h := sha256.New()
		_, err = io.Copy(h, io.NewSectionReader(f, offset, size))
		if err = errors.Join(err, f.Close()); err != nil {
			return false, err
		}
		h.Sum(sums[i][:0])
	}
	return sums[0] == sums[1], nil
}

// look says what is wrong with the disk as it is.
func (j *judge) look(ctx context.Context, cut vm.Cut) error {
	known, err := j.identity(ctx)
	return errors.Join(err, j.table(), j.start(known), j.database(ctx, cut))
}

// table looks for one whole copy of the partition table: the kernel takes either.
func (j *judge) table() error {
	for _, at := range []int64{1, cardSize/vm.Sector - 1, disk.Size/vm.Sector - 1} {
		if tableAt(j.disk, at) == nil {
			return nil
		}
	}
	return errors.New("neither copy of the partition table is whole")
}

// tableAt reads the header of a GUID partition table as the UEFI specification has it: "EFI PART"; at 12 its size, at 16 its checksum
// with that field 0; at 72 the first sector of the entries, at 80 their number, at 84 the size of one, at 88 their checksum.
func tableAt(r io.ReaderAt, sector int64) error {
	h, le := make([]byte, vm.Sector), binary.LittleEndian
	if _, err := r.ReadAt(h, sector*vm.Sector); err != nil {
		return err
	}
	size, sum := le.Uint32(h[12:]), le.Uint32(h[16:])
	le.PutUint32(h[16:], 0)
	if string(h[:8]) != "EFI PART" || size < 92 || size > vm.Sector || crc32.ChecksumIEEE(h[:size]) != sum {
		return errors.New("no header")
	}
	entries := make([]byte, min(le.Uint32(h[80:]), 1024)*min(le.Uint32(h[84:]), 1024))
	if _, err := r.ReadAt(entries, int64(le.Uint64(h[72:]))*vm.Sector); err != nil {
		return err
	}
	if crc32.ChecksumIEEE(entries) != le.Uint32(h[88:]) {
		return errors.New("no entries")
	}
	return nil
}

// start looks at what the loader and the set-up read: a boot state that chooses slot A, and a provisioning file whose token is there
// as long as it is needed.
func (j *judge) start(known bool) error {
	p, err := esp.OpenAt(j.path, j.lab.offset[disk.ESP])
	if err != nil {
		return err
	}
	defer p.Close()
	one, err1 := p.ReadFile("totem/env1")
	two, err2 := p.ReadFile("totem/env2")
	state, _, err := bootstate.Newest(one, two)
	if err = errors.Join(err1, err2, err); err != nil {
		return fmt.Errorf("the boot state: %w", err)
	}
	if state.Committed != bootstate.A {
		return fmt.Errorf("the boot state commits %v", state.Committed)
	}
	text, err := p.ReadFile("totem/provision.toml")
	if err != nil {
		return err
	}
	if _, err := provisioning.Parse("provision.toml", text); err != nil {
		return fmt.Errorf("the provisioning file on the card: %w", err)
	}
	if string(text) != j.text && !known {
		return errors.New("the token is blotted out before the totem has its credentials")
	}
	return nil
}

// identity looks at the partition of the identity, and says whether the totem has what it was given for its token: a key and
// credentials.
func (j *judge) identity(ctx context.Context) (known bool, err error) {
	folder, err := j.files(ctx, disk.Ident, j.lab.size[disk.Ident], "/")
	if err != nil {
		return false, fmt.Errorf("the identity's partition: %w", err)
	}
	defer os.RemoveAll(folder)
	seeds, err := filepath.Glob(filepath.Join(folder, "identity", "*.seed"))
	if err != nil {
		return false, err
	}
	known = len(seeds) > 0
	for _, name := range append(seeds, filepath.Join(folder, "identity", "credentials.json")) {
		known = known && isWritten(name)
	}
	if _, err := os.Stat(filepath.Join(folder, "enrolled")); err != nil {
		return known, nil
	}
	j.enrolled++
	if !known || !isWritten(filepath.Join(folder, "provision.toml")) {
		return known, errors.New("the totem is enrolled, and its key, its credentials or its provisioning are not there or empty")
	}
	return known, nil
}

// isWritten reports whether a file has a content that a cut has not left as zeros.
func isWritten(name string) bool {
	b, err := os.ReadFile(name)
	return err == nil && strings.Trim(string(b), "\x00") != ""
}

// database looks at the data: what the product makes of the database at its next start, and whether every promised ticket is in it.
func (j *judge) database(ctx context.Context, cut vm.Cut) error {
	folder, err := j.files(ctx, disk.Data, cardSize-tableSectors*vm.Sector-j.lab.offset[disk.Data], "/")
	if err != nil {
		return fmt.Errorf("the data's partition: %w", err)
	}
	defer os.RemoveAll(folder)
	var owed []string
	for _, p := range j.promises {
		if p.from <= cut.Flush+1 {
			owed = append(owed, p.number)
		}
	}
	path := filepath.Join(folder, "totem", "totem.db")
	if _, err := os.Stat(path); err != nil {
		if len(owed) > 0 {
			return fmt.Errorf("there is no database, and tickets %v are on paper", owed)
		}
		return nil
	}
	j.databases++
	s, err := store.Open(ctx, store.Config{Path: path, Office: officeID, Totem: powerTotem})
	if err != nil {
		return fmt.Errorf("the database is not opened: %w", err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	return j.tickets(ctx, path, owed)
}

func (j *judge) tickets(ctx context.Context, path string, owed []string) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("the database is not whole: %q %w", verdict, err)
	}
	for _, number := range owed {
		var n int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM ticket WHERE number = ?", number).Scan(&n); err != nil {
			return err
		}
		if n != 1 {
			return fmt.Errorf("ticket %s is on paper and %d times in the database", number, n)
		}
		j.kept++
	}
	return nil
}

// files takes a partition's file system out, repairs it as the system does at its start, looks whether anything is left to repair, and
// returns a folder with its files.
func (j *judge) files(ctx context.Context, number int, size int64, from string) (string, error) {
	image := j.lab.work(fmt.Sprintf("part-%d.img", number))
	defer os.Remove(image)
	if err := vm.CopyPart(ctx, j.disk, j.lab.offset[number], size, image); err != nil {
		return "", err
	}
	if said, err := check(ctx, "-p", image); err != nil {
		return "", fmt.Errorf("it is not repaired: %w: %s", err, said)
	}
	if said, err := check(ctx, "-fn", image); err != nil {
		return "", fmt.Errorf("something is left to repair: %w: %s", err, said)
	}
	folder, err := os.MkdirTemp(j.lab.opt.Work, "files-")
	if err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, "/usr/sbin/debugfs", "-R", fmt.Sprintf("rdump %q %q", from, folder), image)
	if said, err := c.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("read the files: %w: %s", err, said), os.RemoveAll(folder))
	}
	return folder, nil
}

// check runs e2fsck. Status 1 says that everything was repaired.
func check(ctx context.Context, how, image string) (string, error) {
	said, err := exec.CommandContext(ctx, "/usr/sbin/e2fsck", how, image).CombinedOutput()
	var ended *exec.ExitError
	if how == "-p" && errors.As(err, &ended) && ended.ExitCode() == 1 {
		err = nil
	}
	return string(said), err
}
