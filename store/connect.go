package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
)

// What every connection is opened with. FULL is not the driver's default: with NORMAL a power cut loses tickets that
// were already on paper.
const (
	writePragmas = "_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=5000&_foreign_keys=1" +
		"&_secure_delete=on"
	readPragmas = "mode=ro&_query_only=1&_busy_timeout=5000"
)

// What the driver has no word for in a DSN. The log is moved into the database when it has 200 pages, if nobody was
// idle before. Temporary tables stay in memory, so that nothing of a ticket reaches a third file. No page is written
// before its transaction commits, so that one rolled back leaves nothing in the log.
const (
	everyPragma    = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
	writerPragma   = "PRAGMA wal_autocheckpoint = 200; PRAGMA cache_spill = OFF;"
	maxPagesPragma = "PRAGMA max_page_count = %d;"
)

// connector opens connections without a driver registered by name.
type connector struct {
	driver *sqlite3.SQLiteDriver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// connect returns a pool for path. Nothing is opened yet.
func connect(path, params, pragmas string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", path, err)
	}
	dsn := url.URL{Scheme: "file", Path: abs, RawQuery: params}
	hook := func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec(pragmas, nil)
		return err
	}
	return sql.OpenDB(connector{&sqlite3.SQLiteDriver{ConnectHook: hook}, dsn.String()}), nil
}

// checkPromises asks the connection whether it is what its pragmas asked for: SQLite passes over those that it does
// not understand or cannot fulfil, and without them the store would lose tickets or keep what it should erase.
func (w *writer) checkPromises(ctx context.Context) error {
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "foreign_keys": "1", "trusted_schema": "0",
		"temp_store": "2", "wal_autocheckpoint": "200", "cache_spill": "0",
	} {
		var got string
		if err := w.conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return fmt.Errorf("ask for %s: %w", pragma, err)
		}
		if got != want {
			return fmt.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
	return nil
}

// reader is the pool of connections that only read. They see the last committed state and never wait for the writer.
type reader struct {
	db         *sql.DB
	statements map[string]*sql.Stmt
}

const readers = 2

func newReader(ctx context.Context, path string) (*reader, error) {
	db, err := connect(path, readPragmas, everyPragma)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	r := &reader{db: db}
	if r.statements, err = prepareAll(ctx, db, readQueries()); err != nil {
		return nil, joinClose(err, r.close)
	}
	return r, nil
}

// rows asks a named query. Unlike the writer, it ends with ctx.
func (r *reader) rows(ctx context.Context, name string, args ...any) (*sql.Rows, error) {
	return named(r.statements, name).QueryContext(ctx, args...)
}

func (r *reader) row(ctx context.Context, name string, args ...any) *sql.Row {
	return named(r.statements, name).QueryRowContext(ctx, args...)
}

func (r *reader) close() error { return closeAll(r.statements, r.db.Close) }
