package papersim

import "golang.org/x/text/encoding/charmap"

// epsonPages returns Epson's code pages by number, those of which there is a table.
func epsonPages() map[byte]string {
	return map[byte]string{
		0: "437", 2: "850", 3: "860", 4: "863", 5: "865", 15: "iso-8859-7", 16: "1252", 17: "866", 18: "852", 19: "858",
		34: "855", 36: "862", 39: "iso-8859-2", 40: "iso-8859-15", 45: "1250", 46: "1251", 47: "1253", 48: "1254",
		49: "1255", 50: "1256", 51: "1257", 52: "1258",
	}
}

// table returns the characters of a code page, nil for one that is not known.
func table(page string) *charmap.Charmap {
	switch page {
	case "437":
		return charmap.CodePage437
	case "850":
		return charmap.CodePage850
	case "852":
		return charmap.CodePage852
	case "855":
		return charmap.CodePage855
	case "858":
		return charmap.CodePage858
	case "860":
		return charmap.CodePage860
	case "862":
		return charmap.CodePage862
	case "863":
		return charmap.CodePage863
	case "865":
		return charmap.CodePage865
	case "866":
		return charmap.CodePage866
	case "1250":
		return charmap.Windows1250
	case "1251":
		return charmap.Windows1251
	case "1252":
		return charmap.Windows1252
	case "1253":
		return charmap.Windows1253
	case "1254":
		return charmap.Windows1254
	case "1255":
		return charmap.Windows1255
	case "1256":
		return charmap.Windows1256
	case "1257":
		return charmap.Windows1257
	case "1258":
		return charmap.Windows1258
	case "iso-8859-2":
		return charmap.ISO8859_2
	case "iso-8859-7":
		return charmap.ISO8859_7
	case "iso-8859-15":
		return charmap.ISO8859_15
	}
	return nil
}

// decode returns the character that byte c stands for on a code page of pages. A page that is not there is 437.
func decode(pages map[byte]string, page, c byte) rune {
	if c < 0x80 {
		return rune(c)
	}
	if t := table(pages[page]); t != nil {
		return t.DecodeByte(c)
	}
	return charmap.CodePage437.DecodeByte(c)
}
