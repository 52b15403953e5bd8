package agenda

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// checkProduction reports every field that an office which is open to the public needs and does not have (GDPR Art. 13, 28).
// What was reported already is not told twice.
func (f form) checkProduction(p Plan) {
	if !p.Office.Privacy.Production {
		return
	}
	for _, path := range p.Missing() {
		at, name := f.place(path)
		field := join(at.table, name)
		if f.isReported(at.line(name), field) {
			continue
		}
		wrong, remedy := "this field is missing, and production needs it", "add it"
		if e := example(field); e != "" {
			remedy += ", for example " + e
		}
		if field == "processor.country" && at.has(name) {
			wrong = "the country is outside the European Economic Area, and the notice names no safeguards (GDPR Art. 13(1)(f))"
			remedy = "choose a processor that keeps the data within the area"
		}
		at.refuse(name, wrong, remedy+`; or write mode = "trial"`)
	}
}

// place returns the table and the name of a field that [Plan.Missing] names.
func (f form) place(path string) (at form, name string) {
	table, name, _ := strings.Cut(path, ".")
	name, _, _ = strings.Cut(name, ".") // of a text its language is left out
	at = form{f.report, table, newTable(f.at.line)}
	list, place, isList := strings.Cut(strings.TrimSuffix(table, "]"), "[")
	if isList {
		at.table = list
	}
	n := f.at.fields[at.table]
	if i, err := strconv.Atoi(place); n != nil && isList && err == nil {
		tables := slices.DeleteFunc(slices.Clone(n.items), func(item *node) bool { return item.kind != unstable.Table })
		n = tables[i-1] // Missing counts what form.forms has read
	}
	if n != nil && n.kind == unstable.Table {
		at.at = n
	}
	return at, name
}

func (r *report) isReported(line int, field string) bool {
	return slices.ContainsFunc(r.found, func(p Problem) bool { return p.Line == line && p.Field == field })
}

// example shows how to write a field of the tables that tell of data; "" for another.
func example(field string) string {
	switch field {
	case "privacy.dpo_address":
		return `dpo_address = "Responsabile della protezione dei dati, piazza del Municipio 1, Valfiorita"`
	case "privacy.dpo_pec":
		return `dpo_pec = "rpd@pec.comune.valfiorita.example"`
	case "privacy.edition":
		return `edition = "1"`
	case "privacy.since":
		return "since = 2026-11-24, without quotes"
	case "processor.name":
		return `name = "Messaggi di Prova srl"`
	case "processor.keeps_months":
		return "keeps_months = 0"
	case "processor.country":
		return `country = "IT"`
	case "processor.contract":
		return `contract = "determina 12/2026"`
	case "processor.date":
		return "date = 2026-01-31, without quotes"
	case "processor.until":
		return "until = 2028-12-31, without quotes"
	case "processor.subject":
		return `subject = "invio di SMS per conto del Comune"`
	case "processor.subprocessors":
		return `subprocessors = "nessuno"`
	case "processor.authorisation":
		return `authorisation = "specific"`
	case "processor.instructions":
		return `instructions = "allegato A del contratto"`
	}
	return ""
}
