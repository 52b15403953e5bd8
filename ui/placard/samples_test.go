package placard_test

import (
	"example.org/totem/locale"
	"example.org/totem/ui/placard"
)

func foot() []placard.Fact {
	return []placard.Fact{{Name: "office", Value: "valfiorita-anagrafe"}, {Name: "totem", Value: "ingresso"}, {Name: "version", Value: "1.9.0"},
		{Name: "address", Value: "10.20.0.31"}, {Name: "root slot", Value: "A"}}
}

// steps is the way from a blank card to a totem; now is the one that is being done, in a state.
func steps(now int, state placard.State, detail string) []placard.Step {
	all := []placard.Step{
		{Name: "Data partition", Detail: "14.2 GB are free"},
		{Name: "Provisioning file", Detail: "read from totem/provision.toml"},
		{Name: "Network cable", Detail: "eth0 is connected"},
		{Name: "Network address", Detail: "10.20.0.31"},
		{Name: "Scheduler", Detail: "tls://scheduler.valfiorita.example:4222 answers"},
		{Name: "Time", Detail: "a time service keeps the clock"},
		{Name: "Key and enrolment", Detail: "known to the scheduler; credentials until 2026-12-22"},
		{Name: "The office's data", Detail: ""},
		{Name: "Printer", Detail: ""},
	}
	for i := range all {
		switch {
		case i < now:
			all[i].State = placard.Done
		case i == now:
			all[i].State, all[i].Detail = state, detail
		default:
			all[i].State, all[i].Detail = placard.Waiting, ""
		}
	}
	return all
}

func sayings() (all []placard.Saying) {
	for _, l := range []locale.Lang{"it", "en", "ro", "ar", "zh"} {
		all = append(all, placard.Saying{Lang: l, Title: locale.Say(l, locale.OutTitle), Lead: locale.Say(l, locale.AskDesk)})
	}
	return all
}

// samples are one page of each kind, as the totem makes them.
func samples() map[string]placard.Page {
	return map[string]placard.Page{
		"enrol": {Office: "Setting up this totem", Place: "totem ingresso of office valfiorita-anagrafe", Title: "One moment: this goes by itself.",
			Steps: steps(7, placard.Doing, "asking for today's places"), Foot: foot()},
		"enrol-token": {Office: "Setting up this totem", Place: "totem ingresso of office valfiorita-anagrafe", Title: "Key and enrolment: see to this.",
			Steps: steps(6, placard.Failed, "tried 4 times in 2 minutes; again after 8 seconds"),
			Trouble: []placard.Trouble{{Code: "T406", Sentence: "the scheduler does not enrol totem ingresso of office valfiorita-anagrafe: the enrolment token for totem ingresso is unknown, used or too old",
				Remedy: "have a new token made by: scheduler enrol valfiorita-anagrafe ingresso; then switch the totem off and write the new token into totem/provision.toml on the card"}}, Foot: foot()},
		"enrol-cable": {Office: "Setting up this totem", Place: "totem ingresso of office valfiorita-anagrafe", Title: "Network cable: see to this.",
			Steps: steps(2, placard.Failed, "tried 12 times in 34 seconds; again after 3 seconds"),
			Trouble: []placard.Trouble{{Code: "T420", Sentence: "no network cable is plugged in, or its other end is off", Cause: "eth0: nothing at the other end",
				Remedy: "plug the cable in at both ends; try another socket or another cable; see that the switch has power"}}, Foot: foot()[2:3]},
		"mistakes": {Office: "Setting up this totem", Title: "The provisioning file has 3 mistakes.",
			Lead: "Switch the totem off, put the card into any computer, correct totem/provision.toml on its small partition, and start the totem with it again.",
			Trouble: []placard.Trouble{
				{Code: "T120", Where: "line 3 · totem", Sentence: "\"Ingresso 1\" is no totem", Remedy: "write its name in the office file, 2 to 32 of a-z, 0-9 and \"-\""},
				{Code: "T120", Where: "line 9 · network.address", Sentence: "10.20.0.300/24 is no address", Remedy: "write it as 10.20.0.31/24"},
				{Code: "T120", Where: "line 17 · panel.rotation", Sentence: "45 degrees cannot be", Remedy: "write how far the picture is to be turned clockwise: 0, 90, 180 or 270"},
			}, Foot: foot()[2:3]},
		"service": {Office: "Totem", Place: "ingresso · valfiorita-anagrafe", Sayings: sayings(),
			Trouble: []placard.Trouble{{Code: "T201", Where: "totem-kiosk.service", Sentence: "the totem's database is damaged", Cause: "page 17 of totem.db is not as it was written",
				Remedy: "switch the totem off and on once; if it stays so, write a new card"}}, Foot: foot()},
		"starting": {Title: locale.Say("it", locale.WaitingTitle), Lead: locale.Say("en", locale.WaitingTitle), Foot: foot()[2:3]},
		"farewell": {Title: "It is safe to unplug.", Lead: "The totem has stopped. Everything is written.", Mark: "done", Foot: foot()[2:3]},
	}
}
