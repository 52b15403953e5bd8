package papersim

// Model is one make of printer, as its maker describes it. The zero Model is an 80 mm printer in Epson's manner that
// can do everything at once: no time, no end of its buffer, no presenter.
type Model struct {
	Name  string // what it answers when it is asked for its model; "": papersim
	Maker string // and for its maker; "": papersim

	Dots   int // width of the printed line; 0: Width
	DPI    int // dots an inch, both ways; 0: 203
	Cutter int // dots from the head to the cutter or the tear bar; 0: 40
	Buffer int // bytes of the receive buffer; 0: without end
	Speed  int // mm of paper a second; 0: at once

	PerInch int // motion units an inch along the paper as delivered; 0: as many as dots

	NoProcessID bool // it leaves out GS ( H
	NoFence     bool // it leaves out GS r
	NoRealTime  bool // it leaves out DLE EOT, DLE ENQ and DLE DC4
	NoAutomatic bool // it leaves out GS a
	NoQR        bool // it leaves out GS ( k
	NoPageMode  bool // it leaves out ESC L and what belongs to it
	NoRaster    bool // it leaves out GS v 0 and GS ( L
	NoCutter    bool // it leaves out every cut; the paper is torn off
	Mute        bool // it has no wire back
	NoNearEnd   bool // it has no sensor for the end of the roll drawing near

	NearEnd int  // dots that are left when the near-end sensor trips; 0: 800
	Kanji   bool // it wakes up in the Kanji mode: until FS . two bytes above 80 are one character
	Spills  bool // of a command that it leaves out only the first two bytes are skipped; the rest is printed as text

	KPL       bool   // it speaks Zebra's kiosk language; of ESC/POS only what both have in common
	Presenter string // who holds a cut slip: "" nobody, "custom", "citizen", "zebra"
	Status    string // how it tells its status: "" DLE EOT 1 to 4, "custom" DLE EOT 20 too

	Pages map[byte]string // code pages by the number of ESC t; nil: Epson's
}

func (m Model) filled() Model {
	fill := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	fill(&m.Dots, Width)
	fill(&m.DPI, 203)
	fill(&m.PerInch, m.DPI)
	fill(&m.Cutter, margin)
	fill(&m.NearEnd, nearEndDots)
	if m.Name == "" {
		m.Name = "papersim"
	}
	if m.Maker == "" {
		m.Maker = "papersim"
	}
	if m.Pages == nil {
		m.Pages = epsonPages()
	}
	return m
}

// models returns the machines that the profiles are meant for, from their makers' manuals and from what is told of clones.
// Where makes of one kind differ, it is the one that can more: a profile that asks for less must work on it too.
func models() map[string]Model {
	return map[string]Model{
		"epson-tm-t20": {Name: "TM-T20", Maker: "EPSON", Cutter: 104, Buffer: 4096, Speed: 150, PerInch: 406},
		"epson-tm-t88": {Name: "TM-T88V", Maker: "EPSON", Dots: 512, DPI: 180, Cutter: 92, Buffer: 4096, Speed: 300, PerInch: 360},
		"custom-vkp80iii": {
			Name: "VKP80III", Maker: "CUSTOM", Cutter: 120, Buffer: 16384, Speed: 200,
			NoProcessID: true, NoPageMode: true, NoAutomatic: true, Presenter: presenterCustom, Status: statusCustom,
		},
		"citizen-pmu2300": {
			Name: "PMU2300III", Maker: "CITIZEN", Cutter: 120, Buffer: 4096, Speed: 150, NoProcessID: true, Presenter: presenterCitizen,
		},
		"zebra-ttp8000": {
			Name: "TTP 8000", Maker: "ZEBRA", Cutter: 152, Buffer: 16384, Speed: 150, KPL: true, NoRealTime: true, Presenter: presenterZebra,
		},
		"ttl-58": {
			Name: "58 mm TTL", Dots: 384, Cutter: 80, Buffer: 512, Speed: 50, NoProcessID: true, NoQR: true, NoPageMode: true,
			NoRealTime: true, NoAutomatic: true, NoCutter: true, NoNearEnd: true, Kanji: true, Spills: true,
		},
		"generic-80": {
			Name: "80 mm", Cutter: 96, Buffer: 4096, Speed: 120, NoProcessID: true, NoPageMode: true, NoAutomatic: true,
			Kanji: true, Spills: true,
		},
		"generic-58": {
			Name: "58 mm", Dots: 384, Cutter: 80, Buffer: 2048, Speed: 70, NoProcessID: true, NoQR: true, NoPageMode: true,
			NoAutomatic: true, NoCutter: true, NoNearEnd: true, Kanji: true, Spills: true,
		},
		"write-only-80": {
			Name: "80 mm", Cutter: 96, Buffer: 4096, Speed: 100, NoProcessID: true, NoFence: true, NoRealTime: true,
			NoAutomatic: true, NoQR: true, NoPageMode: true, NoNearEnd: true, Kanji: true, Spills: true, Mute: true,
		},
	}
}

// ModelOf returns the machine that a profile of that name is meant for. It knows nothing of the profile itself.
func ModelOf(profile string) (Model, bool) {
	m, ok := models()[profile]
	return m, ok
}
