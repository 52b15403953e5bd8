package layout_test

import (
	"encoding/json"
	"sync"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// remembering is a room that lays no screen out twice: all scenes begin on the same ones.
type remembering struct {
	room  layout.Room
	known map[string]bool
}

func (r remembering) Fits(screen kiosk.Screen) bool {
	key, err := json.Marshal(screen)
	if err != nil {
		return r.room.Fits(screen)
	}
	fits, ok := r.known[string(key)]
	if !ok {
		fits = r.room.Fits(screen)
		r.known[string(key)] = fits
	}
	return fits
}

// rooms are the rooms of all tests, by panel.
var rooms = sync.OnceValue(func() map[look.Panel]remembering { return map[look.Panel]remembering{} })

func roomOf(set *typeset.Setter, panel look.Panel) kiosk.Room {
	room, ok := rooms()[panel]
	if !ok {
		room = remembering{layout.Room{Set: set, Panel: panel}, map[string]bool{}}
		rooms()[panel] = room
	}
	return room
}

// hung are panels as they hang on walls, all but the first two dense or small.
func hung() []look.Panel {
	return []look.Panel{
		{Width: 1080, Height: 1920, PixelsPerMM: 4.03, Bottom: 760},
		{Width: 1920, Height: 1080, PixelsPerMM: 4.03, Bottom: 900},
		{Width: 1280, Height: 800, PixelsPerMM: 3.87, Bottom: 900},
		{Width: 800, Height: 1280, PixelsPerMM: 3.87, Bottom: 760},
	}
}
