package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "github.com/mattn/go-sqlite3" // the driver
)

// Tables returns the columns of all tables and views of a database.
func Tables(ctx context.Context, place string, db *sql.DB) (fields []Field, err error) {
	rows, err := db.QueryContext(ctx, "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'")
	if err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", place, err)
	}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		fields = append(fields, Field{place, table + "." + column})
	}
	return sorted(fields), errors.Join(rows.Err(), rows.Close())
}
