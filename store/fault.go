package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"example.org/totem/internal/fault"
)

// damagedRemedy never throws the damaged file away: it may be the only trace of tickets that people hold.
const damagedRemedy = "stop the totem; keep the database file and those named -wal and -shm aside under another name; " +
	"start again, which makes a new store with a new incarnation; then fence this totem at the scheduler, which refuses " +
	"the new store until a person has done so"

// damage is something wrong inside the database that SQLite did not complain about by itself.
type damage string

func (d damage) Error() string { return string(d) }

// faultOf tells what a technician can do about err, if it can be told; doing says what was tried.
func faultOf(doing string, err error) error {
	var known *fault.Fault
	if err == nil || errors.As(err, &known) {
		return err
	}
	err = fmt.Errorf("%s: %w", doing, err)
	var d damage
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fullFault(err)
	case errors.As(err, &d):
		return damageFault(err)
	}
	var lite sqlite3.Error
	if !errors.As(err, &lite) {
		return err
	}
	switch lite.Code {
	case sqlite3.ErrFull:
		return fullFault(err)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return damageFault(err)
	case sqlite3.ErrIoErr:
		if no := lite.SystemErrno; no == syscall.ENOSPC || no == syscall.EDQUOT || no == syscall.EFBIG {
			return fullFault(err)
		}
		return damageFault(err)
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return fault.New(fault.CodeStoreOpen, err, "check the data partition and the owner of its files",
			"the totem's database cannot be written")
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fault.New(fault.CodeStoreLocked, err, "close the other program that has the database open",
			"another program holds the totem's database")
	}
	return err
}

func fullFault(err error) error {
	return fault.New(fault.CodeStoreFull, err, "make room on the data partition; nothing half-done was kept",
		"the disk of the totem's database is full")
}

func damageFault(err error) error {
	return fault.New(fault.CodeStoreDamaged, err, damagedRemedy, "the totem's database is damaged")
}

// openFault is faultOf for an error met while opening, when everything is a technician's business.
func openFault(path string, err error) error {
	err = faultOf("open "+path, err)
	var known *fault.Fault
	if errors.As(err, &known) {
		return err
	}
	remedy := "report it with the log around this moment"
	var file *fs.PathError
	if errors.As(err, &file) {
		remedy = "check that the data folder is there, its partition mounted, and both writable and owned by the totem's user"
		err = file.Err
	}
	return fault.New(fault.CodeStoreOpen, err, remedy, "the totem's database %s cannot be opened", path)
}

// noRow reports whether a query had no answer.
func noRow(err error) bool { return errors.Is(err, sql.ErrNoRows) }
