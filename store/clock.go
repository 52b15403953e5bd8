package store

import (
	"context"
	"time"
)

// Seen returns the latest moment that [Store.See] was told of, the zero time if there was none.
func (s *Store) Seen(ctx context.Context) (time.Time, error) {
	var second int64
	if err := s.read.row(ctx, "seen").Scan(&second); err != nil {
		return time.Time{}, faultOf("read the latest known time", err)
	}
	if second == 0 {
		return time.Time{}, nil
	}
	return time.Unix(second, 0).UTC(), nil
}

// See notes that it was t, for sure: no clock that shows an earlier time is right from now on, not after a restart
// either. It keeps whole seconds, rounded down, and never goes back. Each later second that it is told costs a durable
// write, so it is for once in some minutes.
func (s *Store) See(ctx context.Context, t time.Time) error {
	return s.change(ctx, "note the time", func(x tx) error { return x.exec("seen_set", t.Unix()) })
}
