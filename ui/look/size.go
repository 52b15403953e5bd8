package look

// The scale of type, in design pixels: the height of the em.
const (
	NumberSize = 280.0 // a ticket's number
	TimeSize   = 150.0 // the time that is offered first
	WhenSize   = 72.0  // the time of a ticket
	CodeSize   = 68.0  // the digits of a code
	TitleSize  = 64.0  // the one decision of a screen, and the clock
	ActionSize = 52.0  // the primary button, a service's time
	HourSize   = 46.0  // a time of the grid
	OfficeSize = 44.0  // the office's name, and trouble in one sentence
	CardSize   = 42.0  // a service's name, a sentence in bold
	ButtonSize = 38.0  // an outlined button, the words of a card
	BodySize   = 36.0  // running text
	TabSize    = 32.0  // a language, the office's place
	SmallSize  = 30.0  // secondary words
	KeySize    = 28.0  // the access keys: the least size there is, capitals of 20 pixels, 4.9 mm
)

// The heights of lines, as parts of the size.
const (
	TightLine = 1.18 // titles, labels of buttons
	LooseLine = 1.3  // running text
)

// Lengths, in design pixels.
const (
	Margin      = 56.0  // left and right of everything
	Gap         = 24.0  // between cards
	ButtonGap   = 28.0  // between buttons side by side
	HourGap     = 22.0  // between times of the grid
	Pad         = 46.0  // inside a card that is read
	RowPad      = 36.0  // inside a card that is touched
	Radius      = 36.0  // corners of a card that is read
	RowRadius   = 28.0  // corners of a card that is touched, of buttons
	HourRadius  = 22.0  // corners of a time
	KeyRadius   = 18.0  // corners of what shows its shape only while it is pressed
	Badge       = 92.0  // side of a letter badge
	Emblem      = 104.0 // diameter of the office's emblem
	ChosenFrame = 6.0   // the border of what is chosen: its width tells, not only its colour
	EdgeWidth   = 14.0  // the thick edge of trouble
	BarHeight   = 8.0   // under what is chosen
)

// The ring around the control that the keys are at, in millimetres from the control outwards: 1 mm or more, at 3:1 or better
// (WCAG 2.2, 2.4.13). All of it lies in the gap that every control has around it.
const (
	FocusSpace = 0.5 // between control and ring, in the ring's other colour
	FocusRing  = 1.5 // the ring
	FocusEdge  = 0.4 // around the ring, in the other colour again
)

// The rooms of a screen, in design pixels.
const (
	BandHeight     = 187.0 // the header of an upright panel
	BandHeightWide = 148.0 // the header of a wide one
	AccessHeight   = 175.0 // the access bar of an upright panel
	SidebarWidth   = 512.0 // the column of a wide panel that holds languages, promise and access keys
	LanguageHeight = 88.0  // a row of languages
)
