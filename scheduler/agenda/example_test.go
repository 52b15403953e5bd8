package agenda_test

import (
	"errors"
	"fmt"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
)

// An office file becomes a plan, and a plan and a day become a sheet.
func Example() {
	plan, err := agenda.ReadFile("../../offices/valfiorita-anagrafe.toml")
	if err != nil {
		fmt.Println(err)
		return
	}
	day, _ := booking.ParseDay("2026-11-23")
	sheet, ok := agenda.PlanDay(plan, "identita", day)
	fmt.Println(plan.Office.Name.In("en"), day.Weekday(), ok, len(sheet.Slots), "slots")
	for _, slot := range sheet.Slots[:6] {
		fmt.Println(slot.Number, slot.Start.In(plan.Zone).Format("15:04"), slot.Holder)
	}
	// Output:
	// Valfiorita Registry Office Monday true 72 slots
	// A001 08:30 reserve
	// A002 08:30 pool
	// A003 08:30 pool
	// A004 08:40 pool
	// A005 08:40 pool
	// A006 08:40 reserve
}

// Every mistake is told at once, each with its line and its remedy.
func ExampleRead() {
	_, err := agenda.Read("small.toml", []byte(`id = "small"
zone = "Europe/Rom"
`))
	var problems agenda.Problems
	if errors.As(err, &problems) {
		for _, problem := range problems[:3] {
			fmt.Println(problem)
		}
	}
	// Output:
	// small.toml:1: languages: this field is missing; add it, for example languages = ["it", "en"]
	// small.toml:1: name: this field is missing; add it, for example name.it = "…"
	// small.toml:1: place: this field is missing; add it, for example place.it = "…"
}
