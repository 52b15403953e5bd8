package policies

import (
	"time"

	"example.org/totem/booking"
)

// conduct is what a totem sells while it has no link.
type conduct int

const (
	closes     conduct = iota // nothing
	everything                // whatever was free when the link failed
	itsOwn                    // the slots that it holds
)

// Policy is one way of sharing an office's slots.
type Policy struct {
	Key     string // of columns and files
	Name    string
	Says    string // how it works, one sentence
	offline conduct
	static  bool          // half of the free slots are the totems' from the morning on
	balance bool          // grants by demand, and a reserve
	survive time.Duration // of the balance; 0: the rest of the day
	lease   int           // minutes without a link after which a totem's grants end; 0: never
	pooling bool          // totems without a link pass slots on to each other
}

// The keys of the policies that the report names on their own.
const (
	naive  = "naive"
	stop   = "stop"
	lease  = "lease"
	static = "static"
	alone  = "ours"
	pooled = "pooled"
)

// Policies are those that the report compares, naive first. The last four differ from ours by the outage to survive alone.
func Policies() []Policy {
	ours := Policy{offline: itsOwn, balance: true}
	leased, pool := ours, ours
	leased.lease, pool.pooling = 60, true
	all := []Policy{
		Policy{offline: everything}.as(naive, "both sides sell", "Without a link the totems go on selling whatever was free, and the web does too."),
		Policy{offline: closes}.as(stop, "stop offline", "Without a link the totems give no tickets."),
		leased.as(lease, "lease of 1 hour", "Grants as ours, but after an hour without a link they end: the totem stops, and the web sells them again."),
		Policy{offline: itsOwn, static: true}.as(static, "static share", "Every second free slot is the totems' from the morning on, each has half of these; with a link they sell the others too."),
		ours.as(alone, "Totem, alone", "Grants by demand over the rest of the day, as `scheduler/allocation` strikes them each minute; a reserve of one slot in five."),
		pool.as(pooled, "Totem with pooling", "The same; and without a link the totems pass slots on to each other, over the office's own network."),
	}
	for _, hours := range []int{2, 4} {
		for _, p := range []Policy{ours, pool} {
			p.survive = time.Duration(hours) * time.Hour
			key, name := alone, "Totem, alone"
			if p.pooling {
				key, name = pooled, "Totem with pooling"
			}
			h := string(rune('0' + hours))
			all = append(all, p.as(key+h, name+", "+h+" hours", ""))
		}
	}
	return all
}

func (p Policy) as(key, name, says string) Policy {
	p.Key, p.Name, p.Says = key, name, says
	return p
}

// morning returns the sheet with which a day begins.
func (p Policy) morning(d day) booking.Sheet {
	return freshSheet(d, func(place, nth int) booking.Holder {
		switch {
		case p.static && nth%2 == 0:
			return booking.HeldBy(totemID(nth / 2 % totems))
		case p.balance:
			return planned(place)
		}
		return booking.Pool
	})
}
