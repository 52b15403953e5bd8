package wire

import (
	"fmt"
	"time"
)

// minute is an instant as it travels: UTC, whole minutes, "2026-11-21T09:20Z". There is one spelling only.
type minute time.Time

const minuteForm = "2006-01-02T15:04Z"

// MarshalText writes the form above.
func (m minute) MarshalText() ([]byte, error) { return formatInstant(time.Time(m), minuteForm) }

// UnmarshalText reads the form above.
func (m *minute) UnmarshalText(b []byte) error {
	t, err := parseInstant(string(b), minuteForm)
	*m = minute(t)
	return err
}

// second is like minute, with seconds: "2026-11-21T09:20:05Z".
type second time.Time

const secondForm = "2006-01-02T15:04:05Z"

// MarshalText writes the form above.
func (s second) MarshalText() ([]byte, error) { return formatInstant(time.Time(s), secondForm) }

// UnmarshalText reads the form above.
func (s *second) UnmarshalText(b []byte) error {
	t, err := parseInstant(string(b), secondForm)
	*s = second(t)
	return err
}

// milli is like second, with milliseconds: "2026-11-21T09:20:05.042Z".
type milli time.Time

const milliForm = "2006-01-02T15:04:05.000Z"

// MarshalText writes the form above.
func (m milli) MarshalText() ([]byte, error) { return formatInstant(time.Time(m), milliForm) }

// UnmarshalText reads the form above.
func (m *milli) UnmarshalText(b []byte) error {
	t, err := parseInstant(string(b), milliForm)
	*m = milli(t)
	return err
}

func formatInstant(t time.Time, form string) ([]byte, error) {
	s := t.UTC().Format(form)
	if back, err := parseInstant(s, form); err != nil || !back.Equal(t) {
		return nil, fmt.Errorf("instant %s does not fit the form %s", t.UTC().Format(time.RFC3339Nano), form)
	}
	return []byte(s), nil
}

func parseInstant(s, form string) (time.Time, error) {
	t, err := time.Parse(form, s)
	// Parse takes fractions of a second that the form does not name.
	if err != nil || t.Format(form) != s || t.IsZero() {
		return time.Time{}, fmt.Errorf("instant %q: want the form %s, UTC", s, form)
	}
	return t.UTC(), nil
}
