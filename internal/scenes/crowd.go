package scenes

import (
	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// many are the services of an office that has more than a screen holds, some of them with long names.
func many() []booking.Service {
	service := func(q booking.QueueID, id booking.ServiceID, name, detail locale.Text) booking.Service {
		return booking.Service{ID: id, Queue: q, Name: name, Detail: detail}
	}
	return []booking.Service{
		service("identity", "pensions", both("Pensioni", "Pensions"), both("domande, calcoli e pagamenti", "claims, estimates and payments")),
		service("papers", "statement", both("Estratto contributi", "Contribution statement"), both("verifica e correzione", "check and correction")),
		service("papers", "invalidity", both("Invalidità civile", "Civilian invalidity"), both("domande e verbali", "claims and reports")),
		service("papers", "leave", both("Permessi per disabilità", "Disability leave"), both("per sé o per un familiare", "for yourself or a relative")),
		service("residence", "children", both("Assegno per i figli", "Child benefit"), both("domande e variazioni", "claims and changes")),
		service("residence", "jobless", both("Disoccupazione", "Unemployment"), both("indennità e comunicazioni", "benefit and notices")),
		service("residence", "maternity", both("Maternità e paternità", "Maternity and paternity"), both("congedi e indennità", "leave and benefits")),
		service("status", "household", both("Lavoro domestico", "Domestic work"), both("assunzioni e contributi", "hiring and contributions")),
		service("votes", "access", both("Credenziali di accesso", "Online access"), both("attivazione e aiuto", "activation and help")),
		service("identity", "survivors", both("Pensione ai superstiti", "Survivor's pension"), both("domande e arretrati", "claims and arrears")),
		service("identity", "abroad", both("Convenzioni internazionali", "International agreements"), both("periodi di lavoro all'estero", "periods of work abroad")),
		service("status", "farming", both("Lavoro agricolo", "Farm work"), both("elenchi e disoccupazione agricola", "registers and benefit")),
		service("status", "self", both("Artigiani e commercianti", "Craftspeople and traders"), both("iscrizioni e versamenti", "registration and payments")),
		service("votes", "other", both("Altre pratiche", "Other matters"), both("prima informazione", "first information")),
	}
}

// crowd gives the office the first n of many services.
func (p *play) crowd(n int) {
	office := Office()
	office.Services = many()[:n]
	p.tell(kiosk.OfficeKnown{Office: office, Zone: p.zone})
}
