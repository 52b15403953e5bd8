package agenda

import (
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// services reads the services and holds them against the queues.
func (f form) services(queues []queueEntry, first locale.Lang) []booking.Service {
	forms := f.forms("service", true, "[[service]]")
	services := make([]booking.Service, len(forms))
	for i, s := range forms {
		services[i] = s.service(queues, first)
		for j, before := range services[:i] {
			if id := services[i].ID; id != "" && id == before.ID {
				s.refuse("id", fmt.Sprintf("the service of line %d has the id %q too", forms[j].at.line, id), "give each service its own id")
			}
		}
	}
	for _, q := range queues {
		q.checkServices(services)
	}
	for i, s := range services {
		ordinary := func(o booking.Service) bool { return o.Queue == s.Queue && !o.Sensitive }
		if s.Sensitive && s.Queue != "" && !slices.ContainsFunc(services, ordinary) {
			forms[i].refuse("sensitive", "no ordinary service shares the queue of this sensitive one, so its letter would tell what it is",
				"let both use one queue, under a label that tells nothing")
		}
	}
	return services
}

func (f form) service(queues []queueEntry, first locale.Lang) booking.Service {
	id, ok := f.text("id", true, "carta-identita")
	f.checkID("id", id, ok, booking.CheckID)
	queue, ok := f.text("queue", true, "identita")
	known := slices.ContainsFunc(queues, func(q queueEntry) bool { return string(q.plan.ID) == queue })
	if ok && !known {
		f.refuse("queue", fmt.Sprintf("there is no queue %q", queue), "write the id of a [[queue]] of this file")
	}
	return booking.Service{
		ID:        booking.ServiceID(id),
		Queue:     booking.QueueID(queue),
		Name:      f.speech("name", true, longestService, first),
		Detail:    f.speech("detail", false, longestDetail, first),
		Bring:     f.speech("bring", false, longestBring, first),
		Sensitive: f.flag("sensitive"),
	}
}

// checkServices reports a queue without services, and one that would tell of its sensitive ones.
func (q queueEntry) checkServices(services []booking.Service) {
	served := false
	for _, s := range services {
		if q.plan.ID == "" || s.Queue != q.plan.ID {
			continue
		}
		served = true
		if s.Sensitive && q.plan.Prepare {
			q.refuse("prepare", fmt.Sprintf("the service %q of this queue is sensitive, so nobody is told what was picked", s.ID),
				"remove prepare, or give the service another queue")
		}
		for lang, label := range q.plan.Label {
			if s.Sensitive && label == s.Name[lang] {
				q.add(q.at.fields["label"].fields[string(lang)].line, join(q.table, "label."+string(lang)),
					fmt.Sprintf("the label is the name of the sensitive service %q", s.ID),
					"choose words that fit every service of the queue and tell none")
			}
		}
	}
	if n := q.at.fields["id"]; !served && n != nil && n.kind == unstable.String {
		q.add(q.at.line, q.table, fmt.Sprintf("no service uses the queue %q", q.plan.ID), "let a [[service]] name it, or remove it")
	}
}
