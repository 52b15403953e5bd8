package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"example.org/totem/booking"
)

// errClosed says that the store was closed.
var errClosed = errors.New("the store is closed")

// writer is the one connection that writes.
type writer struct {
	path        string
	incarnation booking.Incarnation

	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	begin      *sql.Stmt
	commit     *sql.Stmt
	rollback   *sql.Stmt

	turn    chan struct{} // holds one token; whoever took it owns what follows and may use conn
	commits int           // since the last checkpoint
	erased  bool          // the log may hold what was erased since
	mine    uint64        // how often Mine was asked
	remains bool          // the log may hold frames of a commit that failed
	over    bool          // closed
}

func newWriter(ctx context.Context, path string, maxPages int) (*writer, error) {
	pragmas := everyPragma + writerPragma
	if maxPages > 0 {
		pragmas += fmt.Sprintf(maxPagesPragma, maxPages)
	}
	db, err := connect(path, writePragmas, pragmas)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	w := &writer{path: path, db: db, turn: make(chan struct{}, 1)}
	if w.conn, err = db.Conn(ctx); err != nil {
		return nil, joinClose(fmt.Errorf("connect: %w", err), db.Close)
	}
	w.turn <- struct{}{}
	return w, nil
}

// prepare makes every statement ready, once the tables are there.
func (w *writer) prepare(ctx context.Context) (err error) {
	if w.statements, err = prepareAll(ctx, w.conn, writeQueries()); err != nil {
		return err
	}
	for _, p := range []struct {
		stmt  **sql.Stmt
		query string
	}{{&w.begin, "BEGIN IMMEDIATE"}, {&w.commit, "COMMIT"}, {&w.rollback, "ROLLBACK"}} {
		if *p.stmt, err = w.conn.PrepareContext(ctx, p.query); err != nil {
			return fmt.Errorf("prepare %s: %w", p.query, err)
		}
	}
	return nil
}

// take waits for the connection until ctx ends. The caller gives it back with w.give.
func (w *writer) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-w.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	if w.over {
		w.give()
		return errClosed
	}
	return nil
}

func (w *writer) give() { w.turn <- struct{}{} }

// close closes the connection. Before that it calls shut, if the log is empty and will stay so.
func (w *writer) close(shut func() error) error {
	<-w.turn
	defer w.give()
	w.over = true
	var errs []error
	if w.statements != nil && w.truncateLog() == nil { // else SQLite tries again, and tells what is wrong
		errs = append(errs, shut())
	}
	for _, stmt := range []*sql.Stmt{w.begin, w.commit, w.rollback} {
		if stmt != nil {
			stmt.Close()
		}
	}
	return errors.Join(append(errs, closeAll(w.statements, func() error { return errors.Join(w.conn.Close(), w.db.Close()) }))...)
}

// tx is a transaction under way. It has one time.
type tx struct {
	*writer
	minute int64
}

// exec runs a named statement. It cannot be interrupted, see the package comment.
func (t tx) exec(name string, args ...any) error {
	_, err := t.execCount(name, args...)
	return err
}

// execCount is exec that returns how many rows were changed.
func (t tx) execCount(name string, args ...any) (int64, error) {
	result, err := named(t.statements, name).ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t tx) row(name string, args ...any) *sql.Row {
	return named(t.statements, name).QueryRowContext(context.Background(), args...)
}

func (t tx) rows(name string, args ...any) (*sql.Rows, error) {
	return named(t.statements, name).QueryContext(context.Background(), args...)
}

// change runs body in one transaction and makes it durable, or does nothing at all. doing names the work for errors.
func (s *Store) change(ctx context.Context, doing string, body func(tx) error) error {
	w := s.write
	if err := w.take(ctx); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer w.give()
	return faultOf(doing, w.transact(tx{w, s.minute()}, body))
}

func (w *writer) transact(t tx, body func(tx) error) error {
	background := context.Background()
	if w.remains && w.truncateLog() == nil { // or checkLog could not tell them from a broken transaction
		w.remains = false
	}
	if _, err := w.begin.ExecContext(background); err != nil {
		return err
	}
	err := body(t)
	if err == nil {
		if _, err = w.commit.ExecContext(background); err == nil {
			w.commits++
			return nil
		}
		w.remains = true
	}
	// After some errors SQLite has rolled back by itself; then this one finds no transaction, which is as good.
	w.rollback.ExecContext(background)
	return err
}

// checkpoint moves the log into the database: without waiting for readers, after at least so many commits; at once, and
// cuts it to nothing, where it may hold what was erased.
func (w *writer) checkpoint(ctx context.Context, atLeast int) error {
	const doing = "checkpoint the store"
	if err := w.take(ctx); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer w.give()
	switch {
	case w.erased:
		return faultOf(doing, w.truncateLog())
	case w.commits < atLeast:
		return nil
	}
	if _, err := w.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return faultOf(doing, err)
	}
	w.commits = 0
	return nil
}

// logSize returns the size of the log file in bytes.
func (w *writer) logSize() (int64, error) {
	info, err := os.Stat(w.path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
