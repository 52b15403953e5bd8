package kiosk_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// TestEveryScreenIsAsItWasRead compares the box tree of every screen, in every language, with the one that a person
// has read. After a wanted change: go test ./kiosk -update, and read the difference.
func TestEveryScreenIsAsItWasRead(t *testing.T) {
	scenes := map[string]func(k *totem){
		"start":         func(k *totem) {},
		"start-offline": func(k *totem) { k.send(kiosk.LinkChanged{AsOf: saturday(k.zone, 9, 40)}) },
		"start-pages": func(k *totem) {
			k.state = openWith(k.t, kiosk.Config{Services: 3}).send(kiosk.SetLanguage{Lang: kiosk.View(k.state).Lang}).tap("more").state
		},
		"start-no-clock":         func(k *totem) { k.loseClock() },
		"start-no-clock-offline": func(k *totem) { k.loseClock().send(kiosk.LinkChanged{AsOf: saturday(k.zone, 9, 40)}) },
		"number":                 func(k *totem) { k.loseClock().tap("service-carta") },
		"number-gone": func(k *totem) {
			k.loseClock().tap("service-carta", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedGone}, kiosk.LinkChanged{})
		},
		"take-no-clock":         func(k *totem) { k.loseClock().numbered().send(ended(paper.Printed, 0)) },
		"paper-failed-no-clock": func(k *totem) { k.loseClock().numbered().send(ended(paper.NotPrinted, paper.PaperEnd)) },
		"nothing-left-no-clock": func(k *totem) { k.loseClock().send(kiosk.OffersChanged{}, kiosk.LinkChanged{}) },
		"nothing-left-service-no-clock": func(k *totem) {
			k.loseClock().tap("service-carta").send(kiosk.OffersChanged{Offers: offers(k.zone, 0)})
		},
		"found-no-clock": func(k *totem) { k.loseClock().send(kiosk.SlipFound{Ticket: ticket(k.zone)}) },
		"help-no-clock":  func(k *totem) { k.loseClock().tap("key-help") },
		"times-offline":  func(k *totem) { k.send(kiosk.LinkChanged{AsOf: saturday(k.zone, 9, 40)}).tap("service-carta") },
		"contrast":       func(k *totem) { k.tap("key-contrast") },
		"times":          func(k *totem) { k.tap("service-carta") },
		"times-chosen":   func(k *totem) { k.tap("service-carta", "hour-A018") },
		"times-pages": func(k *totem) {
			k.send(kiosk.OffersChanged{Offers: offers(k.zone, 18)}).tap("service-carta", "more")
		},
		"times-no-paper": func(k *totem) { k.send(kiosk.PrinterChanged{Status: paper.PaperEnd}).tap("service-carta") },
		"times-gone": func(k *totem) {
			k.tap("service-carta", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedGone})
		},
		"issuing":  func(k *totem) { k.tap("service-carta", "take") },
		"printing": func(k *totem) { k.issued() },
		"take":     func(k *totem) { k.issued().send(ended(paper.Printed, 0)) },
		"paper-failed": func(k *totem) {
			k.issued().send(ended(paper.NotPrinted, paper.PaperEnd))
		},
		"paper-failed-warned": func(k *totem) {
			k.issued().send(ended(paper.NotPrinted, paper.Silent)).after(95 * time.Second)
		},
		"paper-failed-blank": func(k *totem) { k.blank().issued().send(ended(paper.Printed, 0)) },
		"times-blank":        func(k *totem) { k.blank().tap("service-carta") },
		"paper-unknown":      func(k *totem) { k.issued().send(ended(paper.Unknown, 0)) },
		"paper-failed-ready": func(k *totem) {
			k.issued().send(ended(paper.NotPrinted, paper.PaperEnd), status(paper.PaperEnd), status(0))
		},
		"paper-failed-ready-warned": func(k *totem) { k.issued().send(ended(paper.NotPrinted, 0)).after(95 * time.Second) },
		"paper-unknown-warned":      func(k *totem) { k.issued().send(ended(paper.Unknown, 0)).after(95 * time.Second) },
		"paper-unknown-stuck":       func(k *totem) { k.issued().send(ended(paper.Unknown, paper.CutterFault)) },
		"paper-unknown-mouth":       func(k *totem) { k.issued().send(ended(paper.Unknown, paper.TicketInMouth)) },
		"printing-late":             func(k *totem) { k.issued().after(4 * time.Second) },
		"printing-stopped":          func(k *totem) { k.issued().send(status(paper.CoverOpen)) },
		"reprinting":                func(k *totem) { k.issued().send(ended(paper.Unknown, 0)).tap("print-again") },
		"reprinting-late": func(k *totem) {
			k.issued().send(ended(paper.NotPrinted, 0)).tap("print-again").after(4 * time.Second)
		},
		"times-mouth":   func(k *totem) { k.send(status(paper.TicketInMouth)).tap("service-carta") },
		"refill":        func(k *totem) { k.send(status(paper.PaperEnd), status(paper.PaperEnd|paper.CoverOpen)) },
		"refill-roll":   func(k *totem) { k.send(status(paper.PaperEnd|paper.CoverOpen), status(paper.CoverOpen)) },
		"refill-unseen": func(k *totem) { k.send(status(paper.CoverOpen), status(paper.PaperEnd)) },
		"refill-stuck":  func(k *totem) { k.send(status(paper.CoverOpen), status(paper.CutterFault)) },
		"refill-turn": func(k *totem) {
			k.send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).tap("unreadable")
		},
		"checking":      func(k *totem) { k.send(status(paper.CoverOpen), status(0)) },
		"checking-late": func(k *totem) { k.send(status(paper.CoverOpen), status(0)).after(4 * time.Second) },
		"strip":         func(k *totem) { k.send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)) },
		"strip-unsure":  func(k *totem) { k.send(status(paper.CoverOpen), status(0), checked(paper.Unknown, 0)) },
		"strip-blank": func(k *totem) {
			k.send(status(paper.CoverOpen), status(0), checked(paper.Printed, 0)).tap("unreadable", "check-paper")
			k.send(checked(paper.Printed, 0)).tap("unreadable")
		},
		"check-failed": func(k *totem) {
			k.send(status(paper.CoverOpen), status(0), checked(paper.NotPrinted, paper.Jam), status(paper.Jam))
		},
		"check-failed-ready": func(k *totem) { k.send(status(paper.CoverOpen), status(0), checked(paper.NotPrinted, paper.HeadHot)) },
		"not-given": func(k *totem) {
			k.tap("service-carta", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedStorage})
		},
		"unclear":      func(k *totem) { k.tap("service-carta", "take").after(40 * time.Second) },
		"nothing-left": func(k *totem) { k.send(kiosk.OffersChanged{}) },
		"nothing-left-service": func(k *totem) {
			k.tap("service-carta").send(kiosk.OffersChanged{Offers: offers(k.zone, 0)})
		},
		"closed": func(k *totem) { k.send(kiosk.OffersChanged{}, kiosk.Tick{Now: saturday(k.zone, 18, 0)}) },
		"found":  func(k *totem) { k.send(kiosk.SlipFound{Ticket: ticket(k.zone)}) },
		"help":   func(k *totem) { k.tap("service-carta", "key-help") },
		"languages": func(k *totem) {
			k.tap("service-carta", "key-language")
		},
		"still-here":     func(k *totem) { k.tap("service-carta").after(100 * time.Second) },
		"out-of-service": func(k *totem) { k.send(kiosk.OutOfService{Code: "T202"}) },
		"waiting": func(k *totem) {
			k.state = kiosk.New(kiosk.Config{Lang: kiosk.View(k.state).Lang})
		},
	}
	for name, play := range scenes {
		for _, l := range locale.Languages() {
			t.Run(name+"."+string(l), func(t *testing.T) {
				k := open(t).send(kiosk.SetLanguage{Lang: l}, kiosk.Tick{Now: saturday(rome(t), 9, 41)})
				play(k)
				golden(t, name+"."+string(l)+".txt", outline(kiosk.View(k.state)))
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-read +now):\n%s", name, diff)
	}
}
