package powercut_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/powercut"
	"example.org/totem/store"
)

const databaseName = "totem.db"

// dump returns all rows of a store's database as text, but whose it is. A slip that waits for the printer is written
// as a found one, which is what the next opening makes of it.
func dump(ctx context.Context, path string) (text string, err error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&_query_only=1&_busy_timeout=5000")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var check string
	if err := db.QueryRowContext(ctx, "SELECT group_concat(integrity_check) FROM pragma_integrity_check").Scan(&check); err != nil {
		return "", err
	}
	if check != "ok" {
		return "", errors.New(check)
	}
	var queries string
	// One query a table, made by SQLite itself from the schema: every column quoted, rows in order of the key.
	if err := db.QueryRowContext(ctx, `
		SELECT group_concat('SELECT ' || quote(name) || ' AS name, (SELECT group_concat(line, char(10)) FROM (SELECT '
			|| (SELECT group_concat(iif(c.name = 'turn', 'iif(turn IN (''due'', ''running''), ''found'', turn)',
				'quote("' || c.name || '")'), '||'' ''||') FROM pragma_table_info(t.name) c)
			|| ' AS line FROM "' || name || '" ORDER BY 1)) AS lines', ' UNION ALL ')
		FROM sqlite_schema t WHERE type = 'table' AND name <> 'identity' AND name NOT LIKE 'sqlite_%'`).Scan(&queries); err != nil {
		return "", err
	}
	err = db.QueryRowContext(ctx, "SELECT group_concat(name || char(10) || coalesce(lines, ''), char(10)) FROM ("+queries+")").Scan(&text)
	return text, err
}

// judge opens the store that a power cut has left, and compares it with what the application had been told: it must
// stand exactly where it stood at one moment, at the earliest after the last call that had returned, and at the latest
// after the one under way.
func (l *life) judge(dir string, c powercut.Cut) verdict {
	earliest, latest := -1, -1
	for i, m := range l.moments {
		if m.acked <= c.At {
			earliest = i
		}
		if m.begun <= c.At {
			latest = i
		}
	}
	path := filepath.Join(dir, databaseName)
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) && earliest >= 0 {
		return lost("the database file is gone, after %q", l.moments[earliest].doing)
	}
	ctx := context.Background()
	clock := at(l.first.AddDays(days), 8*60)
	s, err := store.Open(ctx, config(dir, func() time.Time { return clock }))
	if err != nil {
		return corrupt("%v", err)
	}
	defer s.Close()
	if earliest < 0 {
		return verdict{} // nothing was promised but that it opens
	}
	stands, err := s.Standing(ctx)
	switch {
	case err != nil:
		return corrupt("%v", err)
	case stands.ID.Incarnation != l.incarnation:
		return lost("the whole store: it is a new incarnation")
	}
	found, v := l.find(ctx, path, earliest, latest)
	if v.why != "" {
		return v
	}
	m := l.moments[found]
	if v := l.checkErased(path, m); v.why != "" {
		return v
	}
	if v := l.checkTickets(ctx, path, m); v.why != "" {
		return v
	}
	return l.goOn(ctx, s, stands.ID.N, m)
}

// find returns the moment at which the store at path stands.
func (l *life) find(ctx context.Context, path string, earliest, latest int) (int, verdict) {
	now, err := dump(ctx, path)
	if err != nil {
		return 0, corrupt("%v", err)
	}
	for i := latest; i >= 0; i-- {
		switch {
		case l.moments[i].dump != now:
		case i < earliest:
			return 0, lost("%d tickets: it stands after call %d, %q, but call %d, %q, had returned",
				l.moments[earliest].tickets-l.moments[i].tickets, i, l.moments[i].doing, earliest, l.moments[earliest].doing)
		default:
			return i, verdict{}
		}
	}
	return 0, corrupt("it stands where it never stood, between calls %d, %q, and %d, %q:\n%s", earliest,
		l.moments[earliest].doing, latest, l.moments[latest].doing, difference(l.moments[earliest].dump, now))
}

// difference returns the lines that only one of two texts has.
func difference(want, got string) string {
	var b strings.Builder
	only := func(sign, a, b string, to *strings.Builder) {
		for _, line := range strings.Split(a, "\n") {
			if !strings.Contains("\n"+b+"\n", "\n"+line+"\n") {
				fmt.Fprintf(to, "%s %s\n", sign, line)
			}
		}
	}
	only("-", want, got, &b)
	only("+", got, want, &b)
	return b.String()
}

// checkTickets counts in the application's own words, not by the dump: each ticket of a day that is open is there once,
// with one print job and, unless it is accepted, its fact; the facts' numbers have no gap.
func (l *life) checkTickets(ctx context.Context, path string, m moment) verdict {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&_query_only=1")
	if err != nil {
		return corrupt("%v", err)
	}
	defer db.Close()
	var gaps, facts int
	if err := db.QueryRowContext(ctx, "SELECT coalesce(max(n) - acknowledged, 0) - count(n), count(n) FROM link, outbox").Scan(&gaps, &facts); err != nil || gaps != 0 {
		return corrupt("%d facts wait, %d numbers are missing, %v", facts, gaps, err)
	}
	want := make(map[string]bool)
	for _, g := range l.tickets[:m.tickets] {
		if g.day.Compare(m.closed) >= 0 || m.closed.IsZero() {
			want[g.day.String()+" "+string(g.number)] = true
		}
	}
	rows, err := db.QueryContext(ctx, `
		SELECT t.day || ' ' || t.number,
			(SELECT count(*) FROM print_job j WHERE j.day = t.day AND j.queue = t.queue AND j.number = t.number),
			(SELECT count(*) FROM outbox o WHERE o.kind = 'issued' AND o.day = t.day AND o.queue = t.queue AND o.slot = t.number)
			+ (SELECT count(*) FROM print_job j, link WHERE j.day = t.day AND j.queue = t.queue AND j.number = t.number
				AND j.id <= acknowledged)
		FROM ticket t`)
	if err != nil {
		return corrupt("%v", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var jobs, facts int
		if err := rows.Scan(&name, &jobs, &facts); err != nil {
			return corrupt("%v", err)
		}
		if jobs != 1 || facts != 1 || !want[name] {
			return corrupt("ticket %s: %d jobs, %d facts, given %v", name, jobs, facts, want[name])
		}
		delete(want, name)
	}
	if err := rows.Err(); err != nil {
		return corrupt("%v", err)
	}
	if len(want) > 0 {
		return lost("tickets %v", want)
	}
	return verdict{}
}

// checkErased looks for the codes of closed days in the bytes of the files.
func (l *life) checkErased(path string, m moment) verdict {
	if m.closed.IsZero() {
		return verdict{}
	}
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return corrupt("%v", err)
		}
		for _, g := range l.tickets[:m.tickets] {
			if g.day.Compare(m.closed) < 0 && bytes.Contains(data, []byte(g.code)) {
				return corrupt("a code of the closed day %s stands in %s after %q", g.day, filepath.Base(path+suffix), m.doing)
			}
		}
	}
	return verdict{}
}

// goOn works with the store as the totem would: what was given is not given again, the next ticket has the next number,
// and the outbox can be sent to its end.
func (l *life) goOn(ctx context.Context, s *store.Store, last uint64, m moment) verdict {
	codes := rand.NewChaCha8([32]byte{})
	if m.tickets > 0 {
		g := l.tickets[m.tickets-1]
		if _, err := s.Issue(ctx, orderOf(g.day, g.number, codes)); !errors.Is(err, store.ErrGone) {
			return corrupt("ticket %s of %s again: %v", g.number, g.day, err)
		}
		starts, err := s.Offers(ctx, g.day, at(g.day, 0))
		if err != nil {
			return corrupt("%v", err)
		}
		free := slices.IndexFunc(starts, func(s store.Start) bool { return s.Number != "" })
		if open := g.day.Compare(m.closed) >= 0; open != (free >= 0) {
			return corrupt("a free slot on %s: %v, the day open: %v", g.day, free >= 0, open)
		}
		if free >= 0 {
			job, err := s.Issue(ctx, orderOf(g.day, starts[free].Number, codes))
			if err != nil || job != int64(last)+1 {
				return corrupt("the next ticket has number %d after %d, %v", job, last, err)
			}
			last++
		}
	}
	return accept(ctx, s, last)
}

// accept has every fact accepted, as the scheduler would.
func accept(ctx context.Context, s *store.Store, last uint64) verdict {
	f, chain, ok, err := s.Next(ctx)
	if err != nil {
		return corrupt("%v", err)
	}
	if !ok {
		return verdict{}
	}
	f.ID.N = last
	if err := s.Accepted(ctx, f.ID, chain+1000); err != nil {
		return corrupt("%v", err)
	}
	if f, _, ok, err := s.Next(ctx); ok || err != nil {
		return corrupt("fact %d after the last one, %d; %v", f.ID.N, last, err)
	}
	return verdict{}
}

// orderOf asks for a slot by its number.
func orderOf(day booking.Day, number booking.Number, codes *rand.ChaCha8) store.Order {
	s := sheet(day, 1)
	return order(s, slices.IndexFunc(s.Slots, func(slot booking.Slot) bool { return slot.Number == number }), codes)
}
