package device

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/board"
)

// Board is what the board has besides: door, lamp, sensors for the paper, backlight. Whatever is named by "" is not there.
type Board struct {
	Door      string `toml:"door"`                 // the line of the door's contact, "pinctrl-bcm2711:17", "GPIO17"
	DoorAt    string `toml:"door_open"`            // the level at which it is open, "high" or "low"; "" is "high"
	Lamp      string `toml:"lamp"`                 // the line of the lamp
	LampAt    string `toml:"lamp_on"`              // the level at which it is lit; "" is "high"
	PaperNear string `toml:"paper_near"`           // the line of a sensor that sees the roll's end drawing near
	NearAt    string `toml:"paper_near_at"`        // the level at which it does; "" is "high"
	PaperOut  string `toml:"paper_out"`            // the line of a sensor that sees no paper
	OutAt     string `toml:"paper_out_at"`         // the level at which it does; "" is "high"
	Backlight string `toml:"backlight"`            // a folder in /sys/class/backlight; "auto": the only one; "": it is left alone
	Hours     string `toml:"backlight_hours"`      // "office", or a daily time as "07:00-20:00"; "" is "office"
	Margin    int    `toml:"backlight_margin_min"` // minutes before the office opens and after it closes; 0 is 30
	Day       int    `toml:"backlight_day"`        // per cent of the brightest then; 0 is 100
	Night     int    `toml:"backlight_night"`      // per cent otherwise; 0 is dark
	Hot       int    `toml:"hot_c"`                // °C from which on the board is too warm; 0 is 80
}

const (
	byOffice      = "office" // the hours of the office
	high, low     = "high", "low"
	defaultMargin = 30 // minutes
	defaultHot    = 80 // °C
)

func (b Board) complete() Board {
	for _, at := range []*string{&b.DoorAt, &b.LampAt, &b.NearAt, &b.OutAt} {
		*at = cmp.Or(*at, high)
	}
	b.Hours, b.Margin, b.Day, b.Hot = cmp.Or(b.Hours, byOffice), cmp.Or(b.Margin, defaultMargin), cmp.Or(b.Day, 100), cmp.Or(b.Hot, defaultHot)
	return b
}

func (b Board) check(m *mistakes) {
	first := map[string]string{}
	for _, one := range []struct{ field, line, at, level string }{
		{"board.door", b.Door, "board.door_open", b.DoorAt}, {"board.lamp", b.Lamp, "board.lamp_on", b.LampAt},
		{"board.paper_near", b.PaperNear, "board.paper_near_at", b.NearAt}, {"board.paper_out", b.PaperOut, "board.paper_out_at", b.OutAt},
	} {
		m.AddIf(one.level != high && one.level != low, one.at, isNo("level", one.level), `write "high" or "low", or leave it out for "high"`)
		if one.line == "" {
			continue
		}
		m.AddIf(board.CheckLine(one.line) != nil, one.field, isNo("line of a board", one.line),
			`write the label of its chip as gpiodetect shows it in brackets, a colon and its offset there, "pinctrl-bcm2711:17"`)
		m.AddIf(first[one.line] != "", one.field, "it is the line of "+first[one.line]+" too", "give each its own line, or remove one")
		first[one.line] = one.field
	}
	m.AddIf(b.Backlight != "" && b.Backlight != board.Auto && !strings.HasPrefix(b.Backlight, "/sys/class/backlight/"), "board.backlight",
		isNo("folder in /sys/class/backlight", b.Backlight), `write "auto" where there is only one, or its folder`)
	_, ok := b.schedule()
	m.AddIf(!ok, "board.backlight_hours", isNo("daily time", b.Hours), `write "office", or two times as "07:00-20:00"`)
	m.AddIf(b.Margin < 0 || b.Margin > 240, "board.backlight_margin_min", fmt.Sprintf("%d minutes are out of range", b.Margin), "write 1 to 240, or leave it out for 30")
	m.AddIf(b.Day < 1 || b.Day > 100, "board.backlight_day", fmt.Sprintf("%d per cent are out of range", b.Day), "write 1 to 100, or leave it out for 100")
	m.AddIf(b.Night < 0 || b.Night > 100, "board.backlight_night", fmt.Sprintf("%d per cent are out of range", b.Night), "write 0 to 100; 0 is dark")
	m.AddIf(b.Hot < 40 || b.Hot > 110, "board.hot_c", fmt.Sprintf("%d °C are out of range", b.Hot), "write 40 to 110, or leave it out for 80")
}

// schedule returns when the panel is to be seen.
func (b Board) schedule() (s board.Schedule, ok bool) {
	if b.Hours == byOffice {
		return board.Schedule{Office: true, Margin: time.Duration(b.Margin) * time.Minute}, true
	}
	from, to, _ := strings.Cut(b.Hours, "-")
	opens, err := booking.ParseClock(strings.TrimSpace(from))
	closes, err2 := booking.ParseClock(strings.TrimSpace(to))
	return board.Schedule{From: opens, To: closes}, err == nil && err2 == nil && opens != closes && closes != 0
}

// boardConfig is the board as its package wants it.
func (c Config) boardConfig() board.Config {
	b := c.Board
	data, err := filepath.Abs(c.Data)
	if err != nil || c.Data == "" {
		data = ""
	}
	return board.Config{
		Door: board.Input{Line: b.Door, Low: b.DoorAt == low}, Lamp: board.Output{Line: b.Lamp, Low: b.LampAt == low},
		PaperNear: board.Input{Line: b.PaperNear, Low: b.NearAt == low}, PaperOut: board.Input{Line: b.PaperOut, Low: b.OutAt == low},
		Backlight: board.Backlight{Path: b.Backlight, Day: b.Day, Night: b.Night}, Data: data, Hot: b.Hot,
	}
}
