package consents

import (
	"strings"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// node is a node of JSON-LD.
type node map[string]any

// contextDPV are the prefixes of the guide "Consent records and receipts: ISO/IEC TS 27560 with DPV".
func contextDPV() node {
	return node{
		"dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#", "loc": "https://w3id.org/dpv/loc#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
		"dct": "http://purl.org/dc/terms/", "schema": "https://schema.org/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
	}
}

func (e export) dpv() node {
	return node{
		"@context":           contextDPV(),
		"@id":                "urn:uuid:" + e.id(),
		"@type":              "dpv:ConsentRecord",
		"dct:identifier":     e.id(),
		"dct:conformsTo":     node{"@id": "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"},
		"dct:language":       e.Lang,
		"dpv:hasDataSubject": node{"@type": "dpv:DataSubject", "dct:identifier": e.principal()},
		"dpv:hasNotice": node{
			"@type": []string{"dpv:PrivacyNotice", "dpv:ConsentNotice"}, "@id": e.notice(), "dct:hasVersion": e.Edition, "dct:language": e.Lang,
		},
		"dpv:hasProcess":       []node{e.process()},
		"dpv:hasEntity":        e.entities(),
		"dpv:hasConsentStatus": e.statuses(),
	}
}

func (e export) process() node {
	kinds := map[privacy.Channel]string{privacy.SMS: "pd:TelephoneNumber", privacy.Mail: "pd:EmailAddress"}
	need := "dpv:Optional"
	if e.purpose.Required {
		need = "dpv:Required"
	}
	recipients := []node{}
	for i := range e.Terms.Recipients {
		recipients = append(recipients, node{"@id": "#" + e.processor(i)})
	}
	rights := []node{}
	for _, r := range privacy.Rights([]privacy.Purpose{e.purpose}) {
		rights = append(rights, node{"@type": []string{"dpv:DataSubjectRight", rightDPV(r)}, "dct:title": string(r), "dpv:hasJurisdiction": node{"@id": "loc:EU"}})
	}
	return node{
		"@type":                 "dpv:Process",
		"dpv:hasPurpose":        node{"@type": []string{"dpv:Purpose", "dpv:CommunicationManagement"}, "dct:identifier": e.Purpose, "dct:description": e.described()},
		"dpv:hasPersonalData":   node{"@type": []string{kinds[e.Channel]}, "dpv:hasNecessity": node{"@id": need}},
		"dpv:hasLegalBasis":     node{"@id": "eu-gdpr:A6-1-a", "dct:title": e.purpose.Statute()},
		"dpv:hasProcessing":     []node{{"@id": "dpv:Collect"}, {"@id": "dpv:Store"}, {"@id": "dpv:Use"}, {"@id": "dpv:Erase"}},
		"dpv:hasDataSource":     node{"@id": "dpv:DataSubject", "dct:description": collected},
		"dpv:hasDataController": node{"@id": "#" + idController},
		"dpv:hasRecipient":      recipients,
		"dpv:hasAuthority":      node{"@id": "#" + idAuthority},
		"dpv:hasJurisdiction":   node{"@id": "loc:" + jurisdiction},
		"dpv:hasStorageCondition": []node{
			{"@type": "dpv:StorageLocation", "dct:description": stored}, {"@type": "dpv:StorageDuration", "dct:description": e.kept()},
		},
		"dpv:hasConsentControl": node{"@type": "dpv:WithdrawConsent", "dct:description": withdrawal},
		"dpv:hasRight":          rights,
	}
}

// rightDPV returns the vocabulary's name of a right, "eu-gdpr:A7-3".
func rightDPV(r privacy.Right) string {
	article := strings.TrimPrefix(string(r), "GDPR art. ")
	return "eu-gdpr:A" + strings.TrimSuffix(strings.ReplaceAll(article, "(", "-"), ")")
}

// described says the purpose in the language of the consent and in English.
func (e export) described() []node {
	all := []node{{"@language": e.Lang, "@value": locale.Say(e.Lang, e.purpose.Words.Title)}}
	if e.Lang != locale.English {
		all = append(all, node{"@language": locale.English, "@value": locale.Say(locale.English, e.purpose.Words.Title)})
	}
	return all
}

func (e export) entities() []node {
	roles := map[string]string{"controller": "dpv:DataController", "processor": "dpv:DataProcessor", "supervisory authority": "dpv:DataProtectionAuthority", "data protection officer": "dpv:DataProtectionOfficer"}
	var all []node
	for _, p := range e.parties() {
		contact := node{"@type": "schema:ContactPoint"}
		for kind, name := range map[string]string{"email": "schema:email", "phone": "schema:telephone", "web": "schema:url"} {
			if p.PartyContact[kind] != "" {
				contact[name] = p.PartyContact[kind]
			}
		}
		all = append(all, node{
			"@id": "#" + p.PartyID, "@type": roles[p.PartyRole], "dpv:hasIdentifier": p.PartyID, "dpv:hasName": p.PartyName,
			"dpv:hasAddress": p.PartyAddress, "schema:contactPoint": contact,
		})
	}
	return all
}

// statuses are the consent's states; one that is fulfilled is over by its own purpose, which the vocabulary has no word for
// but expired.
func (e export) statuses() []node {
	names := map[privacy.ConsentState]string{
		privacy.ConsentGiven: "dpv:ConsentGiven", privacy.ConsentWithdrawn: "dpv:ConsentWithdrawn", privacy.ConsentExpired: "dpv:ConsentExpired", privacy.ConsentFulfilled: "dpv:ConsentExpired",
	}
	all := []node{{
		"@type": []string{names[privacy.ConsentGiven], "dpv:ExplicitlyExpressedConsent"}, "dpv:isIndicatedBy": node{"@id": "dpv:DataSubject"},
		"dpv:isIndicatedAtTime": node{"@type": "xsd:dateTime", "@value": e.at(e.At)},
		"dpv:hasDuration":       node{"@type": "dpv:UntilTimeDuration", "rdf:value": e.expiry()},
	}}
	if !e.State.IsFinal() {
		return all
	}
	end, kind := node{"@type": []string{names[e.State]}, "dct:description": e.State.String()}, "xsd:date"
	if e.State == privacy.ConsentWithdrawn {
		kind, end["dpv:isIndicatedBy"] = "xsd:dateTime", node{"@id": "dpv:DataSubject"}
	}
	end["dpv:isIndicatedAtTime"] = node{"@type": kind, "@value": e.ended()}
	return append(all, end)
}
