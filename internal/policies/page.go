package policies

import (
	"fmt"
	"strings"
)

const (
	goal  = 2.0 // points beyond the policy that sells twice
	named = 6   // how many of Policies are compared in every table; the others show the lever
)

// cell finds a cell.
func cell(cells []Cell, policy string, load Load, outage Outage) (Cell, bool) {
	for _, c := range cells {
		if c.Policy == policy && c.Load == load && c.Outage == outage {
			return c, true
		}
	}
	return Cell{}, false
}

func policy(key string) Policy {
	for _, p := range Policies() {
		if p.Key == key {
			return p
		}
	}
	return Policy{}
}

// Page returns the report in Markdown. The pictures lie in the folder pictures, as the page sees it.
func Page(s Study, cells []Cell, command, pictures string) []byte {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	picture := func(name string) {
		for _, p := range Pictures(cells) {
			if p.Name == name {
				say("![%s](%s/%s.svg)\n", p.Shows, pictures, name)
			}
		}
	}
	say("# Policies, side by side\n")
	say("How to share an office's slots between its totems and the web, so that a lost link neither sells one twice nor sends people home. This page is made by\n")
	say("    %s\n", command)
	say("and nothing in it is written by hand: %d office days for each combination, seed %d. The same seed makes the same page. ± is the standard error.\n", s.Days, s.Seed)
	say("## Whether the goal is met\n")
	say("The goal: with a lost link, **Totem with pooling** turns away at most %g points more of the walk-ins than “both sides sell”, which gives tickets for slots that others have; and it sells none twice.\n", goal)
	goalTable(say, cells)
	picture("goal")
	say("“yes” and “no” where twice the error does not change the answer, else “on average” or “not on average”. Below zero, Totem turns fewer away: while the link is up its reserve and its grants keep more for walk-ins, so that more is left when it fails.\n")
	say("## The policies\n")
	say("| policy | how it works |\n|---|---|")
	for _, p := range Policies()[:named] {
		say("| %s | %s |", p.Name, p.Says)
	}
	say("\nA lease is no way out. Without a link nobody knows which of the leased slots the totem has sold, so whoever takes them back sells some twice. It would have to keep them off the web, as Totem does, and stop the totem too.\n")
	say("## Turned away\n")
	picture("turned-away")
	say("## Sold twice\n")
	picture("doubled")
	say("## Refused on the web\n")
	picture("refused")
	say("What walk-ins are kept for, the web is refused: nobody can have a slot that another one has. “Both sides sell” refuses fewer, but where a slot is sold twice, one of the two is refused at the desk. Short outages show more refusals too: the reserve is for walk-ins all day, and what totems hold goes back to the web only a slot at a time.\n")
	say("## All figures\n")
	say("Each cell: walk-ins turned away while the link is down, %% · slots sold twice a day · web users refused a day · slots a day that passed unsold in a totem's hands while the link was down.")
	for _, load := range Loads() {
		figureTable(say, cells, load)
	}
	say("\n## The lever: the outage to survive\n")
	say("A totem's grant is to suffice for the outage that is to be survived: by default the rest of the day. An office can choose less (`grants.survive_hours`), and gives the web more. Outages of a day:\n")
	leverTable(say, cells)
	picture("lever")
	say("## The model\n")
	model(say)
	return []byte(b.String())
}

func goalTable(say func(string, ...any), cells []Cell) {
	say("| load | outage | walk-ins meanwhile, a day | both sides sell, %% | Totem with pooling, %% | beyond, points | sold twice | goal met |\n|---|---|--:|--:|--:|--:|--:|---|")
	for _, load := range Loads() {
		for _, outage := range Outages() {
			n, _ := cell(cells, naive, load, outage)
			c, _ := cell(cells, pooled, load, outage)
			say("| %s | %s | %.1f | %.1f ± %.1f | %.1f ± %.1f | %s ± %.1f | %d | %s |", load.Name, outage.Name, float64(c.Cut)/float64(c.Days),
				n.Turned.Mean, n.Turned.Error, c.Turned.Mean, c.Turned.Error, signed(c.Behind.Mean), c.Behind.Error, c.Doubled, c.verdict())
		}
	}
	say("")
}

// verdict says whether the goal is met, as far as the error lets one say.
func (c Cell) verdict() string {
	switch b := c.Behind; {
	case c.Doubled > 0:
		return "**no**: sold twice"
	case b.Mean+2*b.Error <= goal:
		return "yes"
	case b.Mean <= goal:
		return "yes, on average"
	case b.Mean-2*b.Error <= goal:
		return "**not on average**"
	}
	return "**no**"
}

func signed(x float64) string { return strings.Replace(fmt.Sprintf("%+.1f", x), "-", "−", 1) }

func figureTable(say func(string, ...any), cells []Cell, load Load) {
	head, rule := "| policy |", "|---|"
	for _, o := range Outages() {
		head, rule = head+" "+o.Name+" |", rule+"---|"
	}
	say("\n**%s load**: %g walk-ins and %g web users a day, for %d free slots\n\n%s\n%s", load.Name, load.WalkIns, load.Web, slots-ahead, head, rule)
	for _, p := range Policies()[:named] {
		row := "| " + p.Name + " |"
		for _, o := range Outages() {
			c, _ := cell(cells, p.Key, load, o)
			row += fmt.Sprintf(" %.1f ± %.1f · %s · %.1f ± %.1f · %.1f |", c.Turned.Mean, c.Turned.Error, c.twice(), c.Refused.Mean, c.Refused.Error, c.Idle.Mean)
		}
		say("%s", row)
	}
}

func (c Cell) twice() string {
	if c.Doubled == 0 {
		return "0"
	}
	return fmt.Sprintf("**%.2f ± %.2f**", c.Double.Mean, c.Double.Error)
}

func leverTable(say func(string, ...any), cells []Cell) {
	say("| load | to survive | turned away alone, %% | with pooling, %% | refused on the web a day, with pooling | unsold in a totem's hands a day |\n|---|---|--:|--:|--:|--:|")
	outage := Outages()[len(Outages())-1]
	for _, load := range Loads() {
		for _, h := range []string{"2", "4", ""} {
			a, _ := cell(cells, alone+h, load, outage)
			c, _ := cell(cells, pooled+h, load, outage)
			name := map[string]string{"2": "2 hours", "4": "4 hours", "": "rest of the day"}[h]
			say("| %s | %s | %.1f ± %.1f | %.1f ± %.1f | %.1f ± %.1f | %.1f |", load.Name, name, a.Turned.Mean, a.Turned.Error,
				c.Turned.Mean, c.Turned.Error, c.Refused.Mean, c.Refused.Error, c.Idle.Mean)
		}
	}
	say("")
}

func model(say func(string, ...any)) {
	say("- An office that is open for %d minutes, with a slot every %d minutes at %d counters: %d slots, half of them booked before the day, at random.", opening, every, counters, slots)
	say("- Walk-ins, each at one of %d totems, and web users come as a Poisson process with weights 1.6, 1.0 and 0.5 in minutes 0–150, 150–300 and 300–450. Everybody takes the earliest slot that fits: walk-ins %d minutes ahead, the web %d.", totems, walkLead, webLead)
	say("- Once a day the link of the whole office fails at any minute alike, until its end or the end of the day; the office's own network works on. Every policy meets the same people and the same outages.")
	say("- “Both sides sell” means one list for all totems of the office. Its walk-ins are turned away where the totems know of no free slot.")
	say("- With Totem the balance is struck by `scheduler/allocation` each minute, first on the evening before, with nothing configured; one slot in %d is of the reserve; a totem with a link gives back unsold slots %d minutes before their start; the scheduler takes a totem for unreachable after %d minutes of silence. Slots change hands and are booked by the rules of `booking`, and a slot sold twice is counted where the ledger refuses the second ticket.", reserved, release, unheard)
	say("- Forecasts come from the counts of the %d days before alone, and the first of these days from the prior. %d days of each office are measured.", warmUp, career)
	say("- Without a link a totem with fewer than %d free slots asks the other one, which gives half of the difference.", mark)
	say("- It is a simple model: messages take no time, nobody cancels, nobody waits or comes again, nobody who finds one totem empty goes to the other, every outage is the whole office's, and its minute is uniform.")
}
