package locale

import (
	_ "embed" // for countries.json
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

//go:embed countries.json
var countriesFile []byte

// countries holds the countries of the European Economic Area by their two letters, named as CLDR names them. A file that
// cannot be read is a defect of the build, which tests find, so it panics.
var countries = sync.OnceValue(func() map[string]Text {
	var all map[string]Text
	if err := json.Unmarshal(countriesFile, &all); err != nil {
		panic(err)
	}
	return all
})

// Countries returns the ISO 3166 letters of the countries of the European Economic Area, in order.
func Countries() []string { return slices.Sorted(maps.Keys(countries())) }

// Country returns the name of a country of the European Economic Area by its two letters, "Italia" for "IT"; the letters
// themselves for any other.
func Country(l Lang, letters string) string {
	if name := countries()[letters].In(l, English); name != "" {
		return name
	}
	return letters
}
