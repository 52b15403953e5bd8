package natslink

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Folded reports whether every fact that was accepted of a totem was folded.
func (s *Central) Folded(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	return folded(ctx, s.stream, office, totem)
}

// Folded is [Central.Folded] for whoever does not serve: conn is to a server with JetStream. Where nobody ever served, no
// fact was accepted.
func Folded(ctx context.Context, conn *nats.Conn, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	js, err := jetstream.New(conn)
	if err != nil {
		return false, fmt.Errorf("look what is folded of %s.%s: %w", office, totem, err)
	}
	stream, err := js.Stream(ctx, factsStream)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("look what is folded of %s.%s: %w", office, totem, err)
	}
	return folded(ctx, stream, office, totem)
}

func folded(ctx context.Context, stream jetstream.Stream, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	last, err := stream.GetLastMsgForSubject(ctx, wire.FactsSubject(office, totem))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("look what is folded of %s.%s: %w", office, totem, err)
	}
	reader, err := stream.Consumer(ctx, foldConsumer)
	switch {
	case errors.Is(err, jetstream.ErrConsumerNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look what is folded of %s.%s: %w", office, totem, err)
	}
	// Consumer has just asked for it. Messages are acknowledged one by one, so below the floor there is no hole.
	info := reader.CachedInfo()
	return info.AckFloor.Stream >= last.Sequence || info.NumPending == 0 && info.NumAckPending == 0, nil
}
