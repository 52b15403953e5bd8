package proof_test

import (
	"fmt"
	"math/rand/v2"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// whim is everything about a citizen that must not matter: what is answered about a contact and which one is given, and how the
// citizen wants to see, hear and read.
type whim struct {
	look   []kiosk.Msg // touched first
	stray  string      // a code that is typed without a ticket; "" for none
	asks   bool        // looks at other days before taking a place of today, where that takes a contact
	looks  answer      // what is answered then
	books  answer      // what is answered for a place of another day: always a yes
	takes  bool        // opens the reminder of the ticket just taken
	taken  answer
	opens  bool // opens the reminder of the ticket that the citizen came with
	opened answer
	drops  bool // withdraws, where there is a reminder
	record bool // reads what is stored
}

// answer is what a citizen does where a contact is asked for.
type answer struct {
	yes     bool
	how     int // a no: 0 is the control, 1 back, 2 to say nothing, 3 to leave
	reads   bool
	channel privacy.Channel
	contact string
	end     int // with a yes: 0 and 1 send, 2 is back, 3 to say nothing
}

// anyWhim draws what a citizen answers, and with flipped the contrary of each answer and another of everything else.
func anyWhim(seed, visit uint64, flipped bool) whim {
	turn, other := rand.New(rand.NewChaCha8(seedOf(seed, visit, 10))), rand.New(rand.NewChaCha8(seedOf(seed, visit, 11)))
	if flipped {
		other = rand.New(rand.NewChaCha8(seedOf(seed, visit, 12)))
	}
	coin := func() bool { return turn.IntN(2) == 0 != flipped }
	w := whim{asks: coin(), takes: coin(), opens: coin(), drops: coin(), record: coin()}
	for _, a := range []*answer{&w.looks, &w.books, &w.taken, &w.opened} {
		*a = anyAnswer(coin(), other)
	}
	w.books.yes, w.books.end = true, 0
	if coin() {
		w.stray = fmt.Sprintf("%012d", other.IntN(1e12))
	}
	if coin() {
		langs := locale.Languages()
		w.look = append(w.look, kiosk.SetLanguage{Lang: langs[other.IntN(len(langs))]})
	}
	ways := []kiosk.Msg{kiosk.ChangeTheme{}, kiosk.ChangeText{}, kiosk.ToggleReach{}, kiosk.OpenHelp{}, kiosk.OpenHelp{}, kiosk.OpenPrivacy{}, kiosk.OpenPrivacy{},
		kiosk.HeadsetChanged{In: true}, kiosk.Spoken{}, kiosk.ChangeRate{Steps: 1}, kiosk.ChangeLevel{Steps: -1}, kiosk.PauseVoice{}, kiosk.HearAgain{},
		kiosk.PressKey{Key: kiosk.KeyNext}, kiosk.PressKey{Key: kiosk.KeyPrevious}, kiosk.PressKey{Key: kiosk.KeyLouder}, kiosk.Touched{}}
	for range other.IntN(6) {
		w.look = append(w.look, ways[other.IntN(len(ways))])
	}
	return w
}

func anyAnswer(yes bool, draw *rand.Rand) answer {
	a := answer{yes: yes, how: draw.IntN(4), reads: draw.IntN(4) == 0, end: draw.IntN(4), channel: privacy.SMS}
	if draw.IntN(2) == 0 {
		a.contact = fmt.Sprintf("3%08d", draw.IntN(1e8))
		if draw.IntN(2) == 0 {
			a.contact = fmt.Sprintf("+44%010d", 7e9+draw.IntN(1e9))
		}
		return a
	}
	a.channel = privacy.Mail
	local := make([]byte, 1+draw.IntN(20))
	for i := range local {
		local[i] = byte('a' + draw.IntN(26))
	}
	a.contact = string(local) + "@b.example"
	return a
}
