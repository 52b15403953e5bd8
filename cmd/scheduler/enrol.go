package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler"
)

// maxDays bounds how long an enrolment token may be good.
const maxDays = 90

// invitation is what a person takes to a device.
type invitation struct {
	Office  booking.OfficeID `json:"office"`
	Totem   booking.TotemID  `json:"totem"`
	Token   string           `json:"token"`
	Until   time.Time        `json:"until"`
	Pins    []string         `json:"pins"`
	URL     string           `json:"url,omitempty"` // where the scheduler is reached from here; "" when it does not run
	Command string           `json:"command"`
}

func newEnrol() *cobra.Command {
	var w where
	var days int
	var asJSON bool
	c := &cobra.Command{
		Use:   "enrol OFFICE TOTEM",
		Short: "Make a one-time token with which a device becomes a totem",
		Long: `Make a one-time token with which a device becomes a totem, and print the command to be run there. The token is good
once; a new one makes an earlier one worthless. When it is used, the totem's former key, if it has one, is revoked.

The pins are no secret. They say which server is the scheduler's, so that the device tells its token to no other.

It works beside a scheduler that runs on the data directory, or without one. The office file must name the totem when the
token is used.`,
		Example: `  scheduler enrol valfiorita-anagrafe ingresso
  scheduler enrol valfiorita-anagrafe ingresso --days 1 --json
  scheduler enrol valfiorita-anagrafe ingresso --nats tls://nats-1:4222`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			office, totem, err := ids(c, args)
			if err == nil && (days < 1 || days > maxDays) {
				err = cli.Usage(c, fmt.Errorf("--days %d: want 1 to %d", days, maxDays))
			}
			if err != nil {
				return err
			}
			i, err := w.invite(c, office, totem, time.Duration(days)*24*time.Hour)
			if err != nil {
				return err
			}
			if asJSON {
				return cli.JSON(c, i)
			}
			i.print(c.OutOrStdout())
			return nil
		},
	}
	w.flags(c)
	c.Flags().IntVar(&days, "days", 7, "for how many `days` the token is good")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// invite makes a token and says what belongs to it.
func (w *where) invite(c *cobra.Command, office booking.OfficeID, totem booking.TotemID, life time.Duration) (i invitation, err error) {
	books, err := w.open(c)
	if err != nil {
		return i, err
	}
	defer func() { err = errors.Join(err, books.Close()) }()
	if len(books.Pins()) == 0 {
		return i, fault.New(fault.CodeUsage, nil, "name the data directory with --data, or the pin of the server's TLS key with --pin",
			"nothing says by which key a device is to know the server")
	}
	now := time.Now()
	i = invitation{Office: office, Totem: totem, Until: now.Add(life).UTC().Truncate(time.Second), Pins: books.Pins(), URL: central.WithoutPassword(books.Outside())}
	if i.Token, err = scheduler.NewToken(c.Context(), books.Ledger, office, totem, rand.Reader, now, life); err != nil {
		return i, fault.New(fault.CodeCentralStore, err, "look at the scheduler's log, at its disk and its NATS servers, and try again", "the token was not kept")
	}
	i.Command = "totem provision --token " + i.Token + " --pin " + strings.Join(i.Pins, " --pin ")
	return i, nil
}

func (i invitation) print(w io.Writer) {
	fmt.Fprintf(w, "token for totem %s of office %s, good once, until %s:\n\n  %s\n\n", i.Totem, i.Office, i.Until.Local().Format("2006-01-02 15:04 MST"), i.Token)
	for n, pin := range i.Pins {
		fmt.Fprintf(w, "%s  %s\n", [...]string{"pin of the server's key:", "pin of the key to come: "}[min(n, 1)], pin)
	}
	fmt.Fprintf(w, "\nOn the device, with office, totem and the scheduler's address in its totem.toml, run:\n\n  %s\n\n", i.Command)
	at, err := url.Parse(i.URL)
	switch {
	case i.URL == "" || err != nil:
		fmt.Fprintln(w, "The address is tls://, this machine's name, and the port that scheduler serve --listen is given.")
	case at.Hostname() == "127.0.0.1" || at.Hostname() == "::1" || at.Hostname() == "localhost":
		fmt.Fprintf(w, "The scheduler is reached on this machine only, at %s; for others start it with --listen 0.0.0.0:%s.\n", i.URL, at.Port())
	case at.Hostname() == "0.0.0.0" || at.Hostname() == "::":
		fmt.Fprintf(w, "The address is tls://, this machine's name, and :%s.\n", at.Port())
	default:
		fmt.Fprintf(w, "The address is %s.\n", i.URL)
	}
}
