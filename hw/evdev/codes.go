package evdev

// Types of events: linux/input-event-codes.h, "Event types".
const (
	TypeSyn    uint16 = 0x00 // where a moment ends
	TypeKey    uint16 = 0x01 // keys and buttons
	TypeAbs    uint16 = 0x03 // absolute axes
	TypeMisc   uint16 = 0x04 // scan codes of keys, clocks of panels
	TypeSwitch uint16 = 0x05 // what is on or off, such as a plug
)

// Codes of TypeSyn: "Synchronization events".
const (
	SynReport   uint16 = 0 // the moment is told whole
	SynMTReport uint16 = 2 // protocol A: one contact is told whole
	SynDropped  uint16 = 3 // events were lost: what follows, up to the next SynReport, is not whole
)

// Codes of TypeAbs: "Absolute axes". What those of contacts mean is in the kernel's "Multi-touch (MT) Protocol".
const (
	AbsX            uint16 = 0x00
	AbsY            uint16 = 0x01
	AbsPressure     uint16 = 0x18
	AbsDistance     uint16 = 0x19
	AbsMTSlot       uint16 = 0x2f // the slot that the following codes are about
	AbsMTTouchMajor uint16 = 0x30 // how long the contact is
	AbsMTPositionX  uint16 = 0x35
	AbsMTPositionY  uint16 = 0x36
	AbsMTToolType   uint16 = 0x37 // ToolFinger, …
	AbsMTTrackingID uint16 = 0x39 // which contact is in the slot; -1: none
	AbsMTPressure   uint16 = 0x3a
	AbsMTDistance   uint16 = 0x3b // from the glass; 0: it touches
)

// Values of AbsMTToolType: "MT_TOOL types".
const (
	ToolFinger int32 = 0
	ToolPen    int32 = 1
	ToolPalm   int32 = 2
)

// Codes of TypeKey that this program knows by meaning; all others by [Parse]. Most keyboards tell a key by where it
// lies: these are the names of an American one.
const (
	KeyEnter      uint16 = 28
	KeyLeftShift  uint16 = 42
	KeyRightShift uint16 = 54
	KeyKPEnter    uint16 = 96

	BtnLeft          uint16 = 0x110 // a mouse, and the tablet of an emulator
	BtnRight         uint16 = 0x111
	BtnToolPen       uint16 = 0x140 // a pen is near
	BtnToolRubber    uint16 = 0x141
	BtnToolFinger    uint16 = 0x145 // one finger is there
	BtnTouch         uint16 = 0x14a // something touches
	BtnToolDoubleTap uint16 = 0x14d // two fingers are there
)

// Codes of TypeSwitch: "Switch events".
const (
	SwHeadphoneInsert  uint16 = 0x02
	SwMicrophoneInsert uint16 = 0x04
	SwLineoutInsert    uint16 = 0x06
)

// Properties of a device: "Device properties and quirks".
const (
	PropPointer   uint16 = 0x00 // it moves a pointer on a screen elsewhere
	PropDirect    uint16 = 0x01 // it lies on the screen
	PropButtonpad uint16 = 0x02
)
