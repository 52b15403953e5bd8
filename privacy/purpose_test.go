package privacy

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.org/totem/locale"
)

// asObjects returns the embedded file as JSON objects, to be broken.
func asObjects(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	if err := json.Unmarshal(purposesFile, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func decodeObjects(t *testing.T, all []map[string]any) error {
	t.Helper()
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	_, err = decodePurposes(b)
	return err
}

func TestThereIsAPurposeForEveryID(t *testing.T) {
	want := []PurposeID{Giving, GivingAhead, Bearing, Printing, Preparing, Running, Counting, Reminding, OtherDay, Proving}
	var got []PurposeID
	for _, p := range Purposes() {
		got = append(got, p.ID)
		if found, ok := Get(p.ID); !ok || found.ID != p.ID {
			t.Errorf("%s is not found", p.ID)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
	if _, ok := Get("surveys"); ok {
		t.Error("a purpose is found that nobody has")
	}
	Purposes()[0].ID = "changed"
	if Purposes()[0].ID != Giving {
		t.Error("whoever gets the list can change it for all")
	}
}

func TestNoPurposeIsWithoutGroundLawDataRetentionOrWords(t *testing.T) {
	if err := decodeObjects(t, asObjects(t)); err != nil {
		t.Fatalf("the file as it is: %v", err)
	}
	for i, whole := range asObjects(t) {
		for field := range whole {
			if field == "required" { // left out it is false
				continue
			}
			all := asObjects(t)
			delete(all[i], field)
			if decodeObjects(t, all) == nil {
				t.Errorf("%v is read without %q", whole["id"], field)
			}
		}
		for word := range whole["words"].(map[string]any) {
			all := asObjects(t)
			all[i]["words"].(map[string]any)[word] = "no.such.key"
			if err := decodeObjects(t, all); err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%v is read with %q that nobody says: %v", whole["id"], word, err)
			}
		}
	}
}

func TestTheListOfPurposesIsReadStrictly(t *testing.T) {
	set := func(field string, value any) func([]map[string]any) {
		return func(all []map[string]any) { all[0][field] = value }
	}
	for name, change := range map[string]func([]map[string]any){
		"an unknown field":       set("note", "x"),
		"an unknown ground":      set("ground", "interest"),
		"an empty law":           set("law", []string{" "}),
		"an empty datum":         set("data", []string{""}),
		"an unknown recipient":   set("recipients", []string{"anybody"}),
		"a retention that is no": set("kept", map[string]any{"until": "whenever"}),
		"no retention":           set("kept", map[string]any{}),
		"two retentions":         set("kept", map[string]any{"until": "closing", "days": 3}),
		"a negative retention":   set("kept", map[string]any{"days": -1}),
		"a purpose told twice":   func(all []map[string]any) { all[1]["id"] = all[0]["id"] },
	} {
		all := asObjects(t)
		change(all)
		if decodeObjects(t, all) == nil {
			t.Errorf("%s passes", name)
		}
	}
	for _, text := range []string{"", "[]", "{}", "null", string(purposesFile) + "[]"} {
		if _, err := decodePurposes([]byte(text)); err == nil {
			t.Errorf("%.20q… passes", text)
		}
	}
}

func TestADatumThatACitizenGivesRestsOnConsentAndOneThatIsProvedOnLaw(t *testing.T) {
	for _, p := range Purposes() {
		gives := slices.Contains(p.Data, "contact")
		if gives != p.AsksContact() || gives != (p.Ground == Consent) {
			t.Errorf("%s: a contact %v, a carrier %v, ground %q", p.ID, gives, p.AsksContact(), p.Ground)
		}
		if gives && p.Kept.Until != UntilSent {
			t.Errorf("%s: the contact is kept until %q", p.ID, p.Kept.Until)
		}
		if required := p.ID == OtherDay || p.ID == Proving; p.Required != required { // on the way to a place of today nothing is
			t.Errorf("%s: required %v", p.ID, p.Required)
		}
		if p.ID == Proving && (p.Ground != Duty || p.Kept.Days != 30 || slices.Contains(p.Data, "contact")) {
			t.Errorf("the proof of a consent: %+v", p)
		}
		if p.ID == Running && p.Kept.Months != 6 {
			t.Errorf("the log is kept %d months", p.Kept.Months)
		}
		if p.Ground == Task && !strings.Contains(p.Statute(), "art. 2-ter") {
			t.Errorf("%s: a public task without the national law: %s", p.ID, p.Statute())
		}
	}
}

// TestTheRightsAreThoseOfTheGrounds holds the table of rights by legal basis: what consent gives and what a public task
// gives, and nothing that no ground gives.
func TestTheRightsAreThoseOfTheGrounds(t *testing.T) {
	on := func(grounds ...Ground) (of []Purpose) {
		for _, g := range grounds {
			of = append(of, Purpose{Ground: g})
		}
		return of
	}
	for _, test := range []struct {
		of   []Purpose
		want []Right
	}{
		{nil, nil},
		{on(Task), []Right{RightAccess, RightRectify, RightRestrict, RightObject}},
		{on(Consent), []Right{RightAccess, RightRectify, RightErase, RightRestrict, RightPort, RightWithdraw}},
		{on(Duty), []Right{RightAccess, RightRectify, RightRestrict}},
		{on(Consent, Task, Duty), []Right{RightAccess, RightRectify, RightErase, RightRestrict, RightPort, RightObject, RightWithdraw}},
	} {
		if got := Rights(test.of); !slices.Equal(got, test.want) {
			t.Errorf("%v: %q, want %q", test.of, got, test.want)
		}
	}
}

func TestEveryWordOfAPurposeIsSaidInEveryLanguage(t *testing.T) {
	used := map[locale.Key]bool{}
	for _, p := range Purposes() {
		for _, k := range []locale.Key{p.Words.Title, p.Words.Why, p.Words.Data, p.Words.Kept, p.Words.Need} {
			used[k] = true
			for _, l := range locale.Languages() {
				if locale.Say(l, k) == string(k) {
					t.Errorf("%s: %s does not say %q", p.ID, l, k)
				}
			}
		}
	}
	if got := slices.Sorted(maps.Keys(used)); !slices.Equal(got, slices.Sorted(slices.Values(purposeWords()))) {
		t.Errorf("the file says %q, the list of words it may say is another: %q", got, purposeWords())
	}
}
