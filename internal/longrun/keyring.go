package longrun

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"example.org/totem/booking"
)

// keyring keeps day keys, drawn from the seed.
type keyring struct {
	random io.Reader
	keys   map[officeDay]booking.DayKey
}

type officeDay struct {
	office booking.OfficeID
	day    booking.Day
}

func (k *keyring) copy() *keyring { return &keyring{k.random, maps.Clone(k.keys)} }

func (k *keyring) Key(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	key, ok := k.keys[officeDay{office, day}]
	if !ok {
		return key, fmt.Errorf("key of %s on %s: %w", office, day, fs.ErrNotExist)
	}
	return key, nil
}

func (k *keyring) Draw(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	if key, err := k.Key(ctx, office, day); err == nil {
		return key, nil
	}
	key, err := booking.NewDayKey(k.random)
	if err != nil {
		return key, err
	}
	return key, k.Keep(ctx, office, day, key)
}

func (k *keyring) Keep(_ context.Context, office booking.OfficeID, day booking.Day, key booking.DayKey) error {
	k.keys[officeDay{office, day}] = key
	return nil
}

func (k *keyring) Destroy(_ context.Context, office booking.OfficeID, day booking.Day) error {
	delete(k.keys, officeDay{office, day})
	return nil
}

func (k *keyring) Kept(context.Context) (map[booking.OfficeID][]booking.Day, error) {
	kept := make(map[booking.OfficeID][]booking.Day)
	for od := range k.keys {
		kept[od.office] = append(kept[od.office], od.day)
	}
	for _, days := range kept {
		slices.SortFunc(days, booking.Day.Compare)
	}
	return kept, nil
}
