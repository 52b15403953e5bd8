package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"
)

//go:embed query/*.sql
var queryFiles embed.FS

// readQueries returns the reader's statements by name, writeQueries the writer's.
func readQueries() map[string]string { return queriesIn("read") }

func writeQueries() map[string]string {
	return queriesIn("issue", "bearer", "outbox", "cache", "journal", "closing", "clock", "withdrawal", "hand")
}

// queriesIn splits files of statements, each under a line "-- name: word".
func queriesIn(files ...string) map[string]string {
	queries := make(map[string]string)
	for _, file := range files {
		text, err := queryFiles.ReadFile("query/" + file + ".sql")
		if err != nil {
			panic("store: a query file is not built in: " + err.Error())
		}
		for _, part := range strings.Split(string(text), "-- name: ")[1:] {
			name, query, _ := strings.Cut(part, "\n")
			queries[strings.TrimSpace(name)] = query
		}
	}
	return queries
}

// preparer is a pool or a single connection.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

func prepareAll(ctx context.Context, on preparer, queries map[string]string) (map[string]*sql.Stmt, error) {
	statements := make(map[string]*sql.Stmt, len(queries))
	for name, query := range queries {
		stmt, err := on.PrepareContext(ctx, query)
		if err != nil {
			return statements, fmt.Errorf("prepare %s: %w", name, err)
		}
		statements[name] = stmt
	}
	return statements, nil
}

func named(statements map[string]*sql.Stmt, name string) *sql.Stmt {
	stmt, ok := statements[name]
	if !ok {
		panic("store: no statement is called " + name)
	}
	return stmt
}

// closeAll closes statements and then what they were prepared on.
func closeAll(statements map[string]*sql.Stmt, last func() error) error {
	var errs []error
	for _, stmt := range statements {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, last())...)
}

func joinClose(err error, closer func() error) error { return errors.Join(err, closer()) }
