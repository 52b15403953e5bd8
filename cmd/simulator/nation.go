package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/nation"
	"example.org/totem/ledger"
)

// nationOptions are the command line of simulator nation.
type nationOptions struct {
	cfg                        nation.Config
	nats, identity, creds, out string
	day                        string
	pins                       []string
	replicas                   int
	asJSON                     bool
}

func newNation() *cobra.Command {
	o := nationOptions{}
	c := &cobra.Command{
		Use:   "nation",
		Short: "Play a day of a whole country's offices against the real scheduler",
		Long: `Play a day of a whole country's offices against the real scheduler: citizens walk in, the web books, totems lose their links
and find them again, slots are granted, asked back and released. Time is simulated; the calls of the scheduler are real, and are
timed. Every ticket is looked at when it is given, against the ledger in the evening, and against the numbers of the closed day.

The ledger is in memory, or with --nats on a cluster that holds nothing else: it is refused if it knows offices already. What it
leaves there are the empty days after that which was played; remove the cluster's data afterwards.

A machine of two cores plays 1,000 offices in two minutes, 10,000 in twenty, and needs 0.7 GB of memory for each 1,000. The exit
status is 1 if a promise was broken.`,
		Example: `  simulator nation --offices 100 --totems 300
  simulator nation --offices 10000 --totems 30000 --out build/nation
  simulator nation --offices 200 --totems 600 --nats nats://127.0.0.1:4222 --replicas 3 --json`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return cli.Usage(c, err)
			}
			return o.run(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f := c.Flags()
	f.IntVar(&o.cfg.Offices, "offices", 1000, "how many `offices`")
	f.IntVar(&o.cfg.Totems, "totems", 3000, "how many `totems` they have together")
	f.Uint64Var(&o.cfg.Seed, "seed", 1, "`number` that names the day's choices")
	f.StringVar(&o.day, "day", "2026-11-24", "the `day` that is played")
	f.DurationVar(&o.cfg.Round, "round", 10*time.Minute, "simulated `time` between two rounds of the scheduler")
	f.Float64Var(&o.cfg.Outages, "outages", 0.1, "the `share` of totems that lose their link that day, 0 to 1")
	f.IntVar(&o.cfg.Workers, "workers", 0, "how many `schedulers` work at the same time (default: one a processor)")
	f.StringVar(&o.nats, "nats", "", "`URL` of a NATS server or cluster with JetStream, instead of a ledger in memory")
	f.StringVar(&o.identity, "data", "", "with --nats: data `directory` of the scheduler whose identity the server knows")
	f.StringVar(&o.creds, "creds", "", "with --nats: `file` of NATS credentials")
	f.StringArrayVar(&o.pins, "pin", nil, "with --nats: `pin` of the server's TLS key; may be given again")
	f.IntVar(&o.replicas, "replicas", 1, "with --nats: `copies` of every stream, 1, 3 or 5")
	f.StringVar(&o.out, "out", "", "`folder` for nation.md and nation.json")
	f.BoolVar(&o.asJSON, "json", false, "print JSON")
	return cli.UntilStopped(c)
}

func (o *nationOptions) check() (err error) {
	o.cfg.Day, err = booking.ParseDay(o.day)
	switch {
	case err != nil:
	case o.cfg.Offices < 1 || o.cfg.Totems < o.cfg.Offices:
		err = fmt.Errorf("--offices %d, --totems %d: want at least one office, and a totem for each", o.cfg.Offices, o.cfg.Totems)
	case o.cfg.Outages < 0 || o.cfg.Outages > 1:
		err = fmt.Errorf("--outages %g: want a share from 0 to 1", o.cfg.Outages)
	case o.cfg.Round < time.Minute:
		err = fmt.Errorf("--round %s: want a minute or more", o.cfg.Round)
	case o.nats == "" && (o.creds != "" || o.identity != "" || len(o.pins) > 0 || o.replicas != 1):
		err = errors.New("--data, --creds, --pin and --replicas go with --nats")
	}
	if o.cfg.Outages == 0 {
		o.cfg.Outages = -1
	}
	return err
}

func (o *nationOptions) run(ctx context.Context, out, errOut io.Writer) error {
	shut, err := o.open(ctx)
	if err != nil {
		return err
	}
	o.cfg.Progress = func(p nation.Progress) {
		fmt.Fprintf(errOut, "%-9s %3.0f %%  %s  %d tickets\n", p.Stage, 100*p.Done, p.Time.Format("15:04"), p.Tickets)
	}
	r, err := nation.Play(ctx, o.cfg)
	if err = errors.Join(err, shut()); err != nil {
		return err
	}
	if err := o.write(r, out); err != nil {
		return err
	}
	if len(r.Wrong) > 0 {
		return fault.New(fault.CodeInternal, nil, "keep the seed and report it", "promises were broken, the first: %s", r.Wrong[0])
	}
	return nil
}

// open opens the ledger; shut closes it.
func (o *nationOptions) open(ctx context.Context) (shut func() error, err error) {
	o.cfg.Keys = nation.NewKeys(o.cfg.Seed)
	if o.nats == "" {
		m := ledger.NewMemory()
		o.cfg.Book, o.cfg.Roster, o.cfg.Tallies = m, m, m
		return func() error { return nil }, nil
	}
	books, err := central.OpenBooks(ctx, central.Store{NATS: o.nats, Identity: o.identity, Creds: o.creds, Pins: o.pins, Replicas: o.replicas, Init: true})
	if err != nil {
		return nil, err
	}
	members, err := books.Ledger.Members(ctx, "")
	days, dayErr := books.Ledger.Days(ctx)
	if err = errors.Join(err, dayErr); err == nil && (len(members) > 0 || len(days) > 0) {
		err = fault.New(fault.CodeUsage, nil, "name a cluster that holds no ledger", "the ledger at %s is in use: it knows %d totems and %d days", o.nats, len(members), len(days))
	}
	if err != nil {
		return nil, errors.Join(err, books.Close())
	}
	mirror := books.Ledger.Mirror()
	o.cfg.Book, o.cfg.Roster, o.cfg.Tallies = books.Ledger, books.Ledger, books.Ledger
	return func() error { return errors.Join(mirror.Close(), books.Close()) }, nil
}

func (o *nationOptions) write(r nation.Report, out io.Writer) error {
	var data strings.Builder
	if err := r.JSON(&data); err != nil {
		return err
	}
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o755); err != nil {
			return err
		}
		if err := writeAll(map[string][]byte{filepath.Join(o.out, "nation.json"): []byte(data.String()), filepath.Join(o.out, "nation.md"): []byte(r.Text())}); err != nil {
			return err
		}
	}
	text := r.Text()
	if o.asJSON {
		text = data.String()
	}
	_, err := io.WriteString(out, text)
	return err
}
