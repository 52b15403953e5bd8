package main

import "context"

// once returns a measurement that is made the first time when it is asked for: several figures come from it.
func once[T any](measure func(context.Context, *lab) (T, error)) func(context.Context, *lab) (T, error) {
	var (
		made  bool
		found T
		err   error
	)
	return func(ctx context.Context, l *lab) (T, error) {
		if !made {
			made = true
			found, err = measure(ctx, l)
		}
		return found, err
	}
}

// from returns the measuring of one figure of several.
func from[T any](measure func(context.Context, *lab) (T, error), figure func(T) measured) func(context.Context, *lab) (measured, error) {
	return func(ctx context.Context, l *lab) (measured, error) {
		found, err := measure(ctx, l)
		if err != nil {
			return measured{}, err
		}
		return figure(found), nil
	}
}
