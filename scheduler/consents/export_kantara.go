package consents

import "example.org/totem/locale"

// receiptKantara is a consent receipt of the Kantara Initiative, version 1.1.0, with the names of its schema.
type receiptKantara struct {
	Version          string              `json:"version"`
	Jurisdiction     string              `json:"jurisdiction"`
	ConsentTimestamp int64               `json:"consentTimestamp"` // seconds since 1970, whole minutes
	CollectionMethod string              `json:"collectionMethod"`
	ConsentReceiptID string              `json:"consentReceiptID"`
	Language         locale.Lang         `json:"language"`
	PIIPrincipalID   string              `json:"piiPrincipalId"`
	PIIControllers   []controllerKantara `json:"piiControllers"`
	PolicyURL        string              `json:"policyUrl"`
	Services         []serviceKantara    `json:"services"`
	Sensitive        bool                `json:"sensitive"`
	SPICat           []string            `json:"spiCat"`
}

type controllerKantara struct {
	PIIController string            `json:"piiController"`
	Contact       string            `json:"contact"`
	Address       map[string]string `json:"address"`
	Email         string            `json:"email"`
	Phone         string            `json:"phone"`
}

type serviceKantara struct {
	Service  string           `json:"service"`
	Purposes []purposeKantara `json:"purposes"`
}

type purposeKantara struct {
	Purpose              string   `json:"purpose"`
	ConsentType          string   `json:"consentType"`
	PurposeCategory      []string `json:"purposeCategory"`
	PIICategory          []string `json:"piiCategory"`
	PrimaryPurpose       bool     `json:"primaryPurpose"`
	Termination          string   `json:"termination"`
	ThirdPartyDisclosure bool     `json:"thirdPartyDisclosure"`
	ThirdPartyName       string   `json:"thirdPartyName,omitempty"`
}

func (e export) kantara() receiptKantara {
	c := e.Terms.Controller
	p := purposeKantara{
		Purpose: locale.Say(e.Lang, e.purpose.Words.Title), ConsentType: "EXPLICIT", PurposeCategory: []string{"4 - Contact Requested"},
		PIICategory: []string{"2 - Contact"}, PrimaryPurpose: true, Termination: e.kept(),
	}
	for i, r := range e.Terms.Recipients { // processors, no third parties; named here, for the form has no other place
		p.ThirdPartyDisclosure = true
		if i > 0 {
			p.ThirdPartyName += ", "
		}
		p.ThirdPartyName += r.Name
	}
	return receiptKantara{
		Version: "KI-CR-v1.1.0", Jurisdiction: jurisdiction, ConsentTimestamp: e.At.Unix(), CollectionMethod: collected,
		ConsentReceiptID: e.id(), Language: e.Lang, PIIPrincipalID: e.principal(),
		PIIControllers: []controllerKantara{{c.Name, c.Name, map[string]string{"streetAddress": c.Address, "addressCountry": jurisdiction}, c.Email, c.Phone}},
		PolicyURL:      e.notice(),
		Services:       []serviceKantara{{locale.Say(e.Lang, e.purpose.Words.Title), []purposeKantara{p}}},
		SPICat:         []string{},
	}
}
