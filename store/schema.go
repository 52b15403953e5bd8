package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

const (
	// schemaVersion is the number of the last file in schema/, and PRAGMA user_version of a database made by it.
	schemaVersion = 6
	// application marks a database as a totem's: "Totm" as PRAGMA application_id.
	application = 0x546f746d
)

// migrate checks the file and brings it to schemaVersion.
func (w *writer) migrate(ctx context.Context, cfg Config) error {
	if err := errors.Join(w.checkPromises(ctx), w.checkPages(ctx)); err != nil {
		return err
	}
	var app, version, tables int64
	if err := w.conn.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), "+
		"(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)").
		Scan(&app, &version, &tables); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	switch {
	case tables > 0 && app != application:
		return fault.New(fault.CodeStoreForeign, nil, "give the totem's configuration the path of its own database",
			"%s is the database of another program", cfg.Path)
	case tables == 0 || version == 0:
		return damage("there is no store in the database")
	case version > schemaVersion:
		return fault.New(fault.CodeStoreOpen, nil, "install the release that wrote it, or a later one",
			"%s has schema %d; this release knows schemas up to %d", cfg.Path, version, schemaVersion)
	}
	return w.migrateFrom(ctx, version, cfg)
}

// migrateFrom brings the schema from version to schemaVersion, version 0 being an empty file.
func (w *writer) migrateFrom(ctx context.Context, version int64, cfg Config) error {
	for next := version + 1; next <= schemaVersion; next++ {
		if err := w.step(ctx, next, cfg); err != nil {
			return fmt.Errorf("migrate to schema %d: %w", next, err)
		}
	}
	return nil
}

// step applies one schema file in one transaction. The first also writes whose store it is, so that no store without
// an identity can exist.
func (w *writer) step(ctx context.Context, version int64, cfg Config) error {
	text, err := schemaFiles.ReadFile(fmt.Sprintf("schema/%04d.sql", version))
	if err != nil {
		return err
	}
	t, err := w.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", application, version)
	if _, err := t.ExecContext(ctx, string(text)+marks); err != nil {
		return err
	}
	switch version {
	case 1:
		err = begin(ctx, t, cfg)
	case 2:
		err = addDigests(ctx, t)
	}
	if err != nil {
		return err
	}
	return t.Commit()
}

// begin writes whose store it is.
func begin(ctx context.Context, t *sql.Tx, cfg Config) error {
	incarnation, err := booking.NewIncarnation(cfg.Random)
	if err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, "INSERT INTO identity VALUES (1, ?, ?, ?)",
		string(cfg.Office), string(cfg.Totem), incarnation[:]); err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, "INSERT INTO link VALUES (1, 0, 0, NULL); INSERT INTO closing VALUES (1, '', 0)")
	return err
}

// addDigests gives each waiting fact, beside the digest of its message as it was committed, that of the message as it
// is sent from now on: it may be under way in either form, and lose what it says meanwhile.
func addDigests(ctx context.Context, t *sql.Tx) error {
	all, err := bothDigests(ctx, t)
	if err != nil {
		return err
	}
	for n, digests := range all {
		if _, err := t.ExecContext(ctx, "UPDATE outbox SET digest = ? WHERE n = ?", digests, n); err != nil {
			return err
		}
	}
	return nil
}

// bothDigests returns the two digests of each waiting fact that has one, by its number.
func bothDigests(ctx context.Context, t *sql.Tx) (map[int64][]byte, error) {
	rows, err := t.QueryContext(ctx, "SELECT n, kind, at, day, queue, slot, code, service, paper, of, NULL, NULL, NULL, NULL, digest, incarnation "+
		"FROM outbox, identity WHERE digest IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make(map[int64][]byte)
	for rows.Next() {
		var row factRow
		var digest, raw []byte
		if err := rows.Scan(append(row.targets(), &digest, &raw)...); err != nil {
			return nil, err
		}
		if len(raw) != len(booking.Incarnation{}) {
			return nil, damage("the store's incarnation is not one")
		}
		f, err := row.fact(booking.Incarnation(raw))
		if err != nil {
			return nil, err
		}
		message, err := wire.EncodeFact(f)
		if err != nil {
			return nil, err
		}
		now := wire.DigestOf(message)
		all[row.n] = append(digest, now[:]...)
	}
	return all, rows.Err()
}

// checkPages has SQLite look at every page of the file.
func (w *writer) checkPages(ctx context.Context) error {
	var verdict string
	if err := w.conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check the database: %w", err)
	}
	if verdict != "ok" {
		return damage("check the database: " + verdict)
	}
	return nil
}

// identify learns the store's incarnation if it belongs to this office and totem.
func (w *writer) identify(ctx context.Context, cfg Config) error {
	var office, totem string
	var raw []byte
	err := w.conn.QueryRowContext(ctx, "SELECT office, totem, incarnation FROM identity").Scan(&office, &totem, &raw)
	if noRow(err) {
		return damage("the store does not say whose it is")
	}
	if err != nil {
		return fmt.Errorf("read whose store it is: %w", err)
	}
	if office != string(cfg.Office) || totem != string(cfg.Totem) {
		return fault.New(fault.CodeStoreForeign, nil,
			"provision this device for that office and totem, or give it the card that belongs to it",
			"%s belongs to totem %s of office %s, not to totem %s of office %s", cfg.Path, totem, office, cfg.Totem, cfg.Office)
	}
	if len(raw) != len(w.incarnation) {
		return damage("the store's incarnation is not one")
	}
	copy(w.incarnation[:], raw)
	return nil
}
