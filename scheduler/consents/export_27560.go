package consents

import (
	"cmp"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// schemaVersion names what docs/privacy/consent.schema.json describes.
const schemaVersion = "ISO/IEC TS 27560:2023, totem 1"

// record27560 is a record with the names that ISO/IEC TS 27560 gives its fields: those that it requires, and those that the
// GDPR requires beside.
type record27560 struct {
	Header     header27560     `json:"header"`
	Processing processing27560 `json:"processing"`
	Parties    []party27560    `json:"parties"`
	Events     []event27560    `json:"events"`
}

type header27560 struct {
	SchemaVersion  string `json:"schema_version"`
	RecordID       string `json:"record_id"`
	PIIPrincipalID string `json:"pii_principal_id"` // the receipt
}

type processing27560 struct {
	PrivacyNotice         notice27560      `json:"privacy_notice"`
	Language              locale.Lang      `json:"language"`
	Screen                screen27560      `json:"screen"` // an extension: how it was asked
	Purposes              []purpose27560   `json:"purposes"`
	PIIControllers        []string         `json:"pii_controllers"`
	CollectionMethod      string           `json:"collection_method"`
	ProcessingMethod      string           `json:"processing_method"`
	StorageLocations      []string         `json:"storage_locations"`
	RetentionPeriod       string           `json:"retention_period"`
	ProcessingLocations   []string         `json:"processing_locations"`
	Jurisdiction          string           `json:"jurisdiction"`
	RecipientThirdParties []recipient27560 `json:"recipient_third_parties"`
	WithdrawalMethod      string           `json:"withdrawal_method"`
	PrivacyRights         []privacy.Right  `json:"privacy_rights"`
	AuthorityParty        string           `json:"authority_party"`
}

type notice27560 struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	Text    string `json:"text"` // "" where the very text is not kept
}

type screen27560 struct {
	SHA256  string `json:"sha256"`
	Program string `json:"program"`
}

type purpose27560 struct {
	Purpose        privacy.PurposeID      `json:"purpose"`
	Description    map[locale.Lang]string `json:"description"`
	LawfulBasis    string                 `json:"lawful_basis"`
	PIIInformation []pii27560             `json:"pii_information"`
}

type pii27560 struct {
	PIIType            string `json:"pii_type"`
	PIIOptional        bool   `json:"pii_optional"`
	SpecialPIICategory bool   `json:"special_pii_category"`
}

type recipient27560 struct {
	PartyID         string          `json:"party_id"`
	Channel         privacy.Channel `json:"channel"`
	RetentionMonths int             `json:"retention_months"`
	Country         string          `json:"country"`
}

type party27560 struct {
	PartyID      string            `json:"party_id"`
	PartyName    string            `json:"party_name"`
	PartyAddress string            `json:"party_address"`
	PartyContact map[string]string `json:"party_contact"`
	PartyType    string            `json:"party_type"`
	PartyRole    string            `json:"party_role"`
}

type event27560 struct {
	EventTime        string `json:"event_time"` // a minute of an act of the citizen, else a date
	ValidityDuration string `json:"validity_duration"`
	EntityID         string `json:"entity_id"`
	EventType        string `json:"event_type"`
	EventState       string `json:"event_state"`
}

func (e export) record() record27560 {
	return record27560{
		Header:     header27560{schemaVersion, e.id(), e.principal()},
		Processing: e.processing(),
		Parties:    e.parties(),
		Events:     e.events(),
	}
}

func (e export) processing() processing27560 {
	p := processing27560{
		PrivacyNotice: notice27560{e.Edition, digest(e.Notice).String(), e.Terms.Notice}, Language: e.Lang,
		Screen:         screen27560{digest(e.Shown).String(), e.Program},
		PIIControllers: []string{idController}, CollectionMethod: collected, ProcessingMethod: processed,
		StorageLocations: []string{stored}, RetentionPeriod: e.kept(), ProcessingLocations: []string{jurisdiction}, Jurisdiction: jurisdiction,
		RecipientThirdParties: []recipient27560{}, WithdrawalMethod: withdrawal,
		PrivacyRights: privacy.Rights([]privacy.Purpose{e.purpose}), AuthorityParty: idAuthority,
	}
	one := purpose27560{Purpose: e.Purpose, Description: e.words(e.purpose.Words.Title), LawfulBasis: e.purpose.Statute()}
	for _, kind := range e.data() {
		one.PIIInformation = append(one.PIIInformation, pii27560{kind, !e.purpose.Required, special(kind)})
	}
	p.Purposes = []purpose27560{one}
	for i, r := range e.Terms.Recipients {
		p.RecipientThirdParties = append(p.RecipientThirdParties, recipient27560{e.processor(i), e.Channel, r.Keeps, r.Country})
		if r.Country != "" && r.Country != jurisdiction {
			p.ProcessingLocations = append(p.ProcessingLocations, r.Country)
		}
	}
	return p
}

func (e export) parties() []party27560 {
	c := e.Terms.Controller
	all := []party27560{
		{idController, c.Name, c.Address, said("email", c.Email, "pec", c.PEC, "phone", c.Phone), "public body", "controller"},
		{idOfficer, "the data protection officer of " + c.Name, cmp.Or(e.Terms.Officer.Address, c.Address), said("email", c.DPO, "pec", e.Terms.Officer.PEC),
			"data protection officer", "data protection officer"},
		{idAuthority, authorityName, authorityPlace, said("web", authorityWeb), "public body", "supervisory authority"},
	}
	for i, r := range e.Terms.Recipients {
		all = append(all, party27560{e.processor(i), r.Name, r.Country, said("through", idController), "organisation", "processor"})
	}
	return all
}

// said pairs names with what is said, and leaves out what is not.
func said(pairs ...string) map[string]string {
	all := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all[pairs[i]] = pairs[i+1]
		}
	}
	return all
}

func (e export) events() []event27560 {
	all := []event27560{{e.at(e.At), e.lasts(), e.principal(), "explicit consent", privacy.ConsentGiven.String()}}
	if !e.State.IsFinal() {
		return all
	}
	who := idController
	if e.State == privacy.ConsentWithdrawn {
		who = e.principal()
	}
	return append(all, event27560{e.ended(), "PT0H0M", who, "end of the consent", e.State.String()})
}
