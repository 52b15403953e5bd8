package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/consents"
)

// consentView is a consent in a list: how it was asked stands in the forms.
type consentView struct {
	Receipt string            `json:"receipt"`
	At      time.Time         `json:"at"`
	Until   string            `json:"until"`
	Purpose privacy.PurposeID `json:"purpose"`
	Channel privacy.Channel   `json:"channel"`
	Edition string            `json:"edition"`
	State   string            `json:"state"`
	Ended   time.Time         `json:"ended,omitzero"`
}

// consentsView is all that is listed.
type consentsView struct {
	Consents []consentView      `json:"consents"`
	Erased   int                `json:"erased"`
	Damaged  []consents.Problem `json:"damaged,omitempty"`
}

// asked says which records somebody wants to see, and how.
type asked struct {
	data, office, date, receipt, form string
	asJSON                            bool
}

func newConsents() *cobra.Command {
	var a asked
	c := &cobra.Command{
		Use:   "consents --office ID",
		Short: "Show the records of consents, for auditors and for whoever brings a receipt",
		Long: `Show the records of consents: when each was given, for what, and how it ended. Contacts are not in them, nor tickets; a
citizen's consent is found by the receipt that the citizen has. Every signature is checked.

With --form they are written as auditors want them: 27560 (ISO/IEC TS 27560:2023, docs/privacy/consent.schema.json), kantara
(Consent Receipt 1.1.0) or dpv (JSON-LD with the W3C Data Privacy Vocabulary).

It works beside a scheduler that runs on the data directory, or without one, and changes nothing.`,
		Example: `  scheduler consents --office valfiorita-anagrafe
  scheduler consents --office valfiorita-anagrafe --receipt "3f0a 91bc 04d1 77e2 58aa 6c01 b9de 20f4"
  scheduler consents --office valfiorita-anagrafe --day 2026-11-24 --form 27560`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.run(c) },
	}
	c.Flags().StringVar(&a.data, "data", defaultData, "the scheduler's data `directory`; it may be running or not")
	c.Flags().StringVar(&a.office, "office", "", "office `id`")
	c.Flags().StringVar(&a.date, "day", "", "only consents for tickets of this `day`, as 2026-11-24")
	c.Flags().StringVar(&a.receipt, "receipt", "", "only the consent of this `receipt`")
	c.Flags().StringVar(&a.form, "form", "", "write the records in a `form`: 27560, kantara or dpv")
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	c.MarkFlagsMutuallyExclusive("form", "json")
	if err := c.MarkFlagRequired("office"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

func (a asked) run(c *cobra.Command) error {
	err := booking.CheckID(a.office)
	var day booking.Day
	if a.date != "" {
		var wrong error
		day, wrong = booking.ParseDay(a.date)
		err = errors.Join(err, wrong)
	}
	var receipt privacy.Receipt
	if a.receipt != "" {
		var wrong error
		receipt, wrong = privacy.ParseReceipt(a.receipt)
		err = errors.Join(err, wrong)
	}
	if a.form != "" && !slices.Contains(consents.Forms(), consents.Form(a.form)) {
		err = errors.Join(err, fmt.Errorf("no form %q: want one of %v", a.form, consents.Forms()))
	}
	if err != nil {
		return cli.Usage(c, err)
	}
	identity, err := central.OpenIdentity(a.data)
	if err != nil {
		return err
	}
	dir := filepath.Join(a.data, consents.Dir)
	found, err := consents.Read(dir, booking.OfficeID(a.office), day, identity.Signer())
	if err != nil {
		return fault.New(fault.CodeCentralStore, err, "check that the directory is there and can be read by this user", "the records of consents cannot be read")
	}
	if !receipt.IsZero() {
		found.Records = slices.DeleteFunc(found.Records, func(r privacy.Record) bool { return r.Receipt != receipt })
	}
	return errors.Join(a.print(c, found), damage(found, dir))
}

// damage returns a fault if somebody changed records.
func damage(found consents.Found, dir string) error {
	if len(found.Problems) == 0 {
		return nil
	}
	var all []error
	for _, p := range found.Problems {
		all = append(all, errors.New(p.String()))
	}
	return fault.New(fault.CodeCentralStore, errors.Join(all...), "find out who changed the files; what is told above cannot be relied on",
		"records of consents in %s are not as they were written", dir)
}

func (a asked) print(c *cobra.Command, found consents.Found) error {
	if a.form != "" {
		all, err := consents.Export(consents.Form(a.form), found.Records)
		if err != nil {
			return err
		}
		return cli.JSON(c, all)
	}
	v := consentsView{Consents: []consentView{}, Erased: found.Erased, Damaged: found.Problems}
	for _, r := range found.Records {
		v.Consents = append(v.Consents, consentView{r.Receipt.String(), r.At, r.Until, r.Purpose, r.Channel, r.Edition, r.State.String(), r.Ended})
	}
	if a.asJSON {
		return cli.JSON(c, v)
	}
	v.print(c)
	return nil
}

func (v consentsView) print(c *cobra.Command) {
	out := c.OutOrStdout()
	if len(v.Consents) == 0 {
		fmt.Fprintln(out, "no such consent is recorded")
	}
	for _, r := range v.Consents {
		fmt.Fprintf(out, "%s: given %s for %s by %s, until %s, notice %s; %s", r.Receipt, r.At.UTC().Format("2006-01-02 15:04 UTC"), r.Purpose, r.Channel, r.Until, r.Edition, r.State)
		if r.State == privacy.ConsentWithdrawn.String() {
			fmt.Fprintf(out, " %s", r.Ended.UTC().Format("2006-01-02 15:04 UTC"))
		}
		fmt.Fprintln(out)
	}
	if v.Erased > 0 {
		fmt.Fprintf(out, "%s erased so far, %d days after the day of the ticket\n", count(v.Erased, "record"), consents.Keep)
	}
}
