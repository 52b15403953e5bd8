package papersim

import "golang.org/x/text/encoding/charmap"

// decode returns the character that byte c stands for on a code page, by Epson's numbers.
func decode(page, c byte) rune {
	if c < 0x80 {
		return rune(c)
	}
	table := charmap.CodePage437
	switch page {
	case 2:
		table = charmap.CodePage850
	case 3:
		table = charmap.CodePage860
	case 4:
		table = charmap.CodePage863
	case 5:
		table = charmap.CodePage865
	case 16:
		table = charmap.Windows1252
	case 17:
		table = charmap.CodePage866
	case 18:
		table = charmap.CodePage852
	case 19:
		table = charmap.CodePage858
	}
	return table.DecodeByte(c)
}
