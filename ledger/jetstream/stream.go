package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

const (
	metaStream   = "META"
	rosterStream = "ROSTER"
	countsStream = "COUNTS"
	healthStream = "HEALTH"
	dayPrefix    = "LEDGER-"
	dayForm      = "20060102"

	// revisions of a sheet are kept, so that a write whose answer was lost can be found again.
	revisions = 16
)

// lastValues describes a stream that keeps the last message of every subject.
func (l *Ledger) lastValues(name string) jetstream.StreamConfig {
	subject := map[string]string{metaStream: "meta.v1.>", rosterStream: "ros.v1.*.*", countsStream: "cnt.v1.*.*", healthStream: "hea.v1.*.*"}[name]
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subject}, MaxMsgsPerSubject: 1,
		Storage: jetstream.FileStorage, Replicas: l.replicas, AllowDirect: true,
	}
}

// daySheets describes the stream of a day.
func (l *Ledger) daySheets(day booking.Day) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: dayStream(day), Subjects: []string{wire.LedgerDaySubject(day)}, MaxMsgsPerSubject: revisions,
		Storage: jetstream.FileStorage, Replicas: l.replicas, AllowDirect: true,
		RePublish: &jetstream.RePublish{Source: wire.LedgerDaySubject(day), Destination: wire.LedgerPush(day)},
	}
}

// makeStream makes a stream unless it is there. One that is there stays as it is: an administrator may have tuned it.
func (l *Ledger) makeStream(ctx context.Context, cfg jetstream.StreamConfig) error {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	_, err := l.js.CreateStream(ctx, cfg)
	if err == nil || errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return nil
	}
	return fmt.Errorf("make stream %s: %w", cfg.Name, answered(err))
}

// answered returns err, with ErrNoJetStream if that is what it means.
func answered(err error) error {
	if errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrJetStreamNotEnabled) ||
		errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return errors.Join(ErrNoJetStream, err)
	}
	return err
}

// streamInfo is what the leader of a stream says of it.
type streamInfo struct {
	Cluster struct {
		Name string `json:"name"` // "" where there is no cluster
	} `json:"cluster"`
	State struct {
		Last     uint64         `json:"last_seq"`
		Number   uint64         `json:"num_subjects"`
		Subjects map[string]int `json:"subjects"` // as asked for, and how many messages each has
	} `json:"state"`
}

// info asks for a stream and those of its subjects that match filter, "" for none; or errNoStream.
func (l *Ledger) info(ctx context.Context, stream, filter string) (streamInfo, error) {
	var all streamInfo
	for {
		var page struct {
			Error *jetstream.APIError `json:"error"`
			Total int                 `json:"total"`
			streamInfo
		}
		question := map[string]any{"subjects_filter": filter, "offset": len(all.State.Subjects)}
		if err := l.call(ctx, "STREAM.INFO."+stream, question, &page); err != nil {
			return streamInfo{}, err
		}
		switch {
		case page.Error == nil:
		case page.Error.ErrorCode == jetstream.JSErrCodeStreamNotFound:
			return streamInfo{}, errNoStream
		default:
			return streamInfo{}, answered(page.Error)
		}
		for subject, n := range all.State.Subjects {
			page.State.Subjects[subject] = n
		}
		came := len(page.State.Subjects) - len(all.State.Subjects)
		if all = page.streamInfo; came == 0 || len(all.State.Subjects) >= page.Total {
			return all, nil
		}
	}
}

// call asks JetStream's API.
func (l *Ledger) call(ctx context.Context, subject string, question, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	data, err := json.Marshal(question)
	if err != nil {
		return err
	}
	reply, err := l.conn.RequestWithContext(ctx, "$JS.API."+subject, data)
	if err != nil {
		return answered(err)
	}
	return json.Unmarshal(reply.Data, answer)
}
