package fault

import (
	"errors"
	"log/slog"
)

// Attrs returns what a log line tells of an error: its words and, if it carries a fault, the code and the remedy.
func Attrs(err error) []slog.Attr {
	attrs := []slog.Attr{slog.String("error", err.Error())}
	var f *Fault
	if errors.As(err, &f) {
		attrs = append(attrs, slog.String("code", string(f.Code)), slog.String("remedy", f.Remedy))
	}
	return attrs
}
